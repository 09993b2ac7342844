//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"limelight/blog"
	"limelight/storage"
)

const (
	commentsPerPost = 100
	growthReads     = 200 // of each kind; their median counts
)

// growthCase is a blog of a size.
type growthCase struct{ comments, followers int }

// grown is what the same things cost there.
type grown struct {
	start            time.Duration
	memory, most     int64         // bytes, when it is over and before
	page, feed       time.Duration // out of the cache
	freshPage, reply time.Duration // the page after a new reply, and the answer to that
}

// growth measures a start, memory, a page, a feed and a reply at blogs with more
// and more comments.
func growth(ctx context.Context, l *lab) error {
	var first *grown
	for _, comments := range []int{1000, 10_000, 100_000, 1_000_000} {
		c := growthCase{comments: l.n(comments), followers: min(l.n(comments), 10_000)}
		if !l.wants(c.name()) {
			continue
		}
		g, err := c.measure(ctx, l)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name(), err)
		}
		if first == nil {
			first = g
		}
		c.report(l, g, first)
	}
	return nil
}

func (c growthCase) name() string {
	return fmt.Sprintf("%d comments, %d followers", c.comments, c.followers)
}

func (c growthCase) report(l *lab, g, first *grown) {
	add := func(what string, took, least time.Duration, aim string) {
		l.add(result{group: "growth", what: c.name() + ": " + what, figure: milliseconds(took), bare: milliseconds(least),
			ratio: took.Seconds() / least.Seconds(), aim: aim})
	}
	add("start", g.start, first.start, "< 150 ms")
	l.add(result{group: "growth", what: c.name() + ": memory when all of this is over", figure: fmt.Sprintf("%d MB", g.memory>>20),
		note: fmt.Sprintf("at most %d MB", g.most>>20),
		bare: fmt.Sprintf("%d MB", first.memory>>20), ratio: float64(g.memory) / float64(first.memory), aim: "< 64 MB"})
	add("post page, kept", g.page, first.page, "")
	add("feed, kept", g.feed, first.feed, "")
	add("a reply", g.reply, first.reply, "")
	add("post page made anew after it", g.freshPage, first.freshPage, "")
}

func (c growthCase) measure(ctx context.Context, l *lab) (*grown, error) {
	n, err := l.newNode("LIMELIGHT_COMMENTS_ACTOR_PER_HOUR=0", "LIMELIGHT_COMMENTS_HOST_PER_HOUR=0")
	if err != nil {
		return nil, err
	}
	if err := n.serve(ctx); err != nil { // makes the blog
		return nil, err
	}
	if err := n.stop(); err != nil {
		return nil, err
	}
	if err := n.fill(ctx, func(db *storage.DB) error { return c.fill(ctx, db) }); err != nil {
		return nil, err
	}
	if err := n.serve(ctx); err != nil {
		return nil, err
	}
	defer n.stop()
	g := &grown{start: n.start}
	// Newer than all others, and too old to be delivered: nobody takes it here.
	file, err := n.post("talked-about", postSize, "date: 2020-06-01")
	if err == nil {
		err = n.run(ctx, "publish", file)
	}
	if err != nil {
		return nil, err
	}
	post, err := n.postIRI(ctx)
	if err != nil {
		return nil, err
	}
	if g.page, err = reads(ctx, n.url+"/posts/p0"); err != nil {
		return nil, err
	}
	if g.feed, err = reads(ctx, n.url+"/feed.xml"); err != nil {
		return nil, err
	}
	r, err := l.sendReplies(ctx, n.process, senderOrders{Inbox: n.url + "/ap/inbox", Blog: n.url, Post: post, Count: l.n(500), Actors: 20, Workers: 1})
	if err != nil {
		return nil, err
	}
	g.reply = r.P50
	if g.freshPage, err = c.freshPage(ctx, l, n); err != nil {
		return nil, err
	}
	if _, g.most, err = n.process.memory(); err != nil {
		return nil, err
	}
	g.memory, err = n.process.settled(ctx)
	return g, err
}

// fill makes posts with a hundred replies each, by as many people as follow.
func (c growthCase) fill(ctx context.Context, db *storage.DB) error {
	var inboxes []string
	for i := range c.followers {
		inboxes = append(inboxes, fmt.Sprintf("http://%s:1/users/u%d/inbox", hostAddress(healthyNet, i), i))
	}
	if err := follow(ctx, db, inboxes); err != nil {
		return err
	}
	posts := max(1, c.comments/commentsPerPost)
	work, failed := make(chan int), make(chan error, 64)
	for range cap(failed) {
		go func() {
			var err error
			for i := range work {
				if err == nil {
					err = c.fillPost(ctx, db, i)
				}
			}
			failed <- err
		}()
	}
	for i := range posts {
		work <- i
	}
	close(work)
	var errs []error
	for range cap(failed) {
		errs = append(errs, <-failed)
	}
	return errors.Join(errs...)
}

// fillPost is the i-th of them, from long ago: nothing is delivered of it.
func (c growthCase) fillPost(ctx context.Context, db *storage.DB, i int) error {
	p := blog.Post{Slug: fmt.Sprintf("p%d", i), Title: fmt.Sprintf("Post %d", i), HTML: "<p>Words and words.</p>", Source: "Words and words.",
		Published: time.Date(2020, 1, 1, 0, i, 0, 0, time.UTC)}
	p, _, _, err := db.Publish(ctx, p, storage.PublishOptions{})
	if err != nil {
		return err
	}
	for j := range commentsPerPost {
		n := i*commentsPerPost + j
		iri := fmt.Sprintf("http://%s:1/users/u%d", hostAddress(healthyNet, n%c.followers), n%c.followers)
		_, _, err := db.AddComment(ctx, storage.Incoming{Actor: iri, ID: fmt.Sprintf("%s/statuses/%d/activity", iri, n)}, blog.Comment{
			IRI: fmt.Sprintf("%s/statuses/%d", iri, n), PostID: p.ID, Author: blog.Actor{IRI: iri, Type: "Person", Inbox: iri + "/inbox"},
			HTML: "<p>What it says.</p>", Text: "What it says.", Raw: "<p>What it says.</p>", Visibility: blog.Public})
		if err != nil {
			return err
		}
	}
	return nil
}

// freshPage is how long the page of a post takes after another reply, over and
// over.
func (c growthCase) freshPage(ctx context.Context, l *lab, n *node) (time.Duration, error) {
	post, err := n.postIRI(ctx)
	if err != nil {
		return 0, err
	}
	var took []time.Duration
	for range 10 {
		if _, err := l.sendReplies(ctx, n.process, senderOrders{Inbox: n.url + "/ap/inbox", Blog: n.url, Post: post, Count: 1, Actors: 1, Workers: 1}); err != nil {
			return 0, err
		}
		select { // the node looks for what changed four times a second
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(400 * time.Millisecond):
		}
		at := time.Now()
		if err := get(ctx, n.url+"/posts/talked-about"); err != nil {
			return 0, err
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// reads is the median of a GET of what is kept.
func reads(ctx context.Context, url string) (time.Duration, error) {
	var took []time.Duration
	for range growthReads {
		at := time.Now()
		if err := get(ctx, url); err != nil {
			return 0, err
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

func get(ctx context.Context, url string) error {
	s := served{path: url}
	if err := s.fetch(ctx, ""); err != nil {
		return err
	}
	if s.status != http.StatusOK {
		return fmt.Errorf("%s: %d", url, s.status)
	}
	return nil
}
