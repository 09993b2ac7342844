package federation

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// pace is how the delivery worker goes about its work. Tests shorten it.
type pace struct {
	attempts int           // that run side by side
	perHost  int           // of them to one host
	patience time.Duration // after which an attempt is late: it takes the place of none that is quick
	maxLate  int           // attempts that may be late before the first of them is ended
	batch    int           // deliveries held in memory to feed them
	lease    time.Duration // how long those are ours
	margin   time.Duration // of the lease that is left when an attempt begins
	poll     time.Duration // how often to look for rows that another process wrote
	gather   time.Duration // for which receipts wait for others, to be stored together
	grace    time.Duration // how long attempts may still run after the end was asked for
	making   time.Duration // how long a body may take to be made of what the database has
	schedule schedule
}

func defaultPace() pace {
	return pace{
		attempts: 128,
		perHost:  4,
		patience: time.Second,
		maxLate:  1024,
		batch:    512,
		lease:    5 * time.Minute,
		margin:   time.Minute,
		poll:     200 * time.Millisecond,
		gather:   20 * time.Millisecond,
		grace:    10 * time.Second,
		making:   10 * time.Second,
		schedule: defaultSchedule(),
	}
}

// Wake has the delivery worker look for work now instead of at its next poll.
// It never blocks.
func (n *Node) Wake() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// Deliver sends what is due, until ctx ends. Then it claims no more, lets the
// attempts that run finish for a few seconds, records their receipts and
// releases the rest. What a killed process had claimed is due again at the
// next start, so a delivery may arrive twice but is never lost; its activity's
// id tells the receiver.
func (n *Node) Deliver(ctx context.Context) {
	n.dispatch().run(ctx)
}

func (n *Node) dispatch() *dispatch { return n.dispatchOf(activities{n}, n.pace, n.wake) }

func (n *Node) dispatchOf(q queue, p pace, wake chan struct{}) *dispatch {
	return &dispatch{
		n:         n,
		queue:     q,
		pace:      p,
		wake:      wake,
		hosts:     newTroubled(),
		waiting:   map[string][]claimed{},
		running:   map[string]int{},
		late:      map[int64]*lateAttempt{},
		work:      make(chan claimed),
		mine:      map[int64]bool{},
		outcomes:  make(chan outcome, p.attempts),
		receipts:  make(chan blog.Receipt, p.batch),
		unclaimed: seldom{every: tellBusy},
	}
}

// dispatch is one run of Deliver. All its fields belong to the goroutine of
// run; attempts and the recorder speak to it through the channels.
type dispatch struct {
	n     *Node
	queue queue
	pace
	wake      chan struct{}
	hosts     *troubled
	waiting   map[string][]claimed   // claimed and not begun, by host
	turn      []string               // the hosts of waiting; who is in front goes next
	held      int                    // how many are waiting
	running   map[string]int         // attempts by host
	active    int                    // attempts that are not late
	late      map[int64]*lateAttempt // those that are, by delivery
	work      chan claimed           // to workers that wait
	lookAt    time.Time              // when to look for more
	mine      map[int64]bool         // deliveries that wait or are tried
	clock     clockWatch
	outcomes  chan outcome
	receipts  chan blog.Receipt
	unclaimed seldom // on a full disk every look fails
}

// claimed is a delivery that is ours for the time of its lease.
type claimed struct {
	blog.Delivery
	body  *rendering // of an activity: for all of its in the batch
	push  *push      // of a feed, in place of body
	until time.Time  // when an attempt must have begun
	more  bool       // others wait for the same host
}

func (d *dispatch) run(ctx context.Context) {
	attempts, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var recorder sync.WaitGroup
	recorder.Go(func() { d.record(ctx) })
	defer recorder.Wait()
	defer close(d.receipts)
	defer close(d.work)
	for ctx.Err() == nil {
		if d.held <= d.batch/4 && !time.Now().Before(d.lookAt) {
			d.look(ctx)
		}
		d.begin(attempts)
		d.await(ctx)
	}
	d.letGo(ctx, slices.Collect(maps.Keys(d.waiting))...)
	defer time.AfterFunc(d.grace, cancel).Stop()
	for d.active+len(d.late) > 0 {
		d.settle(ctx, <-d.outcomes)
	}
}

