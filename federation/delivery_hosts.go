package federation

import "time"

const (
	troubleAfter   = 3           // failed attempts in a row after which a host is set aside
	troubleBase    = time.Minute // for how long at first
	troubleMax     = time.Hour   // and at most
	maxTroubled    = 1024        // hosts remembered
	troubledAtOnce = 1           // attempts at a time at a host that was set aside, until one is answered
)

// troubled remembers hosts that do not answer, or only with trouble of their
// own, so that they do not keep every worker waiting: a circuit breaker for each.
// It lives in memory: the rows keep their own times. Not for use by several
// goroutines at once.
type troubled struct {
	hosts map[string]*trouble
}

type trouble struct {
	failures int       // attempts that failed in a row
	until    time.Time // left alone until then
}

func newTroubled() *troubled { return &troubled{hosts: map[string]*trouble{}} }

// answered forgets the host's failures: it lives, whatever else it said.
func (t *troubled) answered(host string) { delete(t.hosts, host) }

// failed counts an attempt that failed at now. From the third in a row on
// the host is left alone, each time for twice as long.
func (t *troubled) failed(host string, now time.Time) {
	h := t.hosts[host]
	if h == nil {
		t.makeRoom()
		h = &trouble{}
		t.hosts[host] = h
	}
	// Attempts that ran side by side count once.
	if h.until.After(now) {
		return
	}
	if h.failures++; h.failures >= troubleAfter {
		h.until = now.Add(min(troubleMax, troubleBase<<min(h.failures-troubleAfter, 10)))
	}
}

// pause leaves a host alone as long as it asked (Retry-After).
func (t *troubled) pause(host string, until time.Time) {
	if h := t.hosts[host]; h != nil && h.until.Before(until) {
		h.until = until
	}
}

// makeRoom forgets the host that may be tried soonest when the table is full:
// peers choose their host names, so it must not grow with them.
func (t *troubled) makeRoom() {
	if len(t.hosts) < maxTroubled {
		return
	}
	var soonest string
	for host, h := range t.hosts {
		if soonest == "" || h.until.Before(t.hosts[soonest].until) {
			soonest = host
		}
	}
	delete(t.hosts, soonest)
}

// aside tells whether the host is left alone at now.
func (t *troubled) aside(host string, now time.Time) bool {
	h := t.hosts[host]
	return h != nil && h.until.After(now)
}

// allAside are the hosts left alone at now.
func (t *troubled) allAside(now time.Time) []string {
	var out []string
	for host, h := range t.hosts {
		if h.until.After(now) {
			out = append(out, host)
		}
	}
	return out
}

// atOnce is how many attempts may run at the host side by side, of usual.
func (t *troubled) atOnce(host string, usual int) int {
	if h := t.hosts[host]; h != nil && h.failures >= troubleAfter {
		return min(usual, troubledAtOnce)
	}
	return usual
}
