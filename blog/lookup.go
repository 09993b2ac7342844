package blog

import "time"

// Lookup is a note that is to be fetched from its own server and placed under
// a post, since it came, or was told of, before what it answers.
type Lookup struct {
	IRI      string
	WaitsFor string // the id of the note that it answers, while that is looked up too
	Depth    int    // steps up from what was delivered
	Tries    int    // made so far
	Since    time.Time
}

// Walk is a collection at another server that is looked through for replies
// that were never delivered, again and again while the conversation is fresh.
type Walk struct {
	IRI      string // of the collection
	PostID   string
	PostSlug string    // read only
	Host     string    // of IRI
	Rounds   int       // made so far
	Found    int       // notes that were new, in all rounds
	Walked   time.Time // the last round; zero when there was none
	Next     time.Time // the next one; zero when there is to be none
	Error    string    // how the last round failed; empty when it did not
}
