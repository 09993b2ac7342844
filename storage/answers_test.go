package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// own is an answer of the author's under a comment, or under the post when
// that is zero.
func own(p blog.Post, under blog.Comment, name string) blog.Comment {
	return blog.Comment{IRI: "https://blog.test/ap/comments/" + name, PostID: p.ID, Parent: under.ID, ParentIRI: under.IRI,
		Author: blog.Actor{IRI: "https://blog.test/ap/actor"}, HTML: "<p>" + name + "</p>", Text: name, Raw: name, Visibility: blog.Public}
}

func TestAnswer(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		cat := person("cat", "c.test")
		follow(t, db, cat)
		p := publish(t, db, hello())
		first := comment(t, db, note(ann, p, "first"))
		reply := note(bob, p, "second")
		reply.Parent = first.ID
		second := comment(t, db, reply)
		comment(t, db, note(person("dan", "d.test"), p, "elsewhere"))
		settle(t, db)
		said := func(kind string) (out []string) {
			for _, d := range must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0)) {
				if d.Activity.Object == blog.CommentObject && d.Activity.Type == kind {
					out = append([]string{d.Activity.Ref + " " + d.Inbox + " " + string(d.State)}, out...)
				}
			}
			return out
		}
		answer, n, err := db.Answer(ctx, own(p, second, "one"))
		ok(t, err)
		equal(t, "goes to followers and the thread", said("Create"), []string{
			"one https://a.test/inbox pending", "one https://b.test/inbox pending", "one https://c.test/inbox pending"})
		equal(t, "deliveries", n, 3)
		equal(t, "counted", post(t, db, "hello").CommentCount, 4)

		answer.Raw = "two"
		clock.Advance(time.Second)
		changed, _, err := db.EditAnswer(ctx, answer)
		ok(t, err)
		equal(t, "changed", changed, true)
		equal(t, "an unsent Create tells of the edit itself", said("Update"), []string{"one https://d.test/inbox pending"})
		changed, _, err = db.EditAnswer(ctx, answer)
		ok(t, err)
		equal(t, "says so already", changed, false)
		second.Raw = "forged"
		_, _, err = db.EditAnswer(ctx, second)
		is(t, err, storage.ErrNotOwn)

		must[blog.Comment](t)(db.DecideComment(ctx, answer.ID, blog.Erased))
		equal(t, "everyone is told", len(said("Delete")), 4)
		equal(t, "what had not left", said("Create")[0], "one https://a.test/inbox replaced")
		equal(t, "counted", post(t, db, "hello").CommentCount, 3)
		_, _, err = db.EditAnswer(ctx, answer)
		is(t, err, storage.ErrDeleted)

		_, _, err = db.Answer(ctx, own(blog.Post{ID: "none"}, blog.Comment{}, "three"))
		is(t, err, storage.ErrNotFound)
		_, _, err = db.Unpublish(ctx, "hello")
		ok(t, err)
		_, _, err = db.Answer(ctx, own(p, second, "four"))
		is(t, err, storage.ErrDeleted)
	})
}

func TestAnswerToOneAlone(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, bob)
		p := publish(t, db, hello())
		secret := note(ann, p, "secret")
		secret.Visibility = blog.Direct
		c := own(p, comment(t, db, secret), "answer")
		c.Visibility = blog.Direct
		settle(t, db)
		_, n, err := db.Answer(t.Context(), c)
		ok(t, err)
		equal(t, "deliveries", n, 1)
		equal(t, "goes to", settle(t, db)[0].Inbox, ann.Inbox)
		equal(t, "counted", post(t, db, "hello").CommentCount, 0)
	})
}
