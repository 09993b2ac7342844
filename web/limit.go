package web

import (
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
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
	l.visitors.Compute(visitorAt(remoteAddr), func(b bucket, found bool) (bucket, otter.ComputeOp) {
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

// visitorAt is an IPv4 address, or the /64 that one IPv6 subscriber has. What
// is neither counts as one visitor.
func visitorAt(remoteAddr string) netip.Prefix {
	from, err := netip.ParseAddrPort(remoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	addr := from.Addr().Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	// The address has that many bits.
	prefix, _ := addr.Prefix(bits)
	return prefix
}
