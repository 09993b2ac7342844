package federation

import (
	"errors"
	"net/http"
	"slices"
	"sync/atomic"

	"limelight/blog"
)

// Stats is what a Node did since it was made. Every text in it is one of a few:
// nothing that others choose.
type Stats struct {
	Deliveries []DeliveryStat
	Inbox      []InboxStat
	Fetches    []FetchStat
	Hub        []HubStat
	Objects    CacheStat // rendered objects and collections
}

// DeliveryStat counts attempts to deliver. Queue is activities or feeds, Outcome
// sent, failed for good, put_off to another try, or replaced by a later one.
type DeliveryStat struct {
	Queue, Outcome string
	N              int64
}

// InboxStat counts what came to the inbox. Outcome is accepted, ignored (taken,
// but of no concern here), refused, or put_off to another time of its sender.
type InboxStat struct {
	Outcome string
	Status  int // that was answered
	N       int64
}

// FetchStat counts what was asked of other servers. Kind is document, image or
// descriptor (WebFinger), Outcome ok, status (another than 2xx), unreachable,
// refused by us, or unfit.
type FetchStat struct {
	Kind, Outcome string
	N             int64
}

// HubStat counts requests for subscriptions by the HTTP status of the answer.
type HubStat struct {
	Status int
	N      int64
}

// CacheStat is how a cache does.
type CacheStat struct {
	Hits, Misses int64
	Bytes        uint64
}

var (
	deliveryQueues   = []string{"activities", "feeds"}
	deliveryOutcomes = []string{"sent", "failed", "put_off", "replaced"}
	fetchKinds       = []string{"document", "image", "descriptor"}
	fetchOutcomes    = []string{"ok", "status", "unreachable", "refused", "unfit"}
	inboxOutcomes    = []string{"accepted", "ignored", "refused", "put_off"}

	// refusals are the statuses that the inbox and the hub answer by.
	refusals = []int{http.StatusAccepted, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge,
		http.StatusUnsupportedMediaType, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
)

// counts are what Stats reads. Counting is an addition, without lock or memory.
type counts struct {
	deliveries [2][4]atomic.Int64  // by queue and outcome
	inbox      [4][10]atomic.Int64 // by outcome and status
	hub        [10]atomic.Int64    // by status

	passed atomic.Pointer[[]string] // see Passed
}

// delivered counts an attempt that ended.
func (c *counts) delivered(q queue, state blog.DeliveryState) {
	at := 0
	if _, ok := q.(pushes); ok {
		at = 1
	}
	switch state {
	case blog.Sent:
		c.deliveries[at][0].Add(1)
	case blog.Failed:
		c.deliveries[at][1].Add(1)
	case blog.Pending:
		c.deliveries[at][2].Add(1)
	case blog.Replaced:
		c.deliveries[at][3].Add(1)
	}
}

// received counts an activity by what was answered, and whether it was ignored.
func (c *counts) received(status int, ignored bool) {
	outcome := 2
	switch {
	case ignored:
		outcome = 1
	case status == http.StatusAccepted:
		outcome = 0
	case status == http.StatusServiceUnavailable:
		outcome = 3
	}
	if i := slices.Index(refusals, status); i >= 0 {
		c.inbox[outcome][i].Add(1)
	}
}

func (c *counts) asked(status int) {
	if i := slices.Index(refusals, status); i >= 0 {
		c.hub[i].Add(1)
	}
}

// fetches counts what a Client asked for, by kind and outcome.
type fetches [3][5]atomic.Int64

// fetchKind is an index of fetchKinds.
type fetchKind int

const (
	fetchDocument fetchKind = iota
	fetchImage
	fetchDescriptor
)

// count counts a fetch by its error, which it returns.
func (f *fetches) count(kind fetchKind, err error) error {
	var status *StatusError
	outcome := 4
	switch {
	case err == nil:
		outcome = 0
	case errors.As(err, &status):
		outcome = 1
	case Temporary(err):
		outcome = 2
	case errors.Is(err, ErrRefused):
		outcome = 3
	}
	f[kind][outcome].Add(1)
	return err
}

// Stats is what the node did since it was made.
func (n *Node) Stats() Stats {
	var s Stats
	for i, queue := range deliveryQueues {
		for j, outcome := range deliveryOutcomes {
			s.Deliveries = append(s.Deliveries, DeliveryStat{queue, outcome, n.counts.deliveries[i][j].Load()})
		}
	}
	for i, outcome := range inboxOutcomes {
		for j, status := range refusals {
			if got := n.counts.inbox[i][j].Load(); got > 0 || outcome == inboxOutcomes[0] && j == 0 {
				s.Inbox = append(s.Inbox, InboxStat{outcome, status, got})
			}
		}
	}
	for i, kind := range fetchKinds {
		for j, outcome := range fetchOutcomes {
			s.Fetches = append(s.Fetches, FetchStat{kind, outcome, n.client.fetched[i][j].Load()})
		}
	}
	for i, status := range refusals {
		if got := n.counts.hub[i].Load(); got > 0 || i == 0 {
			s.Hub = append(s.Hub, HubStat{status, got})
		}
	}
	s.Objects = CacheStat{n.objects.hits.Load(), n.objects.misses.Load(), n.objects.kept.WeightedSize()}
	return s
}

// Passed are the hosts that the delivery worker left out of its last claim, since
// they are in trouble or have their share: what waits for them is no delay of
// ours.
func (n *Node) Passed() []string {
	if hosts := n.counts.passed.Load(); hosts != nil {
		return *hosts
	}
	return nil
}
