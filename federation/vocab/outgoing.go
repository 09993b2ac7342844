package vocab

import "time"

// Outgoing is an activity of the blog, about an object of type T.
type Outgoing[T any] struct {
	Context   Context  `json:"@context,omitempty"`
	ID        string   `json:"id"`
	Type      string   `json:"type"`
	Actor     string   `json:"actor"`
	Published string   `json:"published,omitempty"`
	To        []string `json:"to"`
	Cc        []string `json:"cc,omitempty"`
	Object    T        `json:"object"`
	Result    string   `json:"result,omitempty"` // of an Accept: the id of the authorization (FEP-044f)
}

// Request is a QuoteRequest, ReplyRequest, LikeRequest or AnnounceRequest
// within our answer to it.
type Request struct {
	Type       string `json:"type"`
	ID         string `json:"id"`
	Actor      string `json:"actor"`
	Object     string `json:"object"`
	Instrument string `json:"instrument"`
}

// Authorization shows others that a request was granted: a QuoteAuthorization
// (FEP-044f), or a ReplyAuthorization, LikeAuthorization or
// AnnounceAuthorization as GoToSocial looks for.
type Authorization struct {
	Context           Context `json:"@context"`
	ID                string  `json:"id"`
	Type              string  `json:"type"`
	AttributedTo      string  `json:"attributedTo"`
	InteractingObject string  `json:"interactingObject"`
	InteractionTarget string  `json:"interactionTarget"`
}

// Follow is a follower's activity within our answer to it. It is there whole:
// Mastodon finds what is accepted by its id, or by its actor.
type Follow struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Actor  string `json:"actor"`
	Object string `json:"object"`
}

// Move says that the actor is to be followed elsewhere from now on.
type Move struct {
	Context Context  `json:"@context"`
	ID      string   `json:"id"`
	Type    string   `json:"type"`
	Actor   string   `json:"actor"`
	To      []string `json:"to"`
	Object  string   `json:"object"` // the actor once more
	Target  string   `json:"target"` // the new one
}

// Item is an object, or its id in its place when Object is nil.
type Item[T any] struct {
	ID     string
	Object *T
}

// MarshalJSON writes the object or the id.
func (i Item[T]) MarshalJSON() ([]byte, error) {
	if i.Object == nil {
		return Encode(i.ID)
	}
	return Encode(i.Object)
}

// Time is a time as others read it: RFC 3339 in UTC, with milliseconds when it
// has any; empty for the zero time.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	layout := "2006-01-02T15:04:05Z"
	if t.Nanosecond() >= int(time.Millisecond) {
		layout = "2006-01-02T15:04:05.000Z"
	}
	return t.UTC().Format(layout)
}

// View says that the blog looked at itself, and asks its own inbox how the
// request came. Nobody else is sent it.
type View struct {
	Context Context `json:"@context"`
	Type    string  `json:"type"`
	Actor   string  `json:"actor"`
	Object  string  `json:"object"`
	Content string  `json:"content,omitempty"` // to make it as large as an activity may be
}
