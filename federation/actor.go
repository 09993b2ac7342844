package federation

import (
	"html"
	"net/http"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

// Actor answers the actor's id with its document. It never asks for a
// signature, or two servers that both do could not fetch each other's keys,
// and never answers 410, which would have Mastodon delete the account: that is
// Present's to decide, by the owner's word alone.
func (n *Node) Actor(w http.ResponseWriter, r *http.Request) {
	n.answer(w, r, func() (document, error) {
		n.takeLatestKey(r.Context())
		p := n.person()
		p.Context = vocab.ActorContext
		return activityDocument(p)
	})
}

// person is the actor's document without a context.
func (n *Node) person() vocab.Person {
	b, s := n.blog, n.standing.Load()
	return vocab.Person{
		ID: b.ActorIRI(), Type: "Person", PreferredUsername: b.Handle, WebFinger: b.Acct(),
		Name: b.Title, Summary: paragraphs(b.Description), URL: b.HomeURL(),
		Inbox: b.InboxIRI(), Outbox: b.CollectionIRI("outbox"), Followers: b.CollectionIRI("followers"),
		Following: b.CollectionIRI("following"), Featured: b.CollectionIRI("featured"),
		FeaturedTags: b.CollectionIRI("tags"),
		Endpoints:    vocab.Endpoints{SharedInbox: b.InboxIRI()},
		Discoverable: b.Discoverable, Indexable: b.Indexable,
		Published:          vocab.Time(b.Created),
		AttributionDomains: b.Domains(),
		AlsoKnownAs:        s.knownAs(),
		MovedTo:            s.MovedTo,
		Icon:               n.actorImage(b.Avatar),
		Image:              n.actorImage(b.Header),
		Attachment:         properties(b.Fields),
		Tag:                []vocab.PostTag{},
		PublicKey:          vocab.PublicKey{ID: s.key.ID, Owner: b.ActorIRI(), PEM: s.publicPEM},
	}
}

// actorImage is a picture of the actor, nil for none. Mastodon fetches a bare
// string as an object, so it is always an Image.
func (n *Node) actorImage(i blog.Image) *vocab.Image {
	if i.Path == "" {
		return nil
	}
	return &vocab.Image{Type: "Image", MediaType: i.Type, URL: n.blog.URL(i.Path), Summary: i.Alt}
}

// properties are the rows of the profile. Mastodon verifies a link when it is
// all there is in the value and its text is the address.
func properties(fields []blog.Field) []vocab.PropertyValue {
	out := make([]vocab.PropertyValue, len(fields))
	for i, f := range fields {
		value := html.EscapeString(f.Value)
		if personURL(f.Value) != "" {
			value = `<a href="` + value + `" rel="me">` + value + `</a>`
		}
		out[i] = vocab.PropertyValue{Type: "PropertyValue", Name: f.Name, Value: value}
	}
	return out
}

// paragraphs is plain text as HTML.
func paragraphs(text string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}
