package web

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"

	"limelight/blog"
)

const (
	visitorBurst   = 10               // lookups of one visitor at once
	visitorRefill  = 10 * time.Second // for one more
	visitorsCounts = 4096             // visitors remembered
)

// limiter bounds what one visitor has us do that costs more than a page. Its
// table is bounded too, since visitors choose their addresses.
type limiter struct {
	visitors *otter.Cache[netip.Prefix, bucket]
}

// bucket is how often a visitor may come, and since when.
type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter() (*limiter, error) {
	visitors, err := otter.New(&otter.Options[netip.Prefix, bucket]{MaximumSize: visitorsCounts})
	return &limiter{visitors}, err
}

// take tells whether the visitor at the address of a request may go on.
func (l *limiter) take(remoteAddr string, now time.Time) (ok bool) {
	l.visitors.Compute(blog.Visitor(remoteAddr), func(b bucket, found bool) (bucket, otter.ComputeOp) {
		if !found {
			b = bucket{visitorBurst, now}
		}
		if passed := now.Sub(b.at); passed > 0 {
			b.tokens, b.at = min(visitorBurst, b.tokens+passed.Seconds()/visitorRefill.Seconds()), now
		}
		if ok = b.tokens >= 1; ok {
			b.tokens--
		}
		return b, otter.WriteOp
	})
	return ok
}
