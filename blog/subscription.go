package blog

import (
	"errors"
	"time"
)

// Subscription is somebody who is sent a feed whenever it changes (WebSub): the
// address that it is posted to, and how that went last.
type Subscription struct {
	ID       int64
	Callback string
	Host     string        // of Callback, lower case, with its port when it names one
	Topic    string        // path of the feed
	Secret   string        // signs what is sent; empty means nothing does
	Since    time.Time     // read only
	Expires  time.Time     // unless it is renewed before
	State    DeliveryState // of the last change: Pending, Sent, Failed; empty before the first
	Tries    int           // attempts made at it so far
	Status   int           // the last HTTP status; 0 when no answer came
	Error    string        // of the last attempt; empty when it succeeded
	NextTry  time.Time     // zero unless pending
	Sent     time.Time     // when a change arrived last; zero for never
}

// SubscriptionMode is what a hub is asked for: hub.mode of WebSub.
type SubscriptionMode string

const (
	Subscribe   SubscriptionMode = "subscribe"
	Unsubscribe SubscriptionMode = "unsubscribe"

	// Denied is nothing that a hub can be asked for: it has the callback told that
	// its subscription is over, since the feed is.
	Denied SubscriptionMode = "denied"
)

// SubscriptionRequest is what somebody asked the hub for. It counts once the
// callback has said that it is meant. One that is Denied is the hub's own.
type SubscriptionRequest struct {
	Mode     SubscriptionMode
	Callback string
	Topic    string // path of a feed
	Secret   string
	Lease    time.Duration // for Subscribe
	Asked    string        // read only; tells it from a later one about the same
	Tries    int           // read only; made before this one
}

// FeedChange are the feeds of one subject, in all their formats, that changed.
type FeedChange struct {
	Below    string // their path without the file's name: empty for the blog's own
	Revision int64  // of the last change
	Tries    int    // at telling, made before this one
}

// FeedDocument is a feed as readers get it.
type FeedDocument struct {
	Type string // media type
	Body []byte
}

// ErrNoFeed is the path of no feed, or of one that is not there any more.
var ErrNoFeed = errors.New("there is no such feed")

// FeedFiles are the last parts of feeds' paths, one for each format.
func FeedFiles() []string { return []string{"feed.xml", "feed.atom", "feed.json"} }

// CommentsPath is where the feeds of all comments lie.
const CommentsPath = "/comments"
