package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func like(who blog.Actor, p blog.Post, id string) blog.Reaction {
	return blog.Reaction{Type: blog.Like, IRI: who.IRI + "#" + id, PostID: p.ID, Actor: who}
}

func by(who blog.Actor, id string) storage.Incoming {
	return storage.Incoming{Actor: who.IRI, ID: who.IRI + "#" + id}
}

func TestReactions(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		boost, emoji := like(ann, p, "boost"), like(ann, p, "emoji")
		boost.Type, emoji.Type, emoji.Emoji = blog.Boost, blog.Emoji, ":blob:"
		react := func(in storage.Incoming, r blog.Reaction) bool { return must[bool](t)(db.React(ctx, in, r)) }
		equal(t, "like", react(by(ann, "1"), like(ann, p, "1")), true)
		equal(t, "the same activity", react(by(ann, "1"), like(ann, p, "1")), false)
		equal(t, "another activity", react(by(ann, "2"), like(ann, p, "2")), false)
		clock.Advance(time.Second)
		equal(t, "by another", react(by(bob, "1"), like(bob, p, "1")), true)
		clock.Advance(time.Second)
		equal(t, "boost", react(by(ann, "3"), boost), true)
		clock.Advance(time.Second)
		equal(t, "emoji", react(by(ann, "4"), emoji), true)
		counts := func() [2]int { now := post(t, db, "hello"); return [2]int{now.LikeCount, now.BoostCount} }
		equal(t, "counts", counts(), [2]int{2, 1})

		all := must[[]blog.Reaction](t)(db.Reactions(ctx, "hello", "", 0, 0))
		equal(t, "all", len(all), 4)
		equal(t, "the latest id counts", all[0].IRI, ann.IRI+"#2")
		equal(t, "in full", all[3], blog.Reaction{ID: all[3].ID, Type: blog.Emoji, IRI: emoji.IRI, PostID: p.ID, PostSlug: "hello",
			Actor: ann, Emoji: ":blob:", At: clock.Now()})
		equal(t, "likes", len(must[[]blog.Reaction](t)(db.Reactions(ctx, "", blog.Like, 0, 0))), 2)
		equal(t, "a page", must[[]blog.Reaction](t)(db.Reactions(ctx, p.ID, "", 1, 2)), all[2:3])

		unreact := func(in storage.Incoming, r blog.Reaction) bool { return must[bool](t)(db.Unreact(ctx, in, r)) }
		equal(t, "somebody else's", unreact(by(bob, "u1"), blog.Reaction{IRI: boost.IRI}), false)
		equal(t, "by id", unreact(by(ann, "u1"), blog.Reaction{IRI: boost.IRI}), true)
		equal(t, "by post and type", unreact(by(bob, "u2"), blog.Reaction{PostID: p.ID, Type: blog.Like}), true)
		equal(t, "again", unreact(by(bob, "u2"), blog.Reaction{PostID: p.ID, Type: blog.Like}), false)
		equal(t, "counts after", counts(), [2]int{1, 0})
		equal(t, "an Undo that came first", unreact(by(bob, "u3"), blog.Reaction{IRI: bob.IRI + "#late"}), false)
		equal(t, "what it undid", react(by(bob, "late"), like(bob, p, "late")), false)
		_, err := db.React(ctx, by(bob, "5"), blog.Reaction{Type: blog.Like, PostID: "none", Actor: bob})
		is(t, err, storage.ErrNotFound)
		if _, err := db.React(ctx, by(bob, "6"), blog.Reaction{Type: "frown", PostID: p.ID, Actor: bob}); err == nil {
			t.Fatal("an unknown type was taken")
		}
	})
}
