package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// shelf is one post of every kind, p1 the oldest.
func shelf(t *testing.T, db *storage.DB) {
	t.Helper()
	for i, change := range []func(*blog.Post){
		func(p *blog.Post) {},
		func(p *blog.Post) { p.Visibility = blog.Unlisted },
		func(p *blog.Post) { p.Visibility = blog.Local },
		func(p *blog.Post) { p.Status = blog.Draft },
		func(p *blog.Post) { p.Pinned, p.Tags = true, nil },
		func(p *blog.Post) { p.Published = start.Add(time.Hour) },
		func(p *blog.Post) { p.Tags = []blog.Tag{{Slug: "go", Name: "GO"}} },
	} {
		p := hello()
		p.Slug, p.Published = fmt.Sprint("p", i+1), start.Add(time.Duration(i-10)*time.Hour)
		change(&p)
		publish(t, db, p)
	}
}

func slugs(posts []blog.Post) []string {
	var out []string
	for _, p := range posts {
		out = append(out, p.Slug)
	}
	return out
}

func TestPostFilters(t *testing.T) {
	cases := map[string]struct {
		filter storage.PostFilter
		want   []string
		count  int
	}{
		"all":              {storage.PostFilter{}, []string{"p6", "p7", "p5", "p4", "p3", "p2", "p1"}, 7},
		"listed":           {storage.PostFilter{Listed: true}, []string{"p7", "p5", "p3", "p1"}, 4},
		"federated":        {storage.PostFilter{Federated: true}, []string{"p7", "p5", "p2", "p1"}, 4},
		"both":             {storage.PostFilter{Listed: true, Federated: true}, []string{"p7", "p5", "p1"}, 3},
		"pinned":           {storage.PostFilter{Pinned: true}, []string{"p5"}, 1},
		"tagged":           {storage.PostFilter{Tag: "go", Listed: true}, []string{"p7", "p3", "p1"}, 3},
		"tag and page":     {storage.PostFilter{Tag: "go", Listed: true, Limit: 1, Offset: 1}, []string{"p3"}, 3},
		"page":             {storage.PostFilter{Listed: true, Limit: 2, Offset: 1}, []string{"p5", "p3"}, 4},
		"offset alone":     {storage.PostFilter{Listed: true, Offset: 3}, []string{"p1"}, 4},
		"beyond the end":   {storage.PostFilter{Offset: 70}, nil, 7},
		"negative numbers": {storage.PostFilter{Pinned: true, Limit: -1, Offset: -1}, []string{"p5"}, 1},
		"no such tag":      {storage.PostFilter{Tag: "' OR 1=1 --"}, nil, 0},
	}
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		shelf(t, db)
		for name, c := range cases {
			posts := must[[]blog.Post](t)(db.Posts(t.Context(), c.filter))
			equal(t, name, slugs(posts), c.want)
			equal(t, name+": count", must[int](t)(db.CountPosts(t.Context(), c.filter)), c.count)
			for _, p := range posts {
				equal(t, name+": with tags and all", p, post(t, db, p.Slug))
			}
		}
	})
}

func TestNeighboursAndTags(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		shelf(t, db)
		for slug, want := range map[string][2]string{
			"p1": {"", "p3"}, "p2": {"p1", "p3"}, "p3": {"p1", "p5"}, "p5": {"p3", "p7"}, "p7": {"p5", ""},
		} {
			older, newer, err := db.Neighbours(ctx, post(t, db, slug))
			ok(t, err)
			var got [2]string
			for i, p := range []*blog.Post{older, newer} {
				if p != nil {
					got[i] = p.Slug
				}
			}
			equal(t, slug, got, want)
		}
		equal(t, "name last written", must[string](t)(db.TagName(ctx, "go")), "GO")
		_, err := db.TagName(ctx, "none")
		is(t, err, storage.ErrNotFound)
		_, err = db.Post(ctx, "none")
		is(t, err, storage.ErrNotFound)
	})
}

func TestTopTags(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		tagged := func(slug string, v blog.Visibility, tags ...string) {
			p := blog.Post{Slug: slug, Title: slug, Visibility: v}
			for _, name := range tags {
				p.Tags = append(p.Tags, blog.Tag{Slug: blog.TagSlug(name), Name: name})
			}
			publish(t, db, p)
			clock.Advance(time.Minute)
		}
		equal(t, "of an empty blog", must[[]blog.Tag](t)(db.TopTags(t.Context(), 3)), nil)
		tagged("a", blog.Public, "Go", "tea", "milk")
		tagged("b", blog.Public, "go", "Tea")
		tagged("c", blog.Public, "Tea")
		tagged("d", blog.Local, "TEA", "here", "go")
		tagged("e", blog.Unlisted, "GO", "go", "quiet")
		equal(t, "top", must[[]blog.Tag](t)(db.TopTags(t.Context(), 10)),
			[]blog.Tag{{Slug: "tea", Name: "Tea"}, {Slug: "go", Name: "go"}, {Slug: "milk", Name: "milk"}})
		equal(t, "the first", must[[]blog.Tag](t)(db.TopTags(t.Context(), 1)), []blog.Tag{{Slug: "tea", Name: "Tea"}})
	})
}

// TestReadersWhoLeave: who asks no more while rows are read gets an error. The
// driver closes the rows under the reader's hands, whenever that is.
func TestReadersWhoLeave(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := hello()
		for i := range 40 {
			p.Tags = append(p.Tags, blog.Tag{Slug: fmt.Sprintf("t%d", i), Name: "T"})
		}
		publish(t, db, p)
		left := 0
		for i := range 400 {
			ctx, leave := context.WithCancel(t.Context())
			time.AfterFunc(time.Duration(i)*2*time.Microsecond, leave)
			if _, err := db.Post(ctx, p.Slug); err != nil {
				left++
			}
			leave()
		}
		if left == 0 {
			t.Error("nobody left while reading")
		}
	})
}
