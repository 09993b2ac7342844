package federation

import (
	"cmp"
	"html"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

// maxWarning is how much of a content warning is kept, in characters.
const maxWarning = 500

// commentOf makes a comment of a note: HTML made safe, the warning as plain
// text, and who it is for.
func (n *Node) commentOf(a received, note *vocab.Object) blog.Comment {
	raw := rawContent(note)
	safe := blog.SafeReply(raw, n.ourAddresses())
	c := blog.Comment{
		IRI: note.ID, URL: personURL(note.URL), Author: a.from, Source: a.how,
		HTML: safe, Text: blog.PlainText(safe), Raw: raw, Warning: warning(note), Language: note.Language,
		Visibility: visibility(a.Activity, note), Published: note.Published,
		Collections: n.collectionsOf(note),
		Attachments: attachmentsOf(note), Emojis: emojisOf(note, safe),
	}
	if c.Text == "" && len(c.Attachments) > 0 {
		c.Text = cmp.Or(c.Attachments[0].Alt, c.Attachments[0].URL)
	}
	if len(note.InReplyTo) > 0 {
		c.ParentIRI = note.InReplyTo[0]
	}
	if note.Updated.After(note.Published) {
		c.Edited = note.Updated
	}
	return c
}

// rawContent is the note's HTML, after its title if it has one.
func rawContent(note *vocab.Object) string {
	var b strings.Builder
	if title := blog.TamePlain(blog.PlainText(note.Name), maxTitle); title != "" {
		b.WriteString("<p><strong>" + html.EscapeString(title) + "</strong></p>")
	}
	b.WriteString(note.Content)
	return b.String()
}

func warning(note *vocab.Object) string {
	w := blog.TamePlain(blog.PlainText(note.Summary), maxWarning)
	if w == "" && note.Sensitive && len(note.Attachments) > 0 {
		return "Sensitive content"
	}
	return w
}

// visibility is who the note is for, as its own to and cc say or, when it has
// none, the activity's. What is addressed to nobody is for nobody else.
func visibility(a *vocab.Activity, note *vocab.Object) blog.Visibility {
	to, cc := note.To, note.Cc
	if len(to)+len(cc) == 0 {
		to, cc = a.To, a.Cc
	}
	switch {
	case vocab.ToPublic(to):
		return blog.Public
	case vocab.ToPublic(cc):
		return blog.Unlisted
	}
	for _, iri := range append(to[:len(to):len(to)], cc...) {
		if strings.HasSuffix(iri, "/followers") && sameOrigin(iri, a.Actor) {
			return blog.Followers
		}
	}
	return blog.Direct
}

// ourAddresses are what a mention of the blog may link to: its id, its page,
// or a page as servers make one up for it.
func (n *Node) ourAddresses() []string {
	b := n.blog
	return []string{b.ActorIRI(), b.HomeURL(), b.BaseURL, b.BaseURL + "/@" + b.Handle}
}
