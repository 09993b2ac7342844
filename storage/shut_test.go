package storage_test

import (
	"slices"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestEditIsNotToldBelowBlockedDomains(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		p := publish(t, db, hello())
		for _, host := range []string{"deep.below.bad.test", "bad.test", "notbad.test", "test.good.test", "bad.test.good.test"} {
			who := person("ann", host)
			_, _, err := db.AddComment(ctx, create(note(who, p, host)), note(who, p, host))
			ok(t, err)
		}
		ok(t, db.AddBlock(ctx, "bad.test"))
		ok(t, db.AddBlock(ctx, "elsewhere.test"))
		edit := hello()
		edit.Title = "Edited"
		publish(t, db, edit)
		var told []string
		for _, d := range must[[]blog.Delivery](t)(db.Deliveries(ctx, "hello", 0, 0)) {
			told = append(told, d.Host)
		}
		slices.Sort(told)
		if want := []string{"bad.test.good.test", "notbad.test", "test.good.test"}; !slices.Equal(told, want) {
			t.Errorf("%q were told, not %q", told, want)
		}
	})
}

// TestUnblockBelowAnother lifts a block inside and around another one.
func TestUnblockBelowAnother(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		p := publish(t, db, hello())
		shown := func() (out []string) {
			for _, c := range must[[]blog.Comment](t)(db.Comments(ctx, storage.CommentFilter{State: blog.Shown})) {
				out = append(out, blog.PlainText(c.Author.IRI))
			}
			slices.Sort(out)
			return out
		}
		for _, host := range []string{"bad.test", "a.bad.test", "b.a.bad.test"} {
			who := person("ann", host)
			_, _, err := db.AddComment(ctx, create(note(who, p, host)), note(who, p, host))
			ok(t, err)
		}
		ok(t, db.AddBlock(ctx, "bad.test"))
		ok(t, db.AddBlock(ctx, "a.bad.test"))
		if got := shown(); len(got) != 0 {
			t.Fatalf("%q are shown beside the blocks", got)
		}
		ok(t, db.RemoveBlock(ctx, "bad.test"))
		if got := shown(); len(got) != 1 {
			t.Fatalf("with the inner block %q are shown, and not the one at bad.test alone", got)
		}
		ok(t, db.AddBlock(ctx, "bad.test"))
		ok(t, db.RemoveBlock(ctx, "a.bad.test"))
		if got := shown(); len(got) != 0 {
			t.Fatalf("with the outer block %q are shown", got)
		}
		ok(t, db.RemoveBlock(ctx, "bad.test"))
		if got := shown(); len(got) != 3 {
			t.Fatalf("without blocks only %q are shown", got)
		}
	})
}
