package doctor

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"limelight/feed"
)

const (
	misses      = "Feed readers show an error, and readers miss every new post."
	maxKept     = time.Hour // that a feed may be kept without being asked about
	identity    = "identity"
	gzipMagic   = "\x1f\x8b"
	maxUnpacked = 32 << 20
)

// seenFeed is the RSS feed as it came without compression.
type seenFeed struct {
	answer
	feed.Summary
	ok bool
}

// feeds reads each feed as the strictest reader, and asks for one of them again in
// the ways that readers do.
func (x *exam) feeds(ctx context.Context) {
	for _, f := range []struct{ id, path, mediaType, format string }{
		{"feed.rss", "/feed.xml", "application/rss+xml", "RSS"},
		{"feed.atom", "/feed.atom", "application/atom+xml", "Atom"},
		{"feed.json", "/feed.json", "application/feed+json", "JSON Feed"},
	} {
		seen := x.one(ctx, f.id, f.path, f.mediaType, f.format)
		if f.id == "feed.rss" {
			x.feed = seen
		}
	}
	if !x.feed.ok {
		return
	}
	x.conditional(ctx)
	x.compression(ctx)
	x.kept(ctx)
}

func (x *exam) one(ctx context.Context, id, path, mediaType, format string) (seen seenFeed) {
	address := x.url(path)
	var err error
	seen.answer, err = x.visitor.get(ctx, address, "Accept", mediaType+", */*;q=0.5", "Accept-Encoding", identity)
	if err != nil || seen.status != http.StatusOK {
		x.fail(id, outcome(address, seen.answer, err), misses, x.passOn()...)
		return seen
	}
	body := seen.body
	if bytes.HasPrefix(body, []byte(gzipMagic)) {
		x.fail(id, address+" comes compressed to who takes no compression", misses, x.gzipRemedies()...)
		return seen
	}
	seen.Summary, err = feed.Summarize(body)
	switch {
	case err != nil:
		x.fail(id, fmt.Sprintf("%s (%s): %v", address, seen.line(), err), misses, append(x.passOn(), Remedy{"nginx", "take out sub_filter and add_before_body"})...)
		return seen
	case seen.Format != format:
		x.fail(id, fmt.Sprintf("%s is a feed in %s", address, seen.Format), misses, x.passOn()...)
		return seen
	case seen.kind() != mediaType:
		x.warn(id, fmt.Sprintf("%s is served as %q and should be %s", address, short(seen.header.Get("Content-Type")), mediaType), "Browsers and some readers do not take it for a feed.",
			append(x.passOn(), Remedy{"nginx", "take out proxy_hide_header Content-Type, add_header Content-Type, and types or default_type for this path"})...)
	case seen.Self != address:
		x.warn(id, fmt.Sprintf("the feed says that it is %s", short(seen.Self)), "Readers and hubs take it for another feed.", x.config(fmt.Sprintf("[server]\nbase_url = %q", x.blog.BaseURL)))
	default:
		x.ok(id, "items: %d, bytes: %d", seen.Items, len(body))
	}
	for _, f := range seen.Files {
		x.pictures = append(x.pictures, file{f.URL, f.Type})
	}
	seen.ok = true
	return seen
}

// conditional asks again, as readers do each hour.
func (x *exam) conditional(ctx context.Context) {
	etag, modified := x.feed.header.Get("ETag"), x.feed.header.Get("Last-Modified")
	const means = "Each reader fetches the whole feed each time: much traffic for both, and some readers ask less often then."
	remedies := []Remedy{{"nginx", "take out proxy_hide_header ETag and Last-Modified, etag off, if_modified_since off and proxy_set_header If-None-Match"}, x.caddy()}
	var tags [][2]string
	if etag != "" {
		tags = append(tags, [2]string{"If-None-Match", etag})
	}
	if modified != "" {
		tags = append(tags, [2]string{"If-Modified-Since", modified})
	}
	if etag == "" {
		x.warn("feed.conditional", "the feed comes without an ETag", means, remedies...)
		return
	}
	for _, tag := range tags {
		a, err := x.visitor.get(ctx, x.feed.url, tag[0], tag[1], "Accept-Encoding", identity)
		if err != nil || a.status != http.StatusNotModified {
			x.warn("feed.conditional", fmt.Sprintf("asked again with %s: %s, and not 304", tag[0], outcomeOf(a, err)), means, remedies...)
			return
		}
	}
	x.ok("feed.conditional", "304, asked in %d ways", len(tags))
}

