package peertest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

const public = "https://www.w3.org/ns/activitystreams#Public"

// Note is a post of an account, served at its id.
type Note struct {
	Context      string   `json:"@context"`
	ID           string   `json:"id"`
	Type         string   `json:"type"`
	AttributedTo string   `json:"attributedTo"`
	InReplyTo    string   `json:"inReplyTo,omitempty"`
	Quote        string   `json:"quote,omitempty"`
	Replies      string   `json:"replies,omitempty"` // the id of a collection
	Attachment   any      `json:"attachment,omitempty"`
	Tag          any      `json:"tag,omitempty"`
	Content      string   `json:"content"`
	Published    string   `json:"published"`
	Updated      string   `json:"updated,omitempty"`
	URL          string   `json:"url"`
	To           []string `json:"to"`
	CC           []string `json:"cc"`
}

// Tag is a Mention or Hashtag of a note.
type Tag struct {
	Type string `json:"type"`
	Href string `json:"href,omitempty"`
	Name string `json:"name,omitempty"`
}

// Act is an activity of an account.
type Act struct {
	Context string `json:"@context"`
	ID      string `json:"id"`
	Type    string `json:"type"`
	Actor   string `json:"actor"`
	Object  any    `json:"object"` // an id, a Note, an Act

	Target     string `json:"target,omitempty"`     // of a Move
	Instrument any    `json:"instrument,omitempty"` // of a QuoteRequest and its kin
	Content    string `json:"content,omitempty"`    // of a Flag
}

// Note writes a public note, in reply to inReplyTo unless that is empty, and
// serves it.
func (a *Account) Note(inReplyTo, html string) Note {
	path := a.path(fmt.Sprintf("/statuses/%d", a.next()))
	n := Note{
		Context: "https://www.w3.org/ns/activitystreams", ID: a.peer.URL + path, Type: "Note", AttributedTo: a.IRI,
		InReplyTo: inReplyTo, Content: html, Published: time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		URL: a.peer.URL + path, To: []string{public}, CC: []string{a.IRI + "/followers"},
	}
	a.Publish(n)
	return n
}

// Publish serves a note at its id, also in place of what was there.
func (a *Account) Publish(n Note) {
	data, err := encode(n)
	if err != nil {
		a.peer.t.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.objects[strings.TrimPrefix(n.ID, a.peer.URL)] = string(data)
}

// Act makes an activity with an id of its own: Act("Follow", actor).
func (a *Account) Act(kind string, object any) Act {
	return Act{
		Context: "https://www.w3.org/ns/activitystreams",
		ID:      a.peer.URL + a.path(fmt.Sprintf("/activities/%d", a.next())),
		Type:    kind, Actor: a.IRI, Object: object,
	}
}

// path is a path below the account's.
func (a *Account) path(rest string) string { return strings.TrimPrefix(a.IRI, a.peer.URL) + rest }

func (a *Account) next() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.serial++
	return a.serial
}

// KnownAs has the account say that it was another one before.
func (a *Account) KnownAs(iri string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.aliases = append(a.aliases, iri)
}

// Origin is the address of the account's server.
func (a *Account) Origin() string { return a.peer.URL }

// Serve has a path at the account's server answered as the test likes.
func (a *Account) Serve(path string, h http.HandlerFunc) { a.peer.Handle(path, h) }

// Rewrite has the account's documents say something else from now on; done
// again with the same from, the later counts.
func (a *Account) Rewrite(from, to string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rewritten = append([]string{from, to}, a.rewritten...)
}