// await returns when something happened: an attempt ended, somebody called
// Wake, or it is time to look again.
func (d *dispatch) await(ctx context.Context) {
	timer := time.NewTimer(time.Until(d.lookAt))
	if d.held > d.batch/4 {
		timer.Stop()
	}
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case o := <-d.outcomes:
		d.settle(ctx, o)
	case <-d.wake:
		d.lookAt = time.Time{}
	case <-timer.C:
	}
}

// look claims more when something is due, and decides when to look again.
func (d *dispatch) look(ctx context.Context) {
	began := time.Now()
	d.mindTheClock(ctx)
	at, ok, err := d.queue.next(ctx)
	d.lookAt = time.Now().Add(d.rest(time.Since(began)))
	if err == nil && ok {
		wait := at.Sub(d.n.now())
		if wait > 0 {
			d.lookAt = time.Now().Add(min(time.Until(d.lookAt), wait))
			return
		}
		err = d.claim(ctx)
	}
	if err != nil && ctx.Err() == nil {
		if times, ok := d.unclaimed.say(d.n.now()); ok {
			d.n.log.Error("deliveries cannot be claimed", "times", times, "err", err)
		}
	}
}

// lookShare is how many times as long as a look took the pause after it is. Where
// ten thousand rows wait behind others that dead servers did not take, one takes a
// tenth of a second, and five a second would be half a core for days.
const lookShare = 20

// rest is the pause before the next look, unless somebody calls Wake.
func (p pace) rest(took time.Duration) time.Duration { return max(p.poll, lookShare*took) }

// claim fills up what is held.
func (d *dispatch) claim(ctx context.Context) error {
	skip := storage.Skip{Busy: d.lateHosts(), Resting: d.hosts.allAside(d.n.now())}
	for host, w := range d.waiting {
		if len(w) > d.perHost {
			skip.Busy = append(skip.Busy, host)
		}
	}
	if _, ok := d.queue.(activities); ok {
		passed := slices.Concat(skip.Resting, skip.Busy)
		d.n.counts.passed.Store(&passed)
	}
	want := d.batch - d.held
	until := d.n.now().Add(d.lease - d.margin)
	got, err := d.queue.claim(ctx, want, 4*d.perHost, d.lease, skip)
	if err != nil {
		return err
	}
	for _, c := range got {
		if d.mine[c.ID] {
			continue // by a clock that was set forward its lease is over
		}
		c.until = until
		d.hold(c)
	}
	if len(got) == want {
		d.lookAt = time.Time{}
	}
	return nil
}

func (d *dispatch) hold(c claimed) {
	if len(d.waiting[c.Host]) == 0 {
		d.turn = append(d.turn, c.Host)
	}
	d.waiting[c.Host] = append(d.waiting[c.Host], c)
	d.mine[c.ID] = true
	d.held++
}

// begin starts attempts, one host after the other, as long as there is room.
func (d *dispatch) begin(ctx context.Context) {
	for passed := 0; d.active < d.attempts && passed < len(d.turn); {
		host := d.turn[0]
		d.turn = d.turn[1:]
		if d.running[host] >= d.hosts.atOnce(host, d.perHost) {
			d.turn = append(d.turn, host)
			passed++
			continue
		}
		passed = 0
		d.start(ctx, d.take(host))
	}
}

// take removes the first that waits for the host, whose turn was just taken
// from the front, and puts the host at the end when more wait.
func (d *dispatch) take(host string) claimed {
	w := d.waiting[host]
	d.held--
	if len(w) == 1 {
		delete(d.waiting, host)
		return w[0]
	}
	d.waiting[host] = w[1:]
	w[0].more = true
	d.turn = append(d.turn, host)
	if len(w)-1 == d.perHost {
		// It was left out of the last claim, or had its share of it.
		d.lookAt = time.Time{}
	}
	return w[0]
}