func (x *exam) gzipRemedies() []Remedy {
	return []Remedy{
		{"nginx", "gzip off;  # limelight compresses by itself; and no proxy_hide_header or add_header with Content-Encoding"},
		{"Caddy", "take out `encode` and `header Content-Encoding` for this site"},
	}
}

// compression asks for gzip and unpacks what comes.
func (x *exam) compression(ctx context.Context) {
	a, err := x.visitor.get(ctx, x.feed.url, "Accept-Encoding", "gzip")
	if err != nil || a.status != http.StatusOK {
		x.fail("feed.compression", "asked for gzip: "+outcomeOf(a, err), misses, x.gzipRemedies()...)
		return
	}
	coding := strings.ToLower(a.header.Get("Content-Encoding"))
	packed := bytes.HasPrefix(a.body, []byte(gzipMagic))
	var found string
	switch {
	case coding == "" && packed:
		found = "it comes compressed and does not say so: Content-Encoding is missing"
	case coding == "":
		x.warn("feed.compression", "it comes as it is, though gzip was asked for", "Readers fetch some four times as much as they would have to.",
			Remedy{"nginx", "take out: proxy_set_header Accept-Encoding \"\";"}, x.caddy())
		return
	case coding != "gzip":
		found = fmt.Sprintf("it comes as %q, which was not asked for", short(coding))
	default:
		body, err := unpack(a.body)
		switch {
		case err != nil:
			found = fmt.Sprintf("it says that it is gzip, and cannot be unpacked: %v", err)
		case bytes.HasPrefix(body, []byte(gzipMagic)):
			found = "it is compressed twice"
		default:
			if _, err := feed.Summarize(body); err != nil {
				found = fmt.Sprintf("unpacked, it is another: %v", err)
			}
		}
	}
	if found != "" {
		x.fail("feed.compression", found, misses, x.gzipRemedies()...)
		return
	}
	x.ok("feed.compression", "gzip, %d bytes of %d", len(a.body), len(x.feed.body))
}

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxUnpacked))
}

// kept looks at how long readers and caches may go without asking, and whether one
// on the way gives out an old feed.
func (x *exam) kept(ctx context.Context) {
	const means = "Readers see new posts hours or days late, or never."
	if age, by := freshFor(x.feed.header, x.now()); age > maxKept {
		x.fail("feed.cache", fmt.Sprintf("%s lets everybody keep the feed for %s without asking", by, age.Round(time.Minute)), means, x.noCache()...)
		return
	}
	for try := 0; ; try++ {
		now, err := x.visitor.get(ctx, x.fresh("/feed.xml"), "Accept-Encoding", identity)
		if err != nil || now.status != http.StatusOK {
			x.skip("feed.cache", "asked past caches: %s", outcomeOf(now, err))
			return
		}
		usual, err := x.visitor.get(ctx, x.feed.url, "Accept-Encoding", identity)
		switch {
		case err != nil || usual.status != http.StatusOK:
			x.skip("feed.cache", "asked again: %s", outcomeOf(usual, err))
			return
		case bytes.Equal(now.body, usual.body):
			x.ok("feed.cache", "readers ask each time, and get the latest")
			return
		case try > 0: // the first time something may just have been published
			x.fail("feed.cache", "a cache in front gives out an older feed than there is", means, x.noCache()...)
			return
		}
	}
}

// freshFor is how long an answer may be used without asking (RFC 9111 section
// 4.2.1), by the header that allows the most: what reads it differs, when there
// are several.
func freshFor(h http.Header, now time.Time) (longest time.Duration, by string) {
	for _, line := range h.Values("Cache-Control") {
		for part := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), "=")
			seconds, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 64)
			if err != nil || name != "max-age" && name != "s-maxage" {
				continue
			}
			// Beyond a century it is for ever.
			if age := time.Duration(min(seconds, 100*365*24*3600)) * time.Second; age > longest {
				longest, by = age, "Cache-Control: "+short(line)
			}
		}
	}
	if at, err := http.ParseTime(h.Get("Expires")); err == nil && h.Get("Cache-Control") == "" && at.Sub(now) > longest {
		longest, by = at.Sub(now), "Expires: "+h.Get("Expires")
	}
	return longest, by
}
