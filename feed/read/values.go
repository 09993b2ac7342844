package read

import (
	"cmp"
	"html"
	"net/url"
	"path"
	"strconv"
	"strings"

	"limelight/blog"
	"limelight/blog/bring"
)

func cmpOr(values ...string) string { return cmp.Or(values...) }

// parseURL is nil for what is no address of the web.
func parseURL(address string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil
	}
	u.Fragment = ""
	return u
}

// plain is HTML as a line of text.
func plain(text string) string {
	return strings.Join(strings.Fields(blog.PlainText(text)), " ")
}

// construct is an Atom text construct as HTML (RFC 4287, section 3.1).
func construct(n *node) string {
	switch n.attribute("type") {
	case "html", "text/html":
		return strings.TrimSpace(n.text)
	case "xhtml", "application/xhtml+xml":
		var b strings.Builder
		for _, c := range n.children {
			markup(&b, c)
		}
		return b.String()
	}
	return html.EscapeString(strings.TrimSpace(n.text))
}

// markup writes elements as HTML again.
func markup(b *strings.Builder, n *node) {
	b.WriteString("<" + n.name)
	for _, a := range n.attr {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			b.WriteString(" " + a.Name.Local + `="` + html.EscapeString(a.Value) + `"`)
		}
	}
	b.WriteString(">")
	for _, c := range n.children {
		if c.name == wordsOf {
			b.WriteString(html.EscapeString(c.text))
			continue
		}
		markup(b, c)
	}
	b.WriteString("</" + n.name + ">")
}

// enclose takes audio or video along by its address.
func enclose(p *bring.Post, address, kind, size string) {
	u := parseURL(address)
	if u == nil || p.Meta.Audio != "" || p.Meta.Video != "" {
		return
	}
	length, _ := strconv.ParseInt(size, 10, 64)
	ending := strings.ToLower(path.Ext(u.Path))
	known, ok := blog.MediaType(u.Path)
	switch {
	case strings.HasPrefix(kind, "image/"):
		if p.Meta.Image == "" {
			p.Meta.Image = address
		}
	case !ok:
		p.Note("what it encloses did not come: %s", address)
	case strings.HasPrefix(known, "audio/"):
		p.Meta.Audio, p.Meta.AudioSize = u.String(), max(0, length)
		p.Note("its sound stayed where it is: %s", address)
	case strings.HasPrefix(known, "video/"):
		p.Meta.Video, p.Meta.VideoSize = u.String(), max(0, length)
		p.Note("its video stayed where it is: %s", address)
	default:
		p.Note("what it encloses (%s) did not come: %s", ending, address)
	}
}

// seconds is a duration as podcasts have it: 1:02:03, 2:03 or 123; 0 for none.
func seconds(text string) (n int64) {
	for part := range strings.SplitSeq(text, ":") {
		v, err := strconv.ParseInt(strings.TrimSpace(part), 10, 32)
		if err != nil || v < 0 {
			return 0
		}
		n = n*60 + v
	}
	if n > 1000*3600 {
		return 0
	}
	return n
}
