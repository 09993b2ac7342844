package federation

import (
	"context"
	"time"

	"limelight/blog"
)

// settle takes note of an attempt that ended.
func (d *dispatch) settle(ctx context.Context, o outcome) {
	d.active--
	if d.running[o.Host]--; d.running[o.Host] == 0 {
		delete(d.running, o.Host)
	}
	switch {
	case o.answered:
		d.hosts.answered(o.Host)
	case o.silent:
		d.hosts.failed(o.Host, d.n.now())
		if d.hosts.aside(o.Host, d.n.now()) {
			d.letGo(ctx, o.Host)
		}
	}
	if o.untried {
		d.release(ctx, o.ID)
		return
	}
	d.report(o)
	d.receipts <- o.receipt
}

// report logs what became of a delivery, with the host alone: an inbox may
// name a person.
func (d *dispatch) report(o outcome) {
	r := o.receipt
	log := d.n.log.With("type", o.Activity.Type, "host", o.Host, "status", r.Status, "try", o.Tries+1)
	switch r.State {
	case blog.Failed:
		log.Info("delivery failed", "err", r.Error)
	case blog.Pending:
		log.Debug("delivery put off", "err", r.Error, "next", r.NextTry)
	default:
		log.Debug("delivery done", "state", r.State)
	}
}

// letGo gives back what waits for the host.
func (d *dispatch) letGo(ctx context.Context, host string) {
	var ids []int64
	for _, c := range d.waiting[host] {
		ids = append(ids, c.ID)
	}
	d.held -= len(ids)
	delete(d.waiting, host)
	for i, h := range d.turn {
		if h == host {
			d.turn = append(d.turn[:i:i], d.turn[i+1:]...)
			break
		}
	}
	d.release(ctx, ids...)
}

func (d *dispatch) release(ctx context.Context, ids ...int64) {
	if len(ids) == 0 {
		return
	}
	if err := d.n.db.ReleaseDeliveries(context.WithoutCancel(ctx), ids); err != nil {
		// They are due again when their lease ends.
		d.n.log.Error("deliveries cannot be released", "deliveries", len(ids), "err", err)
	}
}

// recordTries is how often receipts are tried to be stored before their
// deliveries are left to the end of their leases, to be sent once more.
const recordTries = 5

// record stores receipts until the channel is closed, each time all that came
// meanwhile in one transaction.
func (d *dispatch) record(ctx context.Context) {
	for first := range d.receipts {
		batch := []blog.Receipt{first}
		for len(batch) < d.batch && len(d.receipts) > 0 {
			batch = append(batch, <-d.receipts)
		}
		for try := 1; ; try++ {
			err := d.n.db.RecordReceipts(context.WithoutCancel(ctx), batch)
			if err == nil {
				break
			}
			d.n.log.Error("receipts cannot be recorded", "receipts", len(batch), "try", try, "err", err)
			if try == recordTries {
				break
			}
			time.Sleep(d.poll)
		}
	}
}
