package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"limelight/blog"
)

// Outcome is what Publish did.
type Outcome string

const (
	Created   Outcome = "created"
	Edited    Outcome = "edited"
	Unchanged Outcome = "unchanged"
)

// PublishOptions refine Publish.
type PublishOptions struct {
	Announce    bool      // deliver however old the date is
	Quiet       bool      // deliver nothing, and tell no subscriber of a feed, however new it is
	QuietBefore time.Time // do not deliver what is dated before, however new that is
	brought     bool      // Bring tells the subscribers
}

// delivers tells whether a post with that date is delivered.
func (o PublishOptions) delivers(published, now time.Time) bool {
	return !o.Quiet && (o.Announce || now.Sub(published) <= blog.QuietAfter && !published.Before(o.QuietBefore))
}

// Publish stores p under its slug: a known slug that is not deleted is an edit
// of that post (its ID and, unless p.Published is set, its date stay; a draft
// that comes out without a date bears the present), the same content again is
// Unchanged and changes and sends nothing, a new or deleted slug makes a new
// id. Status is decided by the caller (Draft) and the date: a future Published
// means Scheduled.
//
// When the post federates, its Create is written for the outbox. It is
// delivered (the post is Announced) when the date is within blog.QuietAfter, and
// not before QuietBefore, or with Announce, which also announces an unchanged post that was quiet so far.
// An edit of a post that others know, since it was announced or somebody
// commented on it or reacted to it, writes an Update. Each goes out as one
// pending delivery for each distinct inbox of its audience, in the same
// transaction. Taking a post that others know to Draft, Local or a future date
// is ErrFederated. Returns the post as stored and how many deliveries were
// written.
//
// Updated is Published (or p.Updated, when that lies between then and now) for
// as long as the post was never changed in public, then max(now, previous + 1
// ms, Published).
func (db *DB) Publish(ctx context.Context, p blog.Post, o PublishOptions) (blog.Post, Outcome, int, error) {
	var (
		stored     blog.Post
		outcome    Outcome
		deliveries int
	)
	title, words := indexed(&p)
	err := db.write(ctx, func(t *tx) (err error) {
		if stored, outcome, deliveries, err = publish(t, p, o); err == nil && outcome != Unchanged {
			err = t.index(stored.ID, title, words)
		}
		return err
	})
	if err != nil {
		return blog.Post{}, "", 0, fmt.Errorf("publish %q: %w", p.Slug, err)
	}
	return stored, outcome, deliveries, nil
}

func publish(t *tx, p blog.Post, o PublishOptions) (blog.Post, Outcome, int, error) {
	if !validSlug(p.Slug) {
		return p, "", 0, fmt.Errorf("a slug is made of 1 to 100 of a-z, 0-9 and -")
	}
	if err := t.lockPosts(); err != nil {
		return p, "", 0, err
	}
	old, oldHash, err := livePost(t, p.Slug)
	if err != nil {
		return p, "", 0, err
	}
	next, err := following(old, p, t.now)
	if err != nil {
		return p, "", 0, err
	}
	hash, outcome, known := contentHash(&next), Created, false
	announce := next.Federated() && !next.Announced && o.delivers(next.Published, t.now)
	if old != nil {
		if hash == oldHash && next.Status == old.Status && !(announce && o.Announce) {
			return *old, Unchanged, 0, nil
		}
		if known, err = isKnown(t, old); err != nil {
			return p, "", 0, err
		}
		if known && !next.Federated() {
			return p, "", 0, ErrFederated
		}
		outcome = Edited
	}
	next.Announced = next.Announced || announce
	if next.Revision, err = t.reviseBlog(); err != nil {
		return p, "", 0, err
	}
	if err := putPost(t, &next, hash); err != nil {
		return p, "", 0, err
	}
	if old != nil {
		if err := t.unuse(old, &next); err != nil {
			return p, "", 0, err
		}
	}
	if err := putMentions(t, &next); err != nil {
		return p, "", 0, err
	}
	versions := []*blog.Post{&next}
	if old != nil {
		versions = append(versions, old)
	}
	if o.Quiet || o.brought {
		versions = nil
	}
	if err := t.postChanged(next.Revision, versions...); err != nil {
		return p, "", 0, err
	}
	n, err := spread(t, &next, announce, known && !o.Quiet)
	return next, outcome, n, err
}

