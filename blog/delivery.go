package blog

import "time"

// Activity is something the blog did that other servers are told: a row, never
// JSON. It is rendered when its deliveries are claimed.
type Activity struct {
	ID      string // UUIDv7; its IRI is Blog.ActivityIRI
	Type    string // Create, Update, Delete, Accept, Reject, Move, Follow, Undo
	Object  ObjectType
	Ref     string    // which object: a post's or own comment's UUID; for an approval, its UUID; for a follow, the Follow's IRI; for the Undo at a relay, its Follow's UUID; for the actor, empty or, after a rotation, the name of its new key, of a Move the target's IRI
	Target  string    // the actor IRI the activity is for alone (an answer, or what a relay is asked); empty when it is for the audience
	Created time.Time // UTC
}

// ObjectType names the table an Activity's Ref points into.
type ObjectType string

const (
	PostObject   ObjectType = "post"
	FollowObject ObjectType = "follow"
	ActorObject  ObjectType = "actor"

	RelayObject    ObjectType = "relay"    // our Follow of a relay, and its Undo
	CommentObject  ObjectType = "comment"  // of the author's own
	ApprovalObject ObjectType = "approval" // what somebody asked leave for
)

// DeliveryState is where a delivery stands.
type DeliveryState string

const (
	Pending  DeliveryState = "pending"  // due now or later
	Sent     DeliveryState = "sent"     // the inbox answered 2xx
	Failed   DeliveryState = "failed"   // a final answer, or out of tries
	Replaced DeliveryState = "replaced" // a later activity about the same object made it moot before it left
)

// Untold is where a server stands that has an older version of a post and is
// told no more: its inbox is gone, or nobody there follows. No delivery has it.
const Untold DeliveryState = "untold"

// Delivery is one activity on its way to one inbox, and then its receipt.
type Delivery struct {
	ID        int64
	Activity  Activity
	PostSlug  string // read only; empty when the activity is not about a post
	Inbox     string
	Host      string // of Inbox, lower case, with its port when it names one
	State     DeliveryState
	Tries     int       // attempts made so far
	Status    int       // the last HTTP status; 0 when no answer came
	Error     string    // of the last attempt; empty when it succeeded
	NextTry   time.Time // zero unless pending
	Delivered time.Time // zero unless sent
	Created   time.Time
	Failing   time.Time // read only: since when Inbox has taken nothing of all that was tried there; zero when the last try was good
	TooLarge  int       // read only: bytes of the smallest body that the host refused as too large lately; 0 when it refused none
}

// Receipt is the outcome of one attempt at a delivery.
type Receipt struct {
	ID      int64
	State   DeliveryState
	Status  int
	Error   string
	NextTry time.Time // for Pending
	At      time.Time
	Asked   bool // the inbox was asked: the outcome is its doing, and not ours
	Gone    bool // the inbox answered 404 or 410: it is no address any more
	Cut     bool // we broke the attempt off: it may have arrived, and does not count as a try

	TooLarge int    // bytes of a body that the host refused as too large (413); 0 for none
	Content  string // digest of the feed that was sent to a subscriber; empty for all else
}
