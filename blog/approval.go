package blog

import "time"

// ApprovalType is what somebody asked the author's leave for: a quote as
// FEP-044f has it, the others as GoToSocial's interaction requests.
type ApprovalType string

const (
	QuoteApproval    ApprovalType = "quote"
	ReplyApproval    ApprovalType = "reply"
	LikeApproval     ApprovalType = "like"
	AnnounceApproval ApprovalType = "announce"
)

// ApprovalState is how far a request has come.
type ApprovalState string

const (
	Asked   ApprovalState = "asked"   // waits for the author
	Granted ApprovalState = "granted" // accepted; its authorization is served
	Refused ApprovalState = "refused" // rejected, or revoked later
)

// Approval is a request to do something with a post, and what was answered.
type Approval struct {
	ID          string // UUIDv7; its IRI is Blog.AuthorizationIRI
	Type        ApprovalType
	Request     string // the id of the request, to be answered
	Actor       Actor  // who asked
	Interacting string // the id of the quote, reply, like or boost
	PostID      string
	PostSlug    string // read only
	State       ApprovalState
	Created     time.Time
}

// Report is a complaint that another server passed on (a Flag).
type Report struct {
	ID       int64
	IRI      string   // the Flag's id; may be empty
	Actor    string   // IRI of who sent it: a server's own actor, so that nobody is named
	Host     string   // of Actor
	Text     string   // plain text
	Objects  []string // IRIs of what it is about: the blog's actor, posts, comments
	Received time.Time
	Closed   time.Time // when the author was done with it; zero when not
}
