package storage_test

import (
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestBlockMatches(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		for _, c := range []struct {
			target, actor string
			blocked       bool
		}{
			{"https://a.test/users/ann", "https://a.test/users/ann", true},
			{"https://a.test/users/ann", "https://a.test/users/anna", false},
			{"a.test", "https://a.test/users/ann", true},
			{" A.TEST. ", "https://a.test/users/ann", true},
			{"a.test", "https://A.Test/users/ann", true},
			{"a.test", "https://deep.sub.a.test/users/ann", true},
			{"a.test", "https://a.test:8443/users/ann", true},
			{"a.test", "https://xa.test/users/ann", false},
			{"sub.a.test", "https://a.test/users/ann", false},
			{"a.test:8443", "https://a.test:8443/users/ann", true},
			{"a.test:8443", "https://a.test/users/ann", false},
			{"bücher.test", "https://xn--bcher-kva.test/users/ann", true},
			{"127.0.0.1:4000", "http://127.0.0.1:4000/ap/actor", true},
			{"127.0.0.1:4000", "http://127.0.0.1:4001/ap/actor", false},
			{"0.1", "http://127.0.0.1:4001/ap/actor", false},
			{"[::1]", "http://[::1]:80/x", true},
			{"test", "https://a.test/users/ann", true},
			{"a.test", "no IRI at all \x00%zz", false},
			{"a.test", "https://" + strings.Repeat("x.", 500) + "a.tes/", false},
		} {
			ok(t, db.AddBlock(ctx, c.target))
			ok(t, db.AddBlock(ctx, c.target))
			equal(t, c.target+" and "+c.actor, must[bool](t)(db.Blocked(ctx, c.actor)), c.blocked)
			equal(t, "blocks", len(must[[]blog.Block](t)(db.Blocks(ctx))), 1)
			ok(t, db.RemoveBlock(ctx, c.target))
			equal(t, "lifted", must[bool](t)(db.Blocked(ctx, c.actor)), false)
			is(t, db.RemoveBlock(ctx, c.target), storage.ErrNotFound)
		}
		for _, bad := range []string{"", "ann@a.test", "%", "a b", "a.test/users/ann", strings.Repeat("a", 300)} {
			if err := db.AddBlock(ctx, bad); err == nil {
				t.Errorf("%q was blocked", bad)
			}
		}
	})
}

func TestBlockTakesAway(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		sub, ann2 := person("sub", "x.a.test"), person("ann2", "a.test")
		p := publish(t, db, hello())
		for _, who := range []blog.Actor{ann, ann2, bob, sub} {
			follow(t, db, who)
			comment(t, db, note(who, p, "1"))
			must[bool](t)(db.React(ctx, by(who, "like"), like(who, p, "like")))
		}
		settle(t, db)
		edit := hello()
		edit.Title = "edited"
		publish(t, db, edit)
		equal(t, "before", len(deliveries(t, db, "hello")), 3)

		ok(t, db.AddBlock(ctx, ann.IRI))
		now := post(t, db, "hello")
		equal(t, "counts", []int{now.CommentCount, now.LikeCount}, []int{3, 3})
		equal(t, "the shared inbox stays", len(deliveries(t, db, "hello")), 3)
		ok(t, db.AddBlock(ctx, "a.test"))
		now = post(t, db, "hello")
		equal(t, "counts", []int{now.CommentCount, now.LikeCount}, []int{1, 1})
		equal(t, "followers", must[int](t)(db.CountFollowers(ctx)), 1)
		equal(t, "deliveries", deliveries(t, db, "hello"), []string{"Update https://b.test/inbox pending"})
		equal(t, "hidden", must[blog.Comment](t)(db.CommentByIRI(ctx, ann.IRI+"/notes/1")).State, blog.Hidden)

		for what, did := range map[string]bool{
			"follow": must[bool](t)(db.Follow(ctx, by(ann, "f2"), blog.Follower{Actor: ann, FollowID: "f2"})),
			"like":   must[bool](t)(db.React(ctx, by(sub, "l2"), like(sub, p, "l2"))),
			"edit":   must[bool](t)(db.EditComment(ctx, by(ann, "e"), blog.Comment{IRI: ann.IRI + "/notes/1", Author: ann, Edited: clock.Now()})),
		} {
			equal(t, what, did, false)
		}
		ok(t, db.RemoveBlock(ctx, "a.test"))
		equal(t, "the other block still hides ann's", post(t, db, "hello").CommentCount, 3)
		ok(t, db.RemoveBlock(ctx, ann.IRI))
		now = post(t, db, "hello")
		equal(t, "comments are back, likes are not", []int{now.CommentCount, now.LikeCount}, []int{4, 1})
		follow(t, db, person("new", "a.test"))
	})
}

func TestBlockedCommentersGetNoUpdate(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		sub := person("sub", "x.a.test")
		p := publish(t, db, hello())
		for _, who := range []blog.Actor{ann, bob, sub} {
			comment(t, db, note(who, p, "1"))
		}
		ok(t, db.AddBlock(ctx, "a.test"))
		edit := hello()
		edit.Title = "edited"
		publish(t, db, edit)
		equal(t, "deliveries", deliveries(t, db, "hello"), []string{"Update https://b.test/inbox pending"})
	})
}
