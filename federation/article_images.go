package federation

import (
	"slices"

	"limelight/blog"
	"limelight/federation/vocab"
)

// maxAttached is how many pictures Mastodon shows with a note.
const maxAttached = 4

// picture is an image of a post, nil for none.
func (n *Node) picture(i blog.Image) *vocab.Image {
	if i.Path == "" {
		return nil
	}
	out := &vocab.Image{
		Type: "Image", MediaType: i.Type, URL: n.blog.URL(i.Path), Name: i.Alt, Summary: i.Alt,
		Width: i.Width, Height: i.Height, Blurhash: i.Blurhash,
	}
	if i.Focus != (blog.Focus{}) {
		out.FocalPoint = []float64{i.Focus.X, i.Focus.Y}
	}
	return out
}

// asNote has the pictures where servers show them with a note, and out of the
// text, where Mastodon would make links of them. The summary of a note is its
// content warning and nothing else.
func (n *Node) asNote(o *vocab.Post, p *blog.Post) {
	o.Type = "Note"
	shown := append([]blog.Image{p.Image}, p.Images...)
	o.Attachment = n.attachments(p, shown...)
	o.Content = blog.DropImages(o.Content, func(address string) bool {
		return slices.ContainsFunc(o.Attachment, func(a vocab.Attached) bool { return a.Address() == address })
	})
}

// attachments are the audio or video of the post, else the first few of the
// pictures, each once. Mastodon has a player for a recording that is alone, and
// an empty frame for one among pictures (media_gallery.jsx).
func (n *Node) attachments(p *blog.Post, images ...blog.Image) []vocab.Attached {
	if p.Enclosure.URL != "" {
		return []vocab.Attached{n.recording(p)}
	}
	out := []vocab.Attached{}
	for _, i := range images {
		a := n.picture(i)
		if a != nil && len(out) < maxAttached && !slices.ContainsFunc(out, func(o vocab.Attached) bool { return o.Address() == a.URL }) {
			out = append(out, *a)
		}
	}
	return out
}
