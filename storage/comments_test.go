package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

var (
	ann = person("ann", "a.test")
	bob = person("bob", "b.test")
)

func TestCommentIsReadBack(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		before := must[storage.Revisions](t)(db.Revisions(ctx))
		c := note(ann, p, "1")
		c.Warning, c.Published = "cw", start.Add(time.Hour) // from the future
		stored := comment(t, db, c)
		c.ID, c.PostSlug, c.State, c.Source, c.Published, c.Received = stored.ID, "hello", blog.Shown, blog.Delivered, start, start
		equal(t, "stored", stored, c)
		equal(t, "by id", must[blog.Comment](t)(db.Comment(ctx, stored.ID)), stored)
		equal(t, "by iri", must[blog.Comment](t)(db.CommentByIRI(ctx, c.IRI)), stored)
		equal(t, "by url", must[blog.Comment](t)(db.CommentByIRI(ctx, c.URL)), stored)
		equal(t, "listed", must[[]blog.Comment](t)(db.Comments(ctx, storage.CommentFilter{Post: "hello", OnPage: true})), []blog.Comment{stored})
		equal(t, "author", must[blog.Actor](t)(db.Actor(ctx, ann.IRI)), ann)
		after, now := must[storage.Revisions](t)(db.Revisions(ctx)), post(t, db, "hello")
		equal(t, "count", now.CommentCount, 1)
		if after.Comments.N <= before.Comments.N || after.Blog != before.Blog || now.Revision != after.Comments.N {
			t.Fatalf("revisions %v, then %v, the post's %d", before, after, now.Revision)
		}
		for _, key := range []string{"", "https://a.test/none"} {
			_, err := db.CommentByIRI(ctx, key)
			is(t, err, storage.ErrNotFound)
		}
		_, err := db.Comment(ctx, 99)
		is(t, err, storage.ErrNotFound)
		_, err = db.Comments(ctx, storage.CommentFilter{Post: "none"})
		is(t, err, storage.ErrNotFound)
	})
}

func TestCommentIsRefused(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		first := comment(t, db, note(ann, p, "1"))
		gone := hello()
		gone.Slug = "gone"
		gone = publish(t, db, gone)
		must[int](t)(func() (int, error) { _, n, err := db.Unpublish(ctx, "gone"); return n, err }())
		ok(t, db.AddBlock(ctx, "b.test"))
		must[bool](t)(db.RetractComment(ctx, storage.Incoming{Actor: ann.IRI, ID: "d"}, ann.IRI+"/notes/late"))
		must[bool](t)(db.RetractComment(ctx, storage.Incoming{Actor: person("eve", "e.test").IRI, ID: "d"}, ann.IRI+"/notes/kept"))
		sub := person("cy", "deep.sub.b.test")
		for name, c := range map[string]struct {
			in storage.Incoming
			c  blog.Comment
		}{
			"activity seen":  {create(first), note(ann, p, "2")},
			"object seen":    {storage.Incoming{Actor: ann.IRI, ID: "other"}, note(ann, p, "1")},
			"blocked":        {create(note(bob, p, "1")), note(bob, p, "1")},
			"subdomain":      {create(note(sub, p, "1")), note(sub, p, "1")},
			"blocked author": {storage.Incoming{}, note(bob, p, "1")},
			"tombstone":      {create(note(ann, p, "late")), note(ann, p, "late")},
			"post deleted":   {create(note(ann, gone, "3")), note(ann, gone, "3")},
		} {
			_, added, err := db.AddComment(ctx, c.in, c.c)
			ok(t, err)
			equal(t, name, added, false)
		}
		equal(t, "count", post(t, db, "hello").CommentCount, 1)
		comment(t, db, note(ann, p, "2")) // what had no effect is not remembered
		comment(t, db, note(ann, p, "kept"))
		stray := note(ann, p, "4")
		stray.PostID = "none"
		_, _, err := db.AddComment(ctx, create(stray), stray)
		is(t, err, storage.ErrNotFound)
		stray = note(ann, p, "4")
		stray.Parent = 99
		_, _, err = db.AddComment(ctx, create(stray), stray)
		is(t, err, storage.ErrNotFound)
		_, _, err = db.AddComment(ctx, storage.Incoming{}, blog.Comment{PostID: p.ID, Author: ann})
		if err == nil {
			t.Fatal("a comment without an id was stored")
		}
	})
}

func TestEditComment(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		stored := comment(t, db, note(ann, p, "1"))
		edit := note(ann, p, "1")
		edit.HTML, edit.Text, edit.Raw, edit.Warning, edit.Language, edit.URL = "<p>new</p>", "new", "raw", "cw", "de", "https://a.test/new"
		edit.Edited = start.Add(time.Minute)
		changed := must[bool](t)(db.EditComment(ctx, storage.Incoming{Actor: ann.IRI, ID: "u1"}, edit))
		equal(t, "changed", changed, true)
		want := stored
		want.HTML, want.Text, want.Raw, want.Warning, want.Language, want.URL, want.Edited = edit.HTML, edit.Text, edit.Raw, edit.Warning, edit.Language, edit.URL, edit.Edited
		equal(t, "edited", must[blog.Comment](t)(db.Comment(ctx, stored.ID)), want)

		older, foreign, unset := edit, edit, edit
		older.Text, foreign.Text, unset.Text = "older", "foreign", "unset"
		foreign.Author, foreign.Edited = bob, start.Add(time.Hour)
		unset.Edited = time.Time{}
		for _, c := range []blog.Comment{older, foreign, unset} {
			equal(t, c.Text, must[bool](t)(db.EditComment(ctx, storage.Incoming{}, c)), false)
		}
		equal(t, "untouched", must[blog.Comment](t)(db.Comment(ctx, stored.ID)), want)
		edit.Visibility, edit.Edited = blog.Followers, start.Add(time.Hour)
		must[bool](t)(db.EditComment(ctx, storage.Incoming{}, edit))
		equal(t, "no longer public", post(t, db, "hello").CommentCount, 0)
		edit.IRI = "https://a.test/none"
		_, err := db.EditComment(ctx, storage.Incoming{}, edit)
		is(t, err, storage.ErrNotFound)
	})
}

