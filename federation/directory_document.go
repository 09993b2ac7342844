package federation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"limelight/blog"
)

const (
	maxName     = 2048 // characters, as Mastodon has it
	maxUsername = 255  // characters
	maxKeys     = 10   // of an actor; the rest is not looked at
)

// actorDocument is what a server gave out as an actor, a stub of one, or a key.
// What it had of the wrong type is missing.
type actorDocument struct {
	at string // where it was served

	ID, Type           string
	Username, Name     string
	URL, Icon          string
	Inbox, SharedInbox string
	Keys               []publicKey

	own publicKey // when it is the document of a key
}

// publicKey is a key as an actor lists it, perhaps by its id alone, or as its
// own document has it.
type publicKey struct {
	ID, Owner, PEM string
}

// actorTypes are those of the vocabulary (section 4.1).
func actorTypes() []string {
	return []string{"Application", "Group", "Organization", "Person", "Service"}
}

func (a *actorDocument) isActor() bool { return slices.Contains(actorTypes(), a.Type) }

// key is the one with the id that the actor lists, nil when it lists none.
func (a *actorDocument) key(id string) *publicKey {
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
		Type:      a.Type,
		Handle:    a.handle(),
		Name:      blog.TamePlain(blog.PlainText(a.Name), maxName),
		URL:       personURL(a.URL),
		Inbox:     a.Inbox,
		AvatarURL: personURL(a.Icon),
		Fetched:   now,
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
