package blog

import "errors"

// Intent is what a visitor wants to do here from the account that they have at
// another server.
type Intent string

const (
	FollowIntent Intent = "follow" // the blog
	ReplyIntent  Intent = "reply"  // to a post or a comment; liking and boosting start from the same page
)

// Destination is where a visitor's own server takes them up.
type Destination struct {
	URL  string // http(s), with the object's id in it
	Host string // of URL, to be shown
	Own  bool   // whether Host is what the visitor named, or else another that it named
}

// Errors of finding a visitor's server.
var (
	// ErrHandle is what was typed being no handle and no server.
	ErrHandle = errors.New("it is neither a handle nor a server")
	// ErrServer is a server that gives no answer.
	ErrServer = errors.New("the server cannot be reached")
)