func TestRetractedCommentKeepsItsPlace(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		below := func(parent blog.Comment, c blog.Comment) blog.Comment {
			c.Parent = parent.ID
			clock.Advance(time.Second)
			return comment(t, db, c)
		}
		one := comment(t, db, note(ann, p, "1"))
		two := below(one, note(bob, p, "2"))
		three := below(two, note(ann, p, "3"))
		lone := below(three, note(ann, p, "4"))
		list := func() []int64 {
			var ids []int64
			for _, c := range must[[]blog.Comment](t)(db.Comments(ctx, storage.CommentFilter{Post: "hello", OnPage: true})) {
				ids = append(ids, c.ID)
			}
			return ids
		}
		retract := func(by blog.Actor, c blog.Comment) bool {
			return must[bool](t)(db.RetractComment(ctx, storage.Incoming{Actor: by.IRI, ID: c.IRI + "/delete"}, c.IRI))
		}
		equal(t, "by somebody else", retract(bob, one), false)
		equal(t, "first", retract(ann, one), true)
		equal(t, "again", retract(ann, one), false)
		equal(t, "second", retract(bob, two), true)
		equal(t, "both keep the place of the third", list(), []int64{one.ID, two.ID, three.ID, lone.ID})
		equal(t, "without an answer", retract(ann, lone), true)
		equal(t, "the last one is gone", list(), []int64{one.ID, two.ID, three.ID})
		equal(t, "count", post(t, db, "hello").CommentCount, 1)
		erased := must[blog.Comment](t)(db.Comment(ctx, one.ID))
		equal(t, "erased", []string{string(erased.State), erased.Text, erased.HTML, erased.Raw, erased.Warning}, []string{"erased", "", "", "", ""})
		equal(t, "third", retract(ann, three), true)
		equal(t, "nothing left", list(), []int64(nil))
		_, added, err := db.AddComment(ctx, storage.Incoming{}, note(ann, p, "1"))
		ok(t, err)
		equal(t, "a late Create", added, false)
		one.Edited = start.Add(time.Hour)
		equal(t, "a late Update", must[bool](t)(db.EditComment(ctx, storage.Incoming{}, one)), false)
	})
}

func TestCommentFilters(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		other := hello()
		other.Slug = "other"
		q := publish(t, db, other)
		for i, change := range []func(*blog.Comment){
			func(c *blog.Comment) {},
			func(c *blog.Comment) { c.Visibility = blog.Unlisted },
			func(c *blog.Comment) { c.Visibility = blog.Followers },
			func(c *blog.Comment) { c.Visibility = "" },
			func(c *blog.Comment) { c.State = blog.Held },
			func(c *blog.Comment) { c.PostID = q.ID },
		} {
			c := note(ann, p, string(rune('a'+i)))
			c.Published = start.Add(-time.Duration(i) * time.Minute)
			change(&c)
			comment(t, db, c)
		}
		for name, c := range map[string]struct {
			filter storage.CommentFilter
			want   string
		}{
			"on the page":     {storage.CommentFilter{Post: "hello", OnPage: true}, "ba"},
			"not private":     {storage.CommentFilter{Post: "hello"}, "eba"},
			"private too":     {storage.CommentFilter{Post: p.ID, Private: true}, "edcba"},
			"of all posts":    {storage.CommentFilter{Private: true}, "fedcba"},
			"a page of these": {storage.CommentFilter{Private: true, Limit: 2, Offset: 1}, "ed"},
		} {
			got := ""
			for _, c := range must[[]blog.Comment](t)(db.Comments(ctx, c.filter)) {
				got += c.Text
			}
			equal(t, name, got, c.want)
		}
		equal(t, "count", post(t, db, "hello").CommentCount, 2)
	})
}

func TestDecideComment(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		c := comment(t, db, note(ann, p, "1"))
		for _, step := range []struct {
			state blog.State
			count int
		}{{blog.Hidden, 0}, {blog.Hidden, 0}, {blog.Shown, 1}, {blog.Held, 0}, {blog.Shown, 1}, {blog.Erased, 0}} {
			decided := must[blog.Comment](t)(db.DecideComment(ctx, c.ID, step.state))
			equal(t, "state", decided.State, step.state)
			equal(t, "count", post(t, db, "hello").CommentCount, step.count)
		}
		_, err := db.DecideComment(ctx, c.ID, blog.Shown)
		is(t, err, storage.ErrDeleted)
		_, err = db.DecideComment(ctx, 99, blog.Shown)
		is(t, err, storage.ErrNotFound)
		if _, err = db.DecideComment(ctx, c.ID, "gone"); err == nil {
			t.Fatal("an unknown state was taken")
		}
	})
}

func TestHostileTexts(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := publish(t, db, hello())
		c := note(ann, p, "1")
		c.Text, c.Raw = "a\x00b\xffc'); DROP TABLE post; --", "\x00"
		stored := comment(t, db, c)
		got := must[blog.Comment](t)(db.Comment(t.Context(), stored.ID))
		equal(t, "text", got.Text, "ab\uFFFDc'); DROP TABLE post; --")
		_, err := db.CommentByIRI(t.Context(), "https://a.test/\x00\xff")
		is(t, err, storage.ErrNotFound)
		_, err = db.Post(t.Context(), "\x00")
		is(t, err, storage.ErrNotFound)
	})
}
