package storage_test

import (
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestFollowsIsKept holds that actor.follows says what follower does, whatever
// makes somebody follow or not.
func TestFollowsIsKept(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		agree := func(what string, followers int) {
			t.Helper()
			count := func(query string) int { return must[int](t)(storage.Count(ctx, db, query)) }
			equal(t, what, count(`SELECT COUNT(*) FROM follower`), followers)
			equal(t, what+", those that follow", count(`SELECT COUNT(*) FROM actor WHERE follows`), followers)
			equal(t, what+", the same", count(`SELECT COUNT(*) FROM follower f JOIN actor a ON a.iri = f.actor AND a.follows`), followers)
		}
		startedBlog(t, db)
		cy, dan := person("cy", "c.test"), person("dan", "d.test")
		for _, who := range []blog.Actor{ann, bob, cy, dan} {
			follow(t, db, who)
		}
		agree("follows", 4)
		ok(t, db.SaveActor(ctx, ann))
		agree("fetched anew", 4)
		must[bool](t)(db.Unfollow(ctx, by(ann, "undo"), ""))
		agree("an unfollow", 3)
		must[bool](t)(db.MoveFollower(ctx, by(bob, "move"), bob.IRI, person("bob", "new.test")))
		agree("a move", 3)
		ok(t, db.AddBlock(ctx, "c.test"))
		agree("a block", 2)
		must[bool](t)(db.ForgetActor(ctx, by(dan, "gone")))
		agree("an account that is gone", 1)
		must[bool](t)(db.DropFollower(ctx, "https://new.test/users/bob", "its actor answered 410 Gone"))
		agree("a drop", 0)
		follow(t, db, person("eve", "e.test"))
		must[int](t)(db.DeleteActor(ctx))
		agree("the blog left", 0)
	})
}