// following is the post that p makes of old, or a new one when old is nil.
func following(old *blog.Post, p blog.Post, now time.Time) (blog.Post, error) {
	next := p
	next.Published, next.Announced = wholeMillis(p.Published), false
	next.CommentCount, next.LikeCount, next.BoostCount = 0, 0, 0
	if old == nil {
		id, err := uuid.NewV7()
		if err != nil {
			return p, err
		}
		next.ID = id.String()
	} else {
		next.ID, next.Announced = old.ID, old.Announced
		next.CommentCount, next.LikeCount, next.BoostCount = old.CommentCount, old.LikeCount, old.BoostCount
	}
	if next.Published.IsZero() {
		next.Published = now
		if old != nil && (old.Status != blog.Draft || p.Status == blog.Draft) {
			next.Published = old.Published
		}
	}
	if next.Visibility == "" {
		next.Visibility = blog.Public
	}
	// What is out stays out under its date, even when the clock was set back.
	out := old != nil && old.Status == blog.Published && old.Published.Equal(next.Published)
	switch {
	case p.Status == blog.Draft:
	case next.Published.After(now) && !out:
		next.Status = blog.Scheduled
	default:
		next.Status = blog.Published
	}
	next.Updated = updated(old, &next, now)
	return next, nil
}

// updated is the time of the change that makes next of old.
func updated(old, next *blog.Post, now time.Time) time.Time {
	if old == nil || old.Status != blog.Published && !old.Updated.After(old.Published) {
		if told := wholeMillis(next.Updated); !told.After(now) {
			return latest(next.Published, told)
		}
		return next.Published
	}
	return latest(now, old.Updated.Add(time.Millisecond), next.Published)
}

// isKnown tells whether others may know the post: it was handed to delivery,
// or somebody found it and answered.
func isKnown(t *tx, p *blog.Post) (bool, error) {
	if p.Announced {
		return true, nil
	}
	return t.exists(`SELECT 1 FROM comment WHERE post_id = $1 AND source NOT IN ('own', 'imported')
		UNION ALL SELECT 1 FROM reaction WHERE post_id = $1 LIMIT 1`, p.ID)
}

// spread writes what others are told of the post: its Create, delivered when
// it is announced, or else an Update when others know it. Either waits a
// moment for the people whom the post mentions to be found.
func spread(t *tx, p *blog.Post, announce, known bool) (n int, err error) {
	if !p.Federated() {
		return 0, nil
	}
	create, err := createOf(t, p.ID)
	if err != nil {
		return 0, err
	}
	switch {
	case announce:
		n, err = deliverCreate(t, create)
	case known:
		n, err = deliverUpdate(t, p.ID)
	}
	if err != nil {
		return 0, err
	}
	return n, holdBack(t, p.ID)
}

// PublishDue turns Scheduled posts whose time has come into Published ones,
// with their Create and deliveries, and returns how many. They are announced
// however late that is.
func (db *DB) PublishDue(ctx context.Context, now time.Time) (int, error) {
	due := `SELECT ` + postColumns + ` FROM post p WHERE p.status = 'scheduled' AND p.published <= $1 ORDER BY p.published, p.id`
	waiting, err := selectPosts(db.reading(ctx), due, millis(now))
	if err != nil || len(waiting) == 0 {
		return 0, wrap("look for scheduled posts", err)
	}
	n := 0
	err = db.write(ctx, func(t *tx) error {
		if err := t.lockPosts(); err != nil {
			return err
		}
		posts, err := selectPosts(t, due, millis(now))
		if err != nil {
			return err
		}
		n = len(posts)
		for i := range posts {
			if err := comeOut(t, &posts[i]); err != nil {
				return fmt.Errorf("%q: %w", posts[i].Slug, err)
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("publish scheduled posts: %w", err)
	}
	return n, nil
}

func comeOut(t *tx, p *blog.Post) (err error) {
	p.Status = blog.Published
	announce := p.Federated() && !p.Announced
	p.Announced = p.Announced || announce
	if p.Revision, err = t.reviseBlog(); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE post SET status = $2, announced = $3, revision = $4 WHERE id = $1`,
		p.ID, string(p.Status), p.Announced, p.Revision)
	if err == nil {
		err = t.postChanged(p.Revision, p)
	}
	if err != nil {
		return err
	}
	_, err = spread(t, p, announce, false)
	return err
}
