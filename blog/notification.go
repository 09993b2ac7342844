package blog

import "time"

// NotificationKind is what the author is told of.
type NotificationKind string

const (
	ReplyNotification   NotificationKind = "reply"   // a comment that is shown, or was said to the author alone
	HeldNotification    NotificationKind = "held"    // a comment that waits for the author
	ReportNotification  NotificationKind = "report"  // a complaint that another server passed on
	FailingNotification NotificationKind = "failing" // a server that has taken nothing for days
)

// NotificationKinds are all of them.
func NotificationKinds() []NotificationKind {
	return []NotificationKind{ReplyNotification, HeldNotification, ReportNotification, FailingNotification}
}

// Notification is something that the author is told of. One of the pointers is
// set.
type Notification struct {
	ID        int64
	Kind      NotificationKind
	At        time.Time
	Comment   *Comment
	PostTitle string // of the comment's post; empty when it has none
	Report    *Report
	Failing   *FailingServer
}

// FailingServer is a server at which all tries have failed for a long time.
type FailingServer struct {
	Host      string
	Since     time.Time
	Status    int // the last HTTP status; 0 when no answer came
	Followers int // who get nothing
}

// NotificationBatch is what one message tells of.
type NotificationBatch struct {
	Last   int64                    // id of a notification, which stays the same however often it is tried
	Tries  int                      // that failed so far
	First  time.Time                // when the first of them came
	Events []Notification           // the first that have not gone or been dealt with since, with what they are about
	Counts map[NotificationKind]int // of those, and of all that come after them
}

// Notifier is how telling the author goes, by one channel.
type Notifier struct {
	Channel string
	Waiting int       // notifications that were not told yet
	Oldest  time.Time // of those
	Tries   int       // of the message that is on its way; 0 when none failed
	NextTry time.Time
	Error   string    // of the last try; empty when it worked
	Sent    time.Time // when a message arrived last
}
