package vocab

import "time"

// Actor is somebody's actor document, or a stub of one, or the document of a
// key alone (then Own is set). Ids are as they were written.
type Actor struct {
	ID, Type    string
	Types       []string
	Username    string // preferredUsername
	Name        string
	Summary     string // HTML
	URL         string // the profile page
	Inbox       string
	SharedInbox string // of endpoints, else where Misskey has it too
	Outbox      string
	Followers   string
	Following   string
	Featured    string
	Icon        string // the address of the picture
	MovedTo     string // an id
	AlsoKnownAs []string
	Keys        []Key
	Tags        []Tag     // the Emoji of the name, the Hashtags of the summary
	Published   time.Time // when the account was made
	Own         Key       // when the document is that of a key
}

// Key is a public key as an actor lists it, perhaps by its id alone, or as its
// own document has it.
type Key struct {
	ID    string
	Owner string // the actor's id
	PEM   string
}

// DecodeActor reads an actor, or a key, like DecodeActivity an activity.
func DecodeActor(data []byte) (Actor, error) {
	root, err := document(data)
	if err != nil {
		return Actor{}, err
	}
	var a Actor
	var shared string
	root.members(func(name string, v value) {
		if name == "sharedInbox" {
			shared = v.iri()
		}
		a.read(name, v)
	})
	if a.SharedInbox == "" {
		a.SharedInbox = shared
	}
	a.Type = firstOf(a.Types)
	a.Own = decodeKey(root)
	return a, nil
}

func (a *Actor) read(name string, v value) {
	switch name {
	case "id":
		a.ID = v.iri()
	case "type":
		a.Types = v.types()
	case "preferredUsername":
		a.Username = v.textUpTo(maxText)
	case "name":
		a.Name = v.textUpTo(maxText)
	case "summary":
		a.Summary = v.textUpTo(maxSummary)
	case "url":
		a.URL = v.page()
	case "icon":
		a.Icon = v.picture()
	case "inbox":
		a.Inbox = v.iri()
	case "endpoints":
		a.SharedInbox = v.member("sharedInbox").iri()
	case "outbox":
		a.Outbox = v.iri()
	case "followers":
		a.Followers = v.iri()
	case "following":
		a.Following = v.iri()
	case "featured":
		a.Featured = v.iri()
	case "movedTo":
		a.MovedTo = v.iri()
	case "alsoKnownAs":
		a.AlsoKnownAs = v.iris(maxAliases)
	case "publicKey":
		a.Keys = decodeKeys(v)
	case "tag":
		a.Tags = decodeTags(v)
	case "published":
		a.Published = v.at()
	}
}

func decodeKeys(v value) []Key {
	var out []Key
	v.each(func(v value) bool {
		if k := decodeKey(v); k.ID != "" {
			out = append(out, k)
		}
		return len(out) < maxKeys
	})
	return out
}

// decodeKey calls the owner by one name: the security vocabulary has had two.
// A PEM that is cut would be another key, so a long one is none.
func decodeKey(v value) Key {
	if !v.isObject() {
		return Key{ID: v.iri()}
	}
	var k Key
	var controller string
	v.members(func(name string, v value) {
		switch name {
		case "id":
			k.ID = v.iri()
		case "owner":
			k.Owner = v.iri()
		case "controller":
			controller = v.iri()
		case "publicKeyPem":
			if pem := v.text(); len(pem) <= maxPEM {
				k.PEM = pem
			}
		}
	})
	if k.Owner == "" {
		k.Owner = controller
	}
	return k
}
