package blog

import "time"

// Relay is a server that passes public posts on to those who subscribe to it.
type Relay struct {
	IRI      string // of its actor
	Inbox    string // empty until it was reached
	FollowID string // UUID of the Follow that it was sent; empty until it was reached
	State    RelayState
	Error    string // why it could not be reached
	Since    time.Time
}

// RelayState is where the blog stands with a relay.
type RelayState string

const (
	RelayUnreached RelayState = "unreached" // its actor cannot be fetched
	RelayAsked     RelayState = "asked"     // a Follow is on its way, or waits for its answer
	RelayAccepted  RelayState = "accepted"  // it gets what is public
	RelayRejected  RelayState = "rejected"
)
