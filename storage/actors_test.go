package storage_test

import (
	"io"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestActors(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		ok(t, db.SaveActor(ctx, ann))
		equal(t, "by id", must[blog.Actor](t)(db.Actor(ctx, ann.IRI)), ann)
		equal(t, "by key", must[blog.Actor](t)(db.ActorByKey(ctx, ann.KeyID)), ann)
		p := publish(t, db, hello())
		stale := note(ann, p, "1")
		stale.Author = blog.Actor{IRI: ann.IRI, Name: "stale", Fetched: start.Add(-time.Hour)}
		comment(t, db, stale)
		equal(t, "an older copy changes nothing", must[blog.Actor](t)(db.Actor(ctx, ann.IRI)), ann)
		before := post(t, db, "hello").Revision
		renamed := ann
		renamed.Name, renamed.Fetched = "Ann", start.Add(time.Hour)
		ok(t, db.SaveActor(ctx, renamed))
		equal(t, "renamed", must[blog.Actor](t)(db.Actor(ctx, ann.IRI)), renamed)
		if now := post(t, db, "hello").Revision; now <= before {
			t.Fatal("the page of the post did not change with the name")
		}
		for _, key := range []string{"", "none"} {
			_, err := db.Actor(ctx, key)
			is(t, err, storage.ErrNotFound)
			_, err = db.ActorByKey(ctx, key)
			is(t, err, storage.ErrNotFound)
		}
	})
}

func TestForgetActor(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		for _, who := range []blog.Actor{ann, bob} {
			follow(t, db, who)
			comment(t, db, note(who, p, "1"))
			must[bool](t)(db.React(ctx, by(who, "like"), like(who, p, "like")))
		}
		equal(t, "gone", must[bool](t)(db.ForgetActor(ctx, by(ann, "delete"))), true)
		equal(t, "again", must[bool](t)(db.ForgetActor(ctx, by(ann, "delete"))), false)
		equal(t, "unknown", must[bool](t)(db.ForgetActor(ctx, by(person("eve", "e.test"), "delete"))), false)
		_, err := db.Actor(ctx, ann.IRI)
		is(t, err, storage.ErrNotFound)
		now := post(t, db, "hello")
		equal(t, "counts", []int{now.CommentCount, now.LikeCount}, []int{1, 1})
		equal(t, "followers", must[int](t)(db.CountFollowers(ctx)), 1)
		c := must[blog.Comment](t)(db.CommentByIRI(ctx, ann.IRI+"/notes/1"))
		equal(t, "erased", []any{c.State, c.Text, c.Author}, []any{blog.Erased, "", blog.Actor{IRI: ann.IRI}})
		equal(t, "deliveries", sent(must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0))), []string{"Accept " + bob.Inbox + " pending"})
	})
}

func TestAvatars(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		due := func() []string {
			var out []string
			for _, a := range must[[]blog.Actor](t)(db.AvatarsDue(ctx, 10)) {
				out = append(out, a.Name)
			}
			return out
		}
		p := publish(t, db, hello())
		follow(t, db, bob) // has a picture, but is on no page
		equal(t, "nobody on a page", due(), []string(nil))
		comment(t, db, note(ann, p, "1"))
		equal(t, "due", due(), []string{"ann"})
		before := post(t, db, "hello").Revision
		ok(t, db.SaveAvatar(ctx, ann.IRI, "one.png", []byte("one")))
		equal(t, "fetched", due(), []string(nil))
		if now := post(t, db, "hello").Revision; now <= before {
			t.Fatal("the page of the post did not change with the picture")
		}
		equal(t, "shown", must[[]blog.Comment](t)(db.Comments(ctx, storage.CommentFilter{Post: "hello"}))[0].Author.Avatar, "one.png")
		f := must[io.ReadSeekCloser](t)(db.OpenAvatar(ctx, "one.png"))
		equal(t, "bytes", string(must[[]byte](t)(io.ReadAll(f))), "one")
		ok(t, f.Close())
		moved := ann
		moved.AvatarURL = "https://a.test/new.png"
		ok(t, db.SaveActor(ctx, moved))
		equal(t, "another address", due(), []string{"ann"})
		ok(t, db.SaveAvatar(ctx, ann.IRI, "", nil))
		equal(t, "after a failed try", due(), []string(nil))
		equal(t, "the old picture stays", must[blog.Actor](t)(db.Actor(ctx, ann.IRI)).Avatar, "one.png")
		clock.Advance(25 * time.Hour)
		equal(t, "a day later", due(), []string{"ann"})
		moved.AvatarURL = ""
		ok(t, db.SaveActor(ctx, moved))
		equal(t, "taken away", must[blog.Actor](t)(db.Actor(ctx, ann.IRI)).Avatar, "")
		is(t, db.SaveAvatar(ctx, "https://a.test/none", "two.png", []byte("two")), storage.ErrNotFound)
	})
}
