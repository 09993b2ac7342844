package storage

import (
	"sync"
	"time"
)

const (
	// maxNotifications bounds how many wait for one channel. What comes on top is
	// not told of one by one: comments, reports and deliveries list it.
	maxNotifications = 10_000

	roomAtOnce  = 1000             // noted after a count, at most, before the next
	lookForRoom = 10 * time.Second // again, when there was none
	tellOfFull  = time.Hour        // once for each channel
)

// room knows for each channel how many more may be noted, so that a reply costs no
// count of what waits. Each process has its own: several may note some thousand
// more than they should, together.
type room struct {
	mu       sync.Mutex
	channels map[string]*channelRoom
}

type channelRoom struct {
	left   int
	looked time.Time // when there was none; zero else
	told   time.Time // that there is none
}

// take takes the place for one more; false when too many wait. full tells that it
// is time to say so.
func (r *room) take(t *tx, channel string) (ok, full bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.channels == nil {
		r.channels = map[string]*channelRoom{}
	}
	c := r.channels[channel]
	if c == nil {
		c = &channelRoom{}
		r.channels[channel] = c
	}
	if c.left == 0 && !recent(c.looked, t.now, lookForRoom) {
		var waiting int
		if err := t.row(`SELECT COUNT(*) FROM notification WHERE channel = $1`, channel).Scan(&waiting); err != nil {
			return false, false, err
		}
		c.left, c.looked = min(max(maxNotifications-waiting, 0), roomAtOnce), time.Time{}
		if c.left == 0 {
			c.looked = t.now
		}
	}
	if c.left > 0 {
		c.left--
		return true, false, nil
	}
	if full = !recent(c.told, t.now, tellOfFull); full {
		c.told = t.now
	}
	return false, full, nil
}

// recent tells whether something was less than so long ago; a time to come, by a
// clock that was wrong, was not.
func recent(then, now time.Time, age time.Duration) bool {
	return !then.After(now) && now.Sub(then) < age
}
