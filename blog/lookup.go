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
