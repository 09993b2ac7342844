package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestVersions(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		c := comment(t, db, note(ann, publish(t, db, hello()), "first"))
		said := func() (out []string) {
			for _, v := range must[[]blog.Version](t)(db.CommentVersions(ctx, c.ID)) {
				out = append(out, v.Text)
			}
			return out
		}
		equal(t, "never edited", said(), nil)
		edit := func(text string) {
			clock.Advance(time.Minute)
			c.Text, c.Edited = text, clock.Now()
			must[bool](t)(db.EditComment(ctx, by(ann, text), c))
		}
		edit("second")
		edit("third")
		equal(t, "edited twice", said(), []string{"first", "second"})
		for i := range 30 {
			edit(fmt.Sprint(i))
		}
		equal(t, "bounded", len(said()), 20)
		equal(t, "the latest", said()[19], "28")
		must[bool](t)(db.RetractComment(ctx, by(ann, "gone"), c.IRI))
		equal(t, "nothing is left behind", said(), nil)
		_, err := db.CommentVersions(ctx, 99)
		is(t, err, storage.ErrNotFound)
	})
}
