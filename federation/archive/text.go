package archive

import (
	"html"
	"io/fs"
	"regexp"
	"strings"

	"limelight/blog"
	"limelight/blog/bring"
)

// hashtag is one in the HTML that Mastodon makes: a link to the tag's page there.
var hashtag = regexp.MustCompile(`(?s)<a\b[^>]*\bclass="[^"]*\bhashtag\b[^"]*"[^>]*>(.*?)</a>`)

// text is what the note says, then what is attached to it.
func (r *reading) text(p *bring.Post, n *note) {
	content := hashtag.ReplaceAllStringFunc(n.Content, func(all string) string {
		return html.EscapeString(blog.PlainText(hashtag.FindStringSubmatch(all)[1]))
	})
	parts := []string{bring.Markdown(content, p.Note)}
	choices := n.OneOf
	if len(choices) == 0 {
		choices = n.AnyOf
	}
	if len(choices) > 0 {
		var list strings.Builder
		for _, c := range choices {
			list.WriteString("<li>" + html.EscapeString(c.Name) + "</li>")
		}
		parts = append(parts, bring.Markdown("<ul>"+list.String()+"</ul>", p.Note))
		p.Note("a poll became a list of what could be chosen")
	}
	for _, a := range n.Attachment {
		if part := r.attached(p, a); part != "" {
			parts = append(parts, part)
		}
	}
	p.Text = strings.TrimSpace(strings.Join(parts, "\n\n"))
}

// attached is a picture as Markdown. Of audio and video a post has one, as what it
// encloses.
func (r *reading) attached(p *bring.Post, a attachment) string {
	at, here := r.file(a.URL)
	switch {
	case strings.HasPrefix(a.MediaType, "image/"):
		return bring.Markdown(`<img src="`+html.EscapeString(at)+`" alt="`+html.EscapeString(a.Name)+`">`, p.Note)
	case here && p.Meta.Video == "" && p.Meta.Audio == "" && (strings.HasPrefix(a.MediaType, "video/") || strings.HasPrefix(a.MediaType, "audio/")):
		if strings.HasPrefix(a.MediaType, "video/") {
			p.Meta.Video, p.Meta.VideoTitle = strings.TrimPrefix(at, "/"), clip(a.Name)
		} else {
			p.Meta.Audio, p.Meta.AudioTitle = strings.TrimPrefix(at, "/"), clip(a.Name)
		}
		return ""
	}
	p.Note("what is attached did not come: %s", a.URL)
	return ""
}

// file is where in the archive an attachment is: its address has the path at the
// server, which may begin with folders of its storage. here is false for one that is
// not in it.
func (r *reading) file(address string) (at string, here bool) {
	for at := strings.TrimPrefix(address, "/"); at != ""; _, at, _ = strings.Cut(at, "/") {
		if info, err := fs.Stat(r.files, at); err == nil && info.Mode().IsRegular() {
			return "/" + at, true
		}
	}
	return address, false
}

func clip(text string) string { return blog.Excerpt(strings.Join(strings.Fields(text), " "), 300) }
