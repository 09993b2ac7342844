package federation

import (
	"time"

	"github.com/maypok86/otter/v2"
)

const (
	maxPaced   = 8192 // actors and servers whose comments are counted
	floodTimes = 10   // how many times the rate makes a flood
)

// pressure is how fast comments come.
type pressure int

const (
	calm pressure = iota
	tooMany
	flood
)

// floods counts the comments of each actor and server. Its table is bounded,
// since strangers choose who they are; who is dropped from it starts anew.
type floods struct{ of *otter.Cache[string, bucket] }

func newFloods() *floods {
	return &floods{otter.Must(&otter.Options[string, bucket]{MaximumSize: maxPaced})}
}

// count takes a token from the key's bucket, which holds an hour's rate and
// gets it back over an hour. What is below empty is too many, and at ten times
// the rate a flood, which takes nothing any more. A rate of 0 is no limit.
func (f *floods) count(key string, rate int, now time.Time) (p pressure) {
	if rate <= 0 {
		return calm
	}
	full := float64(rate)
	f.of.Compute(key, func(b bucket, found bool) (bucket, otter.ComputeOp) {
		if !found {
			b = bucket{full, now}
		}
		if passed := now.Sub(b.at).Hours(); passed > 0 {
			b.tokens, b.at = min(full, b.tokens+passed*full), now
		}
		switch {
		case b.tokens >= 1:
			p = calm
		case b.tokens > -(floodTimes-1)*full:
			p = tooMany
		default:
			p = flood
			return b, otter.WriteOp
		}
		b.tokens--
		return b, otter.WriteOp
	})
	return p
}
