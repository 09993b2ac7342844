package web

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

var feedIDs = regexp.MustCompile(`<(?:id|guid[^>]*|podcast:guid)>([^<]*)<`)

// ids are those of a feed and of all that is in it.
func (w *world) ids(path string) (ids []string) {
	w.t.Helper()
	for _, m := range feedIDs.FindAllStringSubmatch(w.get(path), -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// TestFeedIDsStayWithAnotherDomain: readers that knew the feed at its first
// address take the one at the second for the same.
func TestFeedIDsStayWithAnotherDomain(t *testing.T) {
	first := newWorld(t)
	first.many(2)
	p := first.publish("talk.md", "---\ntitle: Talk\ntags: [t0]\n---\nText.\n")
	first.comment(p, 0, "ann", "<p>Yes.</p>")
	first.enclosed("episode", mp3, func(p *blog.Post) { p.Tags = []blog.Tag{{Name: "t0", Slug: "t0"}} })
	first.clock.Advance(time.Hour)
	moved := *first.blog
	moved.BaseURL, moved.FirstURL = "https://new.example.com", first.blog.BaseURL
	second := newWorld(t, func(o *Options) { o.DB, o.Blog = first.db, &moved })
	for path, least := range map[string]int{"/feed.atom": 5, "/tags/t0/feed.atom": 4, "/comments/feed.atom": 2, "/posts/talk/comments/feed.atom": 2,
		"/feed.xml": 5, "/tags/t0/feed.xml": 4, "/comments/feed.xml": 1} {
		was, is := first.ids(path), second.ids(path)
		if !slices.Equal(was, is) || len(was) < least {
			t.Errorf("%s: ids\n%q became\n%q", path, was, is)
		}
	}
	wantAll(t, second.get("/feed.atom"), `<link href="https://new.example.com/feed.atom" rel="self"`, "<id>https://blog.example.com/feed.atom</id>")
	if page := second.get("/feed.atom?before=" + p.ID); !strings.Contains(page, `href="https://new.example.com/feed.atom" rel="first"`) {
		t.Errorf("an older page leads to the first elsewhere:\n%s", page)
	}
}
