package web

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// talkOf is a site with one post that has n comments, in chains of thread each.
func talkOf(tb testing.TB, n, thread int) (*Site, blog.Post) {
	db := storagetest.New(tb)
	profile := &blog.Blog{BaseURL: "https://blog.example.com", Handle: "blog", Title: "Blog", Timezone: time.UTC, Avatar: DefaultAvatar(), Created: time.Now()}
	site, err := New(Options{Blog: profile, DB: db, Lookup: newDoor().open})
	if err != nil {
		tb.Fatal(err)
	}
	p, _, _, err := db.Publish(tb.Context(), blog.Post{Slug: "hello", Title: "Hello", HTML: "<p>Words.</p>", Source: "Words."}, storage.PublishOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	parent := int64(0)
	for i := range n {
		if i%thread == 0 {
			parent = 0
		}
		iri := fmt.Sprintf("https://social.test/users/%d", i)
		c := blog.Comment{IRI: iri + "/note", URL: iri + "/page", PostID: p.ID, Parent: parent, Visibility: blog.Public,
			HTML:   "<p>A comment of the usual length, which is about this much and perhaps half a sentence more.</p>",
			Author: blog.Actor{IRI: iri, Name: "Somebody", Handle: fmt.Sprintf("somebody%d@social.test", i), Inbox: iri + "/inbox"}}
		stored, _, err := db.AddComment(tb.Context(), storage.Incoming{Actor: iri, ID: iri + "/create"}, c)
		if err != nil {
			tb.Fatal(err)
		}
		parent = stored.ID
	}
	return site, p
}

// BenchmarkTalk makes the page of a post with a thousand comments anew, as the
// first reader after a new comment has it: what the rows cost, and all of it.
func BenchmarkTalk(b *testing.B) {
	for _, thread := range []int{5, 1000} {
		site, p := talkOf(b, 1000, thread)
		b.Run(fmt.Sprintf("rows/threads of %d", thread), func(b *testing.B) {
			for b.Loop() {
				if _, err := site.db.Threads(b.Context(), p.ID, 0, threadsPerPage); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("page/threads of %d", thread), func(b *testing.B) {
			for b.Loop() {
				a, err := site.renderPost(b.Context(), storage.Revisions{}, key{kind: "post", name: "hello"}, nil)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(a.body)), "B/page")
				b.ReportMetric(float64(len(a.zipped)), "zipped-B/page")
			}
		})
	}
}
