package vocab

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// Activity is what somebody tells us they did. Ids are as they were written:
// not compared, not checked, any string of at most 2,048 bytes.
type Activity struct {
	ID        string
	Type      string
	Actor     string   // an id
	Objects   []Object // what it is about: one, but for Flag and poll votes
	Target    string   // an id: the new account of a Move
	To, Cc    []string // ids, with Public spelled out
	Published time.Time
	Content   string // HTML, or the emoji of a reaction

	Instrument []Object // the post that a QuoteRequest or ReplyRequest asks for
	Emoji      string   // of a Like or EmojiReact: the character or :shortcode:; empty for a plain Like
}

// Object is what an activity is about, or a document that was fetched: a note,
// another activity, a tombstone, an actor. Bare ones have nothing but an id.
type Object struct {
	ID           string
	Type         string   // the first of Types
	Types        []string // what it says it is; nearly always one
	Bare         bool     // only the id was sent
	AttributedTo []string // ids
	InReplyTo    []string // ids
	To, Cc       []string // ids, with Public spelled out
	Name         string   // plain text, though some send HTML
	Summary      string   // the content warning; HTML or plain text
	Content      string   // HTML
	Language     string   // BCP 47 as contentMap has it, or empty
	URL          string   // the page for people
	Published    time.Time
	Updated      time.Time
	Sensitive    bool
	Tags         []Tag
	Attachments  []Attachment
	Conversation string // an id, perhaps no URL
	Context      string // an id
	Replies      string // the id of the collection of what answers it
	Quote        string // the id of what it quotes

	Actor  string // of an activity within an activity: an id
	Object string // what that one is about: an id
}

// Tag is a Mention, Hashtag or Emoji of an object.
type Tag struct {
	Type string
	Name string // "@ann@example.com", "#tag", ":blobcat:"
	Href string // the mentioned actor's id, the hashtag's page
	Icon string // the picture of an Emoji
}

// Attachment is a picture, film or sound that comes with an object, or a link.
type Attachment struct {
	Type      string
	MediaType string
	URL       string
	Name      string // the alternative text
}

// DecodeActivity reads an activity after Check, whose error it returns. What
// has the wrong type or is too long costs only itself; missing things are
// empty. Errors are ErrMalformed.
func DecodeActivity(data []byte) (Activity, error) {
	root, err := document(data)
	if err != nil {
		return Activity{}, err
	}
	return decodeActivity(root), nil
}

// DecodeObject reads an object like DecodeActivity an activity.
func DecodeObject(data []byte) (Object, error) {
	root, err := document(data)
	if err != nil {
		return Object{}, err
	}
	return decodeObject(root), nil
}

// document is the one object that data is.
func document(data []byte) (value, error) {
	if err := Check(data); err != nil {
		return nil, err
	}
	root := value(bytes.TrimSpace(data))
	if !root.isObject() {
		return nil, fmt.Errorf("%w: it is no object", ErrMalformed)
	}
	return root, nil
}

// Is tells whether the object says it is one of the types.
func (o *Object) Is(types ...string) bool {
	return slices.ContainsFunc(o.Types, func(t string) bool { return slices.Contains(types, t) })
}

// ToPublic tells whether a list of ids is addressed to everyone.
func ToPublic(ids []string) bool { return slices.Contains(ids, Public) }

func decodeActivity(v value) Activity {
	var a Activity
	var reaction value
	v.members(func(name string, v value) {
		switch name {
		case "id":
			a.ID = v.iri()
		case "type":
			a.Type = firstOf(v.types())
		case "actor":
			a.Actor = firstOf(v.iris(1))
		case "object":
			a.Objects = decodeObjects(v)
		case "instrument":
			a.Instrument = decodeObjects(v)
		case "target":
			a.Target = firstOf(v.iris(1))
		case "to":
			a.To = v.audience(maxAudience)
		case "cc":
			a.Cc = v.audience(maxAudience)
		case "published":
			a.Published = v.at()
		case "content":
			a.Content = v.textUpTo(maxContent)
		case "_misskey_reaction":
			reaction = v
		}
	})
	a.Cc = a.Cc[:min(len(a.Cc), maxAudience-len(a.To))]
	if a.Type == "Like" || a.Type == "EmojiReact" {
		if a.Emoji = reaction.textUpTo(maxText); a.Emoji == "" {
			a.Emoji = cut(a.Content, maxText)
		}
	}
	return a
}

func decodeObjects(v value) []Object {
	var out []Object
	v.each(func(v value) bool {
		if o := decodeObject(v); o.ID != "" || !o.Bare {
			out = append(out, o)
		}
		return len(out) < maxObjects
	})
	return out
}
