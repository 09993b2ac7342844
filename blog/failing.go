package blog

import "time"

// FailingInbox is an inbox at which every try failed for a while, whose actors
// are to be fetched anew.
type FailingInbox struct {
	Inbox  string
	Status int       // the last HTTP status; 0 when no answer came
	Since  time.Time // the first of the tries
	Last   time.Time // the latest
	Actors []string  // IRIs of a few whose inbox it is, followers first
}

// InboxFinding is what fetching the actors of a failing inbox showed.
type InboxFinding string

const (
	InboxAlive  InboxFinding = "alive"  // its server is back, or it has no actors any more
	InboxSilent InboxFinding = "silent" // its server does not answer
	InboxOpen   InboxFinding = "open"   // neither: there is more to look at
)

// DeadInbox is an inbox whose followers were dropped.
type DeadInbox struct {
	Inbox     string
	Host      string
	Followers int // how many there were
}
