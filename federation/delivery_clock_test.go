package federation

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

func TestClockWatch(t *testing.T) {
	var c clockWatch
	wall, mono := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), time.Now()
	for i, step := range []struct{ wall, mono, want time.Duration }{
		{0, 0, 0}, // the first look
		{time.Second, time.Second, 0},
		{5 * time.Hour, time.Second, 0}, // set forward
		{-5 * time.Hour, time.Second, 5*time.Hour + time.Second},
		{time.Second, time.Second, 0},
		{50 * time.Second, time.Minute, clockSlack},
		{51 * time.Second, time.Minute, 0},
		{0, 24 * time.Hour, 24 * time.Hour},
	} {
		wall, mono = wall.Add(step.wall), mono.Add(step.mono)
		if got := c.setBack(wall, mono); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// TestDeliverWhenTheClockIsSetBack: a retry comes when it would have come.
func TestDeliverWhenTheClockIsSetBack(t *testing.T) {
	w := newDeliverWorld(t)
	p := w.peer()
	p.Answer(peertest.Answer{Status: 503})
	w.follow(p.Join("ann", peertest.Mastodon))
	w.publish("hello", "Hello")
	w.start()
	w.until("tried", "hello", tried(1))
	w.clock.Advance(-365 * 24 * time.Hour)
	w.until("moved along", "hello", func(ds []blog.Delivery) bool { return ds[0].NextTry.Before(w.clock.Now().Add(2 * time.Minute)) })
	w.somethingElse()
	same(t, "before its time", receipts(w.rows("hello")), []string{"Create pending 503 1"})
	w.clock.Advance(2 * time.Minute)
	w.until("sent", "hello", all(blog.Sent))
}

// TestDeliverWhenTheClockIsSetForward: what is on its way is not sent again,
// though its lease is over by the clock, and keeps its place before the edit.
func TestDeliverWhenTheClockIsSetForward(t *testing.T) {
	w, p, answer := held(t, 202)
	for _, jump := range []time.Duration{time.Hour, -time.Hour, 30 * 24 * time.Hour, -24 * time.Hour} {
		w.clock.Advance(jump)
		w.publish("other", "Other "+jump.String())
		w.until("sent", "other", all(blog.Sent, blog.Replaced))
	}
	w.publish("hello", "Hello again")
	w.somethingElse()
	answer()
	w.until("sent", "hello", all(blog.Sent))
	var about []string
	for _, d := range p.Deliveries() {
		if d.Activity.Object.ID == w.blog.PostIRI(w.rows("hello")[0].Activity.Ref) {
			about = append(about, d.Activity.Type)
		}
	}
	same(t, "arrived", about, []string{"Create", "Update"})
}
