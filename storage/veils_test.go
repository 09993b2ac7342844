package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// stands is the state of a comment and why.
func stands(t *testing.T, db *storage.DB, id int64) string {
	t.Helper()
	c := must[blog.Comment](t)(db.Comment(t.Context(), id))
	if c.Reason == "" {
		return string(c.State)
	}
	return string(c.State) + ": " + c.Reason
}

func TestVeils(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		held := note(ann, p, "held")
		held.State, held.Reason = blog.Held, "new here"
		shy := note(ann, p, "shy")
		shy.NoBlog = true
		shown, heldID, shyID := comment(t, db, note(ann, p, "shown")).ID, comment(t, db, held).ID, comment(t, db, shy).ID
		want := func(when, first, second, third string, count int) {
			t.Helper()
			equal(t, when, []string{stands(t, db, shown), stands(t, db, heldID), stands(t, db, shyID)}, []string{first, second, third})
			equal(t, when, post(t, db, "hello").CommentCount, count)
		}
		want("at first", "shown", "held: new here", "hidden: #noblog in the text", 1)

		ok(t, db.AddBlock(ctx, ann.IRI))
		want("blocked", "hidden: its author is blocked", "hidden: its author is blocked", "hidden: #noblog in the text", 0)
		_, err := db.DecideComment(ctx, shown, blog.Shown)
		is(t, err, storage.ErrVeiled)
		must[blog.Comment](t)(db.DecideComment(ctx, heldID, blog.Hidden))
		quiet := ann
		quiet.NoBlog = true
		ok(t, db.SaveActor(ctx, quiet))
		ok(t, db.RemoveBlock(ctx, ann.IRI))
		want("unblocked, but the profile says #noblog", "hidden: #noblog in its author's profile",
			"hidden: #noblog in its author's profile", "hidden: #noblog in its author's profile", 0)
		late := note(quiet, p, "late")
		lateID := comment(t, db, late).ID
		equal(t, "a new one", stands(t, db, lateID), "hidden: #noblog in its author's profile")
		ok(t, db.SaveActor(ctx, ann))
		want("the profile changed its mind", "shown", "hidden", "hidden: #noblog in the text", 2)
		equal(t, "the new one", stands(t, db, lateID), "shown")

		clock.Advance(time.Minute)
		shy.NoBlog, shy.Edited = false, clock.Now()
		equal(t, "edited", must[bool](t)(db.EditComment(ctx, by(ann, "e1"), shy)), true)
		want("an edit without #noblog", "shown", "hidden", "shown", 3)
		clock.Advance(time.Minute)
		shy.NoBlog, shy.Edited = true, clock.Now()
		must[bool](t)(db.EditComment(ctx, by(ann, "e2"), shy))
		want("an edit with #noblog", "shown", "hidden", "hidden: #noblog in the text", 2)
		must[blog.Comment](t)(db.DecideComment(ctx, shyID, blog.Erased))
		ok(t, db.AddBlock(ctx, "a.test"))
		ok(t, db.RemoveBlock(ctx, "a.test"))
		equal(t, "what is erased stays so", stands(t, db, shyID), "erased")
	})
}

func TestEditIsHeld(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		rule := must[blog.Rule](t)(db.AddRule(ctx, blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule, Pattern: "casino"}))
		p := publish(t, db, hello())
		c := note(ann, p, "1")
		id := comment(t, db, c).ID
		clock.Advance(time.Minute)
		c.Edited, c.State, c.Reason, c.Rule = clock.Now(), blog.Held, "it says casino", rule.ID
		must[bool](t)(db.EditComment(ctx, by(ann, "e"), c))
		equal(t, "held", stands(t, db, id), "held: it says casino")
		equal(t, "count", post(t, db, "hello").CommentCount, 0)
		must[blog.Comment](t)(db.DecideComment(ctx, id, blog.Shown))
		equal(t, "approved", stands(t, db, id), "shown")
		clock.Advance(time.Minute)
		c.Edited, c.State = clock.Now(), blog.Shown
		must[bool](t)(db.EditComment(ctx, by(ann, "e2"), c))
		equal(t, "a harmless edit", stands(t, db, id), "shown")
		c.Reason, c.Rule = "rejected", rule.ID
		ok(t, db.RejectComment(ctx, by(ann, "e3"), c))
		equal(t, "rejected", stands(t, db, id), "hidden: rejected")
		ok(t, db.RejectComment(ctx, by(ann, "e3"), c)) // sent twice
		other := note(bob, p, "never stored")
		other.Rule = rule.ID
		ok(t, db.RejectComment(ctx, by(bob, "x"), other))
		equal(t, "hits", must[[]blog.Rule](t)(db.Rules(ctx))[0].Hits, int64(3))
	})
}
