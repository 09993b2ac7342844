package federation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

const (
	maxName     = 2048 // characters, as Mastodon has it
	maxUsername = 255  // characters
)

// actorDocument is what a server gave out as an actor, a stub of one, or a key.
type actorDocument struct {
	vocab.Actor
	at string // where it was served
}

func readActor(doc Document) (*actorDocument, error) {
	a, err := vocab.DecodeActor(doc.Body)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.URL, err)
	}
	return &actorDocument{a, doc.URL}, nil
}

// isActor tells whether its type is one of an actor (vocabulary, section 4.1).
func (a *actorDocument) isActor() bool { return a.actorType() != "" }

func (a *actorDocument) actorType() string {
	for _, t := range a.Types {
		if slices.Contains([]string{"Application", "Group", "Organization", "Person", "Service"}, t) {
			return t
		}
	}
	return ""
}

// key is the one with the id that the actor lists, nil when it lists none.
func (a *actorDocument) key(id string) *vocab.Key {
	for i := range a.Keys {
		if a.Keys[i].ID == id {
			return &a.Keys[i]
		}
	}
	return nil
}

// blogActor is the actor as the rest of the program knows actors, without a
// key. It fails when the actor has no inbox that we could write to.
func (a *actorDocument) blogActor(now time.Time) (blog.Actor, error) {
	if hostName(a.Inbox) == "" {
		return blog.Actor{}, fmt.Errorf("%s has no inbox", a.ID)
	}
	out := blog.Actor{
		IRI:       a.ID,
		Type:      a.actorType(),
		Handle:    a.handle(),
		Name:      blog.TamePlain(blog.PlainText(a.Name), maxName),
		URL:       personURL(a.URL),
		Inbox:     a.Inbox,
		AvatarURL: personURL(a.Icon),
		Fetched:   now,
		Joined:    a.Published,
		NoBlog:    saysNoBlog(blog.PlainText(a.Summary), a.Tags),
	}
	// A shared inbox elsewhere would draw what is meant for one server to another.
	if sameOrigin(a.SharedInbox, a.Inbox) {
		out.SharedInbox = a.SharedInbox
	}
	return out, nil
}

// handle is name@host, empty when the actor has no name that fits in one.
func (a *actorDocument) handle() string {
	name := blog.TamePlain(a.Username, maxUsername)
	if name == "" || name != a.Username || strings.ContainsAny(name, "@/ <>\"'") {
		return ""
	}
	return name + "@" + hostName(a.ID)
}
