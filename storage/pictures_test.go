package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestPictures(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		const big, cat = "https://a.test/big.png", "https://a.test/cat.png"
		c := note(ann, p, "first")
		c.Attachments = []blog.Attachment{{URL: big, MediaType: "image/png", Alt: "Big"}, {URL: "https://a.test/film.mp4", MediaType: "video/mp4"}}
		c.Emojis = []blog.CustomEmoji{{Name: ":cat:", URL: cat}}
		c = comment(t, db, c)
		held := note(ann, p, "held")
		held.State = blog.Held
		held.Attachments = []blog.Attachment{{URL: "https://a.test/held.png", MediaType: "image/png"}}
		comment(t, db, held)
		due := func() (out []string) {
			for _, p := range must[[]blog.RemotePicture](t)(db.PicturesDue(ctx, 10)) {
				out = append(out, p.URL)
			}
			return out
		}
		equal(t, "due", len(due()), 2)
		before := post(t, db, "hello").Revision
		ok(t, db.SavePicture(ctx, big, blog.MediaFile{Name: "big.png", Data: []byte("PNG"), Width: 40, Height: 30}))
		equal(t, "the page is made anew", post(t, db, "hello").Revision > before, true)
		ok(t, db.SavePicture(ctx, cat, blog.MediaFile{}))
		equal(t, "failed", due(), nil)
		clock.Advance(11 * time.Minute)
		equal(t, "tried again", due(), []string{cat})
		for range 5 {
			ok(t, db.SavePicture(ctx, cat, blog.MediaFile{}))
			clock.Advance(30 * 24 * time.Hour)
		}
		equal(t, "given up", due(), nil)

		read := func() blog.Comment {
			return must[[]blog.Comment](t)(db.Comments(ctx, storage.CommentFilter{Post: "hello", OnPage: true}))[0]
		}
		equal(t, "read back", read().Attachments, []blog.Attachment{
			{URL: big, MediaType: "image/png", Alt: "Big", Copy: blog.Picture{File: "big.png", Width: 40, Height: 30}},
			{URL: "https://a.test/film.mp4", MediaType: "video/mp4"}})
		equal(t, "read back", read().Emojis, []blog.CustomEmoji{{Name: ":cat:", URL: cat}})
		f := must[interface{ Close() error }](t)(opened(db.OpenAvatar(ctx, "big.png")))
		ok(t, f.Close())

		c.Attachments, c.Edited = c.Attachments[1:], clock.Now()
		must[bool](t)(db.EditComment(ctx, by(ann, "edit"), c))
		equal(t, "after an edit", len(read().Attachments), 1)
		ok(t, db.Prune(ctx, clock.Now()))
		must[blog.Comment](t)(db.DecideComment(ctx, c.ID, blog.Erased))
		ok(t, db.Prune(ctx, clock.Now()))
	})
}

func opened[T interface{ Close() error }](f T, err error) (interface{ Close() error }, error) {
	return f, err
}

// TestAttachmentsOfManyComments are read in batches, and each is where it
// belongs.
func TestAttachmentsOfManyComments(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		const many = 300 // more than a batch
		p := publish(t, db, hello())
		for i := range many {
			c := note(ann, p, fmt.Sprint(i))
			c.Attachments = []blog.Attachment{{URL: fmt.Sprintf("https://a.test/%d.png", i), MediaType: "image/png", Alt: fmt.Sprint(i)}}
			comment(t, db, c)
		}
		all := must[[]blog.Comment](t)(db.Comments(t.Context(), storage.CommentFilter{}))
		equal(t, "comments", len(all), many)
		for _, c := range all {
			if len(c.Attachments) != 1 || c.Attachments[0].Alt != c.Text {
				t.Fatalf("%s has %v", c.Text, c.Attachments)
			}
		}
	})
}
