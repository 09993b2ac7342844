package federation

import (
	"context"
	"time"
)

// clockSlack is how far the wall clock may fall behind between two looks before
// it counts as set back: NTP corrects less than that by going slower.
const clockSlack = 10 * time.Second

// clockWatch notices when the wall clock, which rows are stamped by, is set
// back. What then bears a later time would wait until the clock is there again.
type clockWatch struct {
	wall time.Time // at the last look
	mono time.Time // the same, by the clock that nobody sets
}

// setBack is by how much the clock was set back since the last call, 0 when it
// was not.
func (c *clockWatch) setBack(wall, mono time.Time) (by time.Duration) {
	wall = wall.Round(0) // without the reading of the other clock
	if !c.mono.IsZero() {
		by = c.wall.Add(mono.Sub(c.mono)).Sub(wall)
	}
	c.wall, c.mono = wall, mono
	if by < clockSlack {
		return 0
	}
	return by
}

// mindTheClock moves what waits along when the clock was set back.
func (d *dispatch) mindTheClock(ctx context.Context) {
	by := d.clock.setBack(d.n.now(), time.Now())
	if by == 0 {
		return
	}
	d.hosts = newTroubled() // which are left alone until times of the old clock
	d.n.log.Warn("the clock was set back; deliveries are moved along", "by", by.Round(time.Second))
	if err := d.queue.earlier(ctx, by); err != nil && ctx.Err() == nil {
		d.n.log.Error("deliveries cannot be moved along with the clock", "err", err)
	}
}
