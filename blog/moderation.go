package blog

import "time"

// What becomes of the replies to a post: the words of comments.policy and of
// comments in a front matter.
const (
	OpenPolicy   = "open"   // shown at once
	KnownPolicy  = "known"  // shown when its writer is known here, else held
	HeldPolicy   = "held"   // held until the author approves it
	ClosedPolicy = "closed" // not taken
)

// RepliesPolicy is what becomes of a reply to the post that comes now. The
// front matter's word wins over the blog's policy, and over the age at which
// posts are closed (0 is never).
func (p *Post) RepliesPolicy(policy string, closeAfter time.Duration, now time.Time) string {
	switch {
	case p.Comments != "":
		return p.Comments
	case closeAfter > 0 && !p.Published.IsZero() && now.Sub(p.Published) >= closeAfter:
		return ClosedPolicy
	case policy == "":
		return OpenPolicy
	}
	return policy
}

// Level is what the author decided about all that an actor or a server says.
type Level string

const (
	Always Level = "always" // shown whatever the policy, rules and limits say
	Ask    Level = "ask"    // held until the author approves it
)

// Standing is a Level of an actor or a domain.
type Standing struct {
	Target string // an actor's IRI, or a domain with those below it
	Level  Level
	Note   string // the public comment of an imported list; may be empty
	Since  time.Time
}

// Acquaintance is what the author decided about a commenter.
type Acquaintance struct {
	Level  Level  // of the actor, else of the nearest domain; empty means none
	Target string // whose Level it is
}

// Decision is an entry of the audit log.
type Decision struct {
	ID     int64
	At     time.Time
	Who    string // "author", "delivery", or "rule 3"
	Action Action
	Object string // "comment 7", "report 2", "mention 4", an actor's IRI or a domain
	Actor  string // IRI of whose it is; may be empty
	Handle string // of Actor, read only; may be empty
	Note   string
}

// Action is what was decided.
type Action string

const (
	ApproveAction Action = "approve"
	HoldAction    Action = "hold"
	HideAction    Action = "hide"
	DeleteAction  Action = "delete"
	AlwaysAction  Action = "always"
	AskAction     Action = "ask"
	UsualAction   Action = "usual"
	BlockAction   Action = "block"
	UnblockAction Action = "unblock"
	RejectAction  Action = "reject"
	CloseAction   Action = "close"
	DropAction    Action = "drop" // a follower, or all at a server, that cannot be reached any more
)

// Who decides, besides rules.
const (
	ByAuthor   = "author"
	ByDelivery = "delivery" // what became of the deliveries
)
