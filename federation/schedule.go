package federation

import (
	"math/rand/v2"
	"time"
)

// maxRetryAfter bounds how long an inbox can put us off by Retry-After.
const maxRetryAfter = 6 * time.Hour

// schedule is how long a delivery waits after each failed attempt. One more
// attempt than it has steps is made.
type schedule []time.Duration

// defaultSchedule makes 12 attempts over five and a half days, growing slower
// than Mastodon's 16 in two days: a small server that is away over a long
// weekend still gets its posts.
func defaultSchedule() schedule {
	const m, h = time.Minute, time.Hour
	return schedule{1 * m, 5 * m, 15 * m, 1 * h, 2 * h, 4 * h, 8 * h, 12 * h, 24 * h, 36 * h, 48 * h}
}

// next is when to try again after tries attempts of which the last was at now.
// It is at least retryAfter away, as the inbox asked, within maxRetryAfter. Ok
// is false when no attempt is left. Each wait is up to a fifth shorter or
// longer than its step, so that what failed together does not return together.
func (s schedule) next(tries int, now time.Time, retryAfter time.Duration) (at time.Time, ok bool) {
	if tries < 1 || tries > len(s) {
		return time.Time{}, false
	}
	step := s[tries-1]
	wait := step - step/5 + time.Duration(rand.Int64N(int64(2*step/5)+1))
	return now.Add(max(wait, min(retryAfter, maxRetryAfter))), true
}
