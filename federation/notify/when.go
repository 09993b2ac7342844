package notify

import "time"

// Rhythm is how often the author is told.
type Rhythm string

// The words of notify.when.
const (
	AtOnce Rhythm = "at_once"
	Hourly Rhythm = "hourly"
	Daily  Rhythm = "daily"
)

const (
	gatherFor = 5 * time.Second // at once, for what comes together
	calmFor   = 5 * time.Minute // at once, between two messages: a storm is one every five minutes
	giveUp    = 7 * 24 * time.Hour
)

// When is the rhythm, and for Daily the time of the day.
type When struct {
	Rhythm Rhythm
	Hour   int
	Minute int
	Zone   *time.Location
}

// due is when to tell of what came first at oldest, after a message at sent.
func (w When) due(oldest, sent time.Time) time.Time {
	switch w.Rhythm {
	case Hourly:
		return oldest.Truncate(time.Hour).Add(time.Hour)
	case Daily:
		local := oldest.In(w.Zone)
		at := time.Date(local.Year(), local.Month(), local.Day(), w.Hour, w.Minute, 0, 0, w.Zone)
		if !at.After(oldest) {
			at = time.Date(local.Year(), local.Month(), local.Day()+1, w.Hour, w.Minute, 0, 0, w.Zone)
		}
		return at
	}
	at := oldest.Add(gatherFor)
	if calm := sent.Add(calmFor); !sent.IsZero() && calm.After(at) {
		at = calm
	}
	return at
}

// pauses are between the tries of a message; the last goes on until it is given up.
func pauses() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}
}

// pauseAfter is how long to wait after so many tries that failed.
func pauseAfter(tries int) time.Duration {
	all := pauses()
	return all[min(max(tries, 1), len(all))-1]
}
