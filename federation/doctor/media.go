package doctor

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
)

const (
	maxMedia   = 8  // files that are asked for
	firstBytes = 16 // of each
)

// media asks for the first bytes of files that others show.
func (x *exam) media(ctx context.Context) {
	var wrong []string
	asked, ranged := 0, ""
	var seen []string
	for _, f := range x.pictures {
		want := f.mediaType
		if want == "" {
			want = typeOf(f.url)
		}
		want, _, _ = mime.ParseMediaType(want)
		if f.url == "" || want == "" || asked == maxMedia || slices.Contains(seen, f.url) {
			continue
		}
		seen = append(seen, f.url)
		asked++
		a, err := x.visitor.do(ctx, ask{
			method: http.MethodGet, url: f.url, limit: firstBytes + 1, header: http.Header{"Range": {fmt.Sprintf("bytes=0-%d", firstBytes-1)}, "Accept-Encoding": {identity}},
		})
		switch {
		case err != nil || a.status != http.StatusOK && a.status != http.StatusPartialContent:
			wrong = append(wrong, outcome(short(f.url), a, err))
		case a.kind() != want:
			wrong = append(wrong, fmt.Sprintf("%s is served as %q and is %s", short(f.url), short(a.header.Get("Content-Type")), want))
		case a.status == http.StatusOK && len(a.body) > firstBytes && isRecording(want):
			ranged = short(f.url)
		}
	}
	switch {
	case asked == 0:
		x.skip("media.types", "there are no pictures, audio or video yet")
	case len(wrong) > 0:
		x.fail("media.types", strings.Join(wrong, "; "), "Pictures are missing in timelines, players refuse audio and video, the blog has no face.",
			append(x.passOn(), Remedy{"nginx", "take out location blocks for .jpg, .png, .mp3 and the like, types and default_type, proxy_hide_header Content-Type and X-Content-Type-Options"})...)
	default:
		x.ok("media.types", "%d looked at", asked)
	}
	switch {
	case ranged != "":
		x.warn("media.range", ranged+" comes whole, though a part was asked for", "Listeners cannot skip within an episode; Apple's players play nothing.",
			Remedy{"nginx", "take out proxy_set_header Range and proxy_cache for /media/"}, x.caddy())
	case !slices.ContainsFunc(x.pictures, func(f file) bool { return isRecording(f.mediaType) }):
		x.skip("media.range", "there is no audio or video yet")
	default:
		x.ok("media.range", "parts of audio and video can be had")
	}
}

func isRecording(mediaType string) bool {
	return strings.HasPrefix(mediaType, "audio/") || strings.HasPrefix(mediaType, "video/")
}
