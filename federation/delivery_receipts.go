package federation

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"

	"limelight/blog"
)

// settle takes note of an attempt that ended or is late.
func (d *dispatch) settle(ctx context.Context, o outcome) {
	if o.late != nil {
		d.putAside(ctx, o.claimed, o.late)
		return
	}
	d.leave(o.claimed)
	switch now := d.n.now(); {
	case o.answered:
		d.hosts.answered(o.Host)
	case o.troubled:
		d.hosts.failed(o.Host, now)
		d.hosts.pause(o.Host, now.Add(o.pause))
		if d.hosts.aside(o.Host, now) {
			d.letGo(ctx, o.Host)
		}
	}
	if o.untried {
		d.release(ctx, o.ID)
		return
	}
	o.receipt.Error = plain(o.receipt.Error)
	d.report(o)
	d.receipts <- o.receipt
}

// leave takes an attempt that ended off the count.
func (d *dispatch) leave(c claimed) {
	delete(d.mine, c.ID)
	if d.running[c.Host]--; d.running[c.Host] == 0 {
		delete(d.running, c.Host)
	}
	if _, late := d.late[c.ID]; !late {
		d.active--
		return
	}
	delete(d.late, c.ID)
	d.lookAt = time.Time{} // its host may be claimed again
}

// plain is a text without control characters and broken bytes. Some of an
// error comes from the peer, a name in its certificate for one, and PostgreSQL
// takes no NUL, which would fail the receipts of others along with it.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// report logs what became of a delivery, with the host alone: an inbox may
// name a person.
func (d *dispatch) report(o outcome) {
	r := o.receipt
	d.n.counts.delivered(d.queue, r.State)
	if r.State != blog.Failed && r.State != blog.Pending && !d.n.log.Enabled(context.Background(), slog.LevelDebug) {
		return // as nearly all end, and nobody asked for it
	}
	log := d.n.log.With("type", o.Activity.Type, "host", o.Host, "status", r.Status, "try", o.Tries+1)
	switch r.State {
	case blog.Failed:
		log.Info("delivery failed", "err", r.Error)
	case blog.Pending:
		log.Info("delivery put off", "err", r.Error, "next", r.NextTry)
	default:
		log.Debug("delivery done", "state", r.State)
	}
}

// letGo gives back what waits for the hosts.
func (d *dispatch) letGo(ctx context.Context, hosts ...string) {
	var ids []int64
	for _, host := range hosts {
		for _, c := range d.waiting[host] {
			ids = append(ids, c.ID)
			delete(d.mine, c.ID)
		}
		delete(d.waiting, host)
	}
	d.held -= len(ids)
	d.turn = slices.DeleteFunc(d.turn, func(host string) bool { return d.waiting[host] == nil })
	d.release(ctx, ids...)
}

// releaseWithin bounds the wait for storage, also when it is to end.
const releaseWithin = 5 * time.Second

func (d *dispatch) release(ctx context.Context, ids ...int64) {
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
	defer cancel()
	if err := d.queue.release(ctx, ids); err != nil {
		// They are due again when their lease ends.
		d.n.log.Error("deliveries cannot be released", "deliveries", len(ids), "err", err)
	}
}

// recordTries is how often receipts are tried to be stored before their
// deliveries are left to the end of their leases, to be sent once more.
const recordTries = 5

// record stores receipts until the channel is closed, each time all that came
// within a moment in one transaction. Storing each at once would cost the disk
// and the processor more than sending does; who is killed before sends again.
func (d *dispatch) record(ctx context.Context) {
	for first := range d.receipts {
		d.store(ctx, d.together(first))
	}
}

// together is first and what else comes until there is a batch or the moment is
// over.
func (d *dispatch) together(first blog.Receipt) []blog.Receipt {
	batch := []blog.Receipt{first}
	over := time.NewTimer(d.gather)
	defer over.Stop()
	for len(batch) < d.batch {
		select {
		case r, ok := <-d.receipts:
			if !ok {
				return batch
			}
			batch = append(batch, r)
		case <-over.C:
			return batch
		}
	}
	return batch
}

// store tries several times to store the batch, but only once more when ctx
// ends: then nobody is made to wait for a database that fails.
func (d *dispatch) store(ctx context.Context, batch []blog.Receipt) {
	for try := 1; ; try++ {
		stopped := ctx.Err() != nil
		err := d.queue.record(context.WithoutCancel(ctx), batch)
		if err == nil {
			return
		}
		d.n.log.Error("receipts cannot be recorded", "receipts", len(batch), "try", try, "err", err)
		if stopped || try == recordTries {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(d.poll):
		}
	}
}
