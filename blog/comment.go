package blog

import "time"

// State is the author's decision about a comment.
type State string

const (
	Shown  State = "shown"
	Held   State = "held"   // waits for the author
	Hidden State = "hidden" // taken off the page, kept
	Erased State = "erased" // deleted by its writer or the author: text gone, place kept for its answers
)

// Source says how a comment came here.
type Source string

const (
	Delivered Source = "delivered" // its server sent it to our inbox
	Fetched   Source = "fetched"   // we went and found it
	Own       Source = "own"       // the author of the blog wrote it here
	Imported  Source = "imported"  // it came along from another program; its writer has no account
)

// Comment is a reply from the fediverse under a post.
type Comment struct {
	ID         int64  // short and local: "#comment-7"
	IRI        string // the object's id at its own server
	URL        string // where a person reads it there; may be empty
	PostID     string
	PostSlug   string // read only
	Parent     int64  // the comment it answers; 0 when it answers the post
	ParentIRI  string // what inReplyTo said
	Author     Actor
	HTML       string // made safe by SafeHTML; empty when erased
	Text       string // the same as plain text
	Raw        string // the content as it came, for rendering it again; empty when erased
	Warning    string // content warning, plain text; empty means none
	Language   string // BCP 47 or empty
	Visibility Visibility
	State      State
	Source     Source
	Published  time.Time // as its server says, never after Received
	Edited     time.Time // zero when never edited
	Received   time.Time

	Attachments []Attachment
	Emojis      []CustomEmoji // in HTML they are their names
	Reason      string        // why it is held or hidden, for the author; empty when shown, or hidden by hand
	Veiled      bool          // hidden whatever is decided about it, for Reason. Read only
	Rule        int64         // the rule that holds it; 0 for none. Not read back
	NoBlog      bool          // it says #noblog, so it is hidden whatever its State would be. Not read back

	// Collections are addresses at other servers where more of the conversation
	// may be found: the comment's replies, its context. Not read back.
	Collections []string
}

// Version is what a comment said before it was edited.
type Version struct {
	Since   time.Time // from when on it said so
	Text    string    // plain
	Warning string
}

// OnPage tells whether readers see the comment.
func (c *Comment) OnPage() bool { return c.State == Shown && c.Visibility.Shown() }

// Actor is somebody at another server.
type Actor struct {
	IRI         string // the actor's id
	Type        string // Person, Service, Application, Group or Organization
	Handle      string // name@host, without a leading @
	Name        string // display name, plain text; empty means none
	URL         string // the profile page, http(s); may be empty
	Inbox       string
	SharedInbox string // may be empty
	AvatarURL   string // the picture at its own server; never shown to a reader
	Avatar      string // our copy, a file name under /avatars/; empty until a job has fetched it
	KeyID       string
	KeyPEM      string // SubjectPublicKeyInfo in PEM
	Fetched     time.Time
	Joined      time.Time // when the account was made, as its server says; zero when it does not
	NoBlog      bool      // its profile says #noblog: nothing of it is shown
}

// DisplayName is the name to show: the name, else the handle, else the IRI.
func (a *Actor) DisplayName() string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Handle != "":
		return a.Handle
	}
	return a.IRI
}

// DeliveryInbox is where activities for the actor go: the shared inbox of its
// server when it has one.
func (a *Actor) DeliveryInbox() string {
	if a.SharedInbox != "" {
		return a.SharedInbox
	}
	return a.Inbox
}

// ReactionType is what somebody did with a post, short of answering it.
type ReactionType string

const (
	Like  ReactionType = "like"
	Boost ReactionType = "boost"
	Emoji ReactionType = "emoji"
)

// Reaction is one actor's like, boost or emoji on one post.
type Reaction struct {
	ID       int64
	Type     ReactionType
	IRI      string // the activity's id at its server; an Undo may name it alone
	PostID   string
	PostSlug string // read only
	Actor    Actor
	Emoji    string // for Emoji: the character or :shortcode:
	At       time.Time
}

// Follower is an actor that wants our posts.
type Follower struct {
	Actor    Actor
	FollowID string // the id of its latest Follow, embedded in our Accept
	Since    time.Time
}

// Block keeps an actor or a whole domain out, on every path.
type Block struct {
	Target string // an actor's IRI, or a domain in lower case
	Note   string // the public comment of an imported list; may be empty
	Since  time.Time
}
