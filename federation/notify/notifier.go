package notify

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"limelight/blog"
	"limelight/storage"
)

const (
	pollEvery    = time.Second
	lookEvery    = 10 * time.Minute // for servers that fail
	sendWithin   = time.Minute
	maxFailing   = 20 // servers told of at a time
	maxErrorText = 300
)

// Options are what a Notifier is made of.
type Options struct {
	Blog         *blog.Blog
	DB           *storage.DB // stays the caller's to close
	Log          *slog.Logger
	Channels     []Channel
	When         When
	FailingAfter time.Duration    // for which a server must have failed to be told of
	Now          func() time.Time // nil means time.Now
	Poll         time.Duration    // how often to look; 0 means 1 s
}

// Notifier tells the author what waits to be told.
type Notifier struct{ o Options }

// New makes a Notifier.
func New(o Options) (*Notifier, error) {
	if o.Blog == nil || o.DB == nil || o.Log == nil {
		return nil, errors.New("make the notifier: Blog, DB and Log are needed")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Poll == 0 {
		o.Poll = pollEvery
	}
	if o.When.Zone == nil {
		o.When.Zone = time.UTC
	}
	return &Notifier{o}, nil
}

// Run tells, until ctx ends: by each channel on its own, so that one that fails
// holds up no other. One process at a time may do so, else things are told twice.
func (n *Notifier) Run(ctx context.Context) {
	if len(n.o.Channels) == 0 {
		<-ctx.Done()
		return
	}
	var group sync.WaitGroup
	group.Go(func() { n.repeat(ctx, lookEvery, n.findFailing) })
	for _, c := range n.o.Channels {
		group.Go(func() { n.repeat(ctx, n.o.Poll, func(ctx context.Context) error { return n.tell(ctx, c) }) })
	}
	group.Wait()
}

func (n *Notifier) repeat(ctx context.Context, period time.Duration, work func(context.Context) error) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			n.o.Log.Error("what the author is to be told cannot be kept", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (n *Notifier) findFailing(ctx context.Context) error {
	_, err := n.o.DB.NotifyOfFailing(ctx, n.o.FailingAfter, maxFailing)
	return err
}

// tell sends what is due by the channel. An error is storage's.
func (n *Notifier) tell(ctx context.Context, c Channel) error {
	now := n.o.Now()
	s, err := n.o.DB.Notifier(ctx, c.Name)
	if err != nil || s.Waiting == 0 || now.Before(n.dueAt(s, now)) {
		return err
	}
	dropped, err := n.o.DB.DropNotifications(ctx, c.Name, now.Add(-giveUp))
	if err != nil {
		return err
	}
	if dropped > 0 {
		n.o.Log.Warn("the author could not be told for a week; it is not tried any more", "channel", c.Name, "notifications", dropped, "err", s.Error)
	}
	batch, err := n.o.DB.TakeNotifications(ctx, c.Name, maxEvents)
	if err != nil || batch.Last == 0 {
		return err
	}
	m, ok := compose(n.o.Blog, c.Name, batch, now)
	if !ok {
		return n.o.DB.SettleNotifications(ctx, c.Name, batch.Last, false)
	}
	err = n.send(ctx, c, m)
	switch {
	case err == nil:
		// It arrived: that is written down even when everything is to end.
		return n.o.DB.SettleNotifications(context.WithoutCancel(ctx), c.Name, batch.Last, true)
	case ctx.Err() != nil:
		return nil
	}
	pause := pauseAfter(batch.Tries + 1)
	n.o.Log.Warn("the author could not be told; it is tried again", "channel", c.Name, "tries", batch.Tries+1, "pause", pause, "err", err)
	return n.o.DB.PostponeNotifications(ctx, c.Name, blog.TamePlain(err.Error(), maxErrorText), now.Add(pause))
}

// dueAt is when the next message, or its next try, is to go. A clock that was
// wrong puts off nothing for longer than the longest pause.
func (n *Notifier) dueAt(s blog.Notifier, now time.Time) time.Time {
	if s.Tries == 0 {
		if s.Sent.After(now) {
			s.Sent = time.Time{}
		}
		return n.o.When.due(s.Oldest, s.Sent)
	}
	if s.NextTry.After(now.Add(pauseAfter(len(pauses())))) {
		return now
	}
	return s.NextTry
}

func (n *Notifier) send(ctx context.Context, c Channel, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	return c.Send(ctx, m)
}

// Test is a message by which the author sees that a channel works.
func Test(b *blog.Blog, now time.Time) Message {
	title := "[" + blog.TamePlain(b.Title, maxTitle) + "] this is a test"
	id := "test-" + now.UTC().Format("20060102T150405.000000000")
	return Message{ID: id, At: now, Title: title, Link: b.HomeURL(),
		Text: "It works: " + b.HomeURL() + " can tell you like this about replies, comments that wait, complaints and servers that fail.\n"}
}
