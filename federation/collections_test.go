package federation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// collected is a collection or page of one as others read it.
type collected struct {
	ID, Type, PartOf, Next, Prev, Last, AttributedTo string
	TotalItems                                       *int
	First                                            json.RawMessage
	OrderedItems                                     []json.RawMessage
}

// walk goes through a collection from first to last as a peer does, and
// returns its items, checking that pages lead forth and back and say where they
// are.
func (w *objectWorld) walk(iri string) (items []json.RawMessage, pages int) {
	w.t.Helper()
	var c collected
	w.find(iri, &c)
	if c.ID != iri || c.TotalItems == nil || c.Type != "OrderedCollection" || len(c.First) == 0 {
		w.t.Fatalf("%s: %+v", iri, c)
	}
	var first collected
	next := ""
	if err := json.Unmarshal(c.First, &next); err != nil { // embedded
		if err := json.Unmarshal(c.First, &first); err != nil {
			w.t.Fatalf("%s: %v", c.First, err)
		}
		next = first.ID
	}
	last, prev := "", ""
	for next != "" {
		if pages++; pages > 20 {
			w.t.Fatal("the pages do not end")
		}
		var page collected
		w.find(next, &page)
		if page.ID != next || page.PartOf != iri || page.Prev != prev || page.Type != "OrderedCollectionPage" {
			w.t.Errorf("page %d: %+v", pages, page)
		}
		if page.OrderedItems == nil {
			w.t.Errorf("page %d has no list", pages)
		}
		items = append(items, page.OrderedItems...)
		prev, last, next = page.ID, page.ID, page.Next
	}
	if c.Last != "" && c.Last != last {
		w.t.Errorf("the last page is %s, not %s", last, c.Last)
	}
	return items, pages
}

func TestReplies(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	iri := w.blog.PostCollectionIRI(p.ID, "replies")
	matchGolden(t, "replies-empty", w.get(iri, http.StatusOK, "application/activity+json"))
	var want []string
	for i := range 2*talkPage + 3 {
		c := w.comment(p, func(c *blog.Comment) {
			c.Published = w.clock.Now().Add(time.Duration(i-1000) * time.Second)
			if i%50 == 7 {
				c.Visibility = blog.Followers
			}
			if i%50 == 8 {
				c.State = blog.Held
			}
		})
		if c.OnPage() {
			want = append(want, fmt.Sprintf("%q", c.IRI))
		}
	}
	items, pages := w.walk(iri)
	if !slices.Equal(texts(items), want) || pages != 2 {
		t.Errorf("%d items on %d pages, want %d on 2", len(items), pages, len(want))
	}
	want = append([]string{fmt.Sprintf("%q", w.blog.PostIRI(p.ID))}, want...)
	if items, _ := w.walk(w.blog.PostCollectionIRI(p.ID, "context")); !slices.Equal(texts(items), want) {
		t.Errorf("%d items of the context, want %d", len(items), len(want))
	}
	for _, page := range []string{"0", "-1", "3", "x", "99999999", "9999999999999999999999", "1.5"} {
		w.get(iri+"?page="+page, http.StatusNotFound, "application/json")
	}
	w.get(iri+"?page=true", http.StatusOK, "application/activity+json")
}

func texts(items []json.RawMessage) []string {
	var out []string
	for _, item := range items {
		out = append(out, string(item))
	}
	return out
}

// TestErasedReply keeps a place on the page, and has nothing to show here.
func TestErasedReply(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	parent := w.comment(p, nil)
	child := w.comment(p, func(c *blog.Comment) { c.Parent, c.ParentIRI = parent.ID, parent.IRI })
	if _, err := w.db.DecideComment(t.Context(), parent.ID, blog.Erased); err != nil {
		t.Fatal(err)
	}
	items, _ := w.walk(w.blog.PostCollectionIRI(p.ID, "replies"))
	if want := []string{fmt.Sprintf("%q", child.IRI)}; !slices.Equal(texts(items), want) {
		t.Errorf("%s, want %s", texts(items), want)
	}
}

func TestContext(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	w.comment(p, nil)
	iri := w.blog.PostCollectionIRI(p.ID, "context")
	matchGolden(t, "context", w.get(iri, http.StatusOK, "application/activity+json"))
	matchGolden(t, "context-page", w.get(iri+"?page=1", http.StatusOK, "application/activity+json"))
}

func TestLikesAndShares(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	w.react(p, blog.Like, "a")
	w.react(p, blog.Like, "b")
	w.react(p, blog.Boost, "a")
	for name, want := range map[string]int{"likes": 2, "shares": 1} {
		iri := w.blog.PostCollectionIRI(p.ID, name)
		var c collected
		w.find(iri, &c)
		if c.TotalItems == nil || *c.TotalItems != want {
			t.Errorf("%s: %+v", name, c)
		}
		if items, pages := w.walk(iri); len(items) != 0 || pages != 1 {
			t.Errorf("%s: %s on %d pages", name, texts(items), pages)
		}
		if body := w.get(iri, http.StatusOK, "application/activity+json"); strings.Contains(string(body), "peer.test") {
			t.Errorf("%s names people: %s", name, body)
		}
		w.get(iri+"?page=2", http.StatusNotFound, "application/json")
	}
}

func TestFollowersAndFollowing(t *testing.T) {
	w := newObjectWorld(t)
	for _, name := range []string{"ann", "bob"} {
		who := blog.Actor{IRI: "https://peer.test/users/" + name, Type: "Person", Inbox: "https://peer.test/inbox"}
		if ok, err := w.db.Follow(t.Context(), storage.Incoming{}, blog.Follower{Actor: who, FollowID: who.IRI + "#f"}); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	matchGolden(t, "followers", w.get("/ap/followers", http.StatusOK, "application/activity+json"))
	matchGolden(t, "following", w.get("/ap/following", http.StatusOK, "application/activity+json"))
	for _, name := range []string{"followers", "following"} {
		if items, pages := w.walk(w.blog.CollectionIRI(name)); len(items) != 0 || pages != 1 {
			t.Errorf("%s: %s on %d pages", name, texts(items), pages)
		}
		w.get("/ap/"+name+"?page=2", http.StatusNotFound, "application/json")
	}
}

func TestFeatured(t *testing.T) {
	w := newObjectWorld(t)
	if items := w.featured(); len(items) != 0 {
		t.Errorf("an empty blog features %s", items)
	}
	var ids []string
	for i := range 5 {
		p := w.publish(blog.Post{Title: fmt.Sprint("Title ", i), Published: w.clock.Now().Add(time.Duration(i-10) * time.Hour)})
		ids = append(ids, fmt.Sprintf("%q", w.blog.PostIRI(p.ID)))
	}
	w.publish(blog.Post{Title: "Local", Visibility: blog.Local, Pinned: true})
	w.publish(blog.Post{Title: "Unlisted", Visibility: blog.Unlisted, Pinned: true})
	if got, want := w.featured(), []string{ids[4], ids[3], ids[2]}; !slices.Equal(got, want) {
		t.Errorf("the newest three: %s, want %s", got, want)
	}
	pinned := w.publish(blog.Post{Title: "Pinned", Pinned: true, Published: w.clock.Now().Add(-100 * time.Hour)})
	note := w.publish(blog.Post{HTML: "<p>A note</p>", Pinned: true, Published: w.clock.Now().Add(-200 * time.Hour)})
	got := w.featured()
	if len(got) != 2 || got[0] != fmt.Sprintf("%q", w.blog.PostIRI(pinned.ID)) {
		t.Fatalf("pinned: %s", got)
	}
	var o struct{ ID, Type, Content string }
	if err := json.Unmarshal([]byte(got[1]), &o); err != nil {
		t.Fatal(err)
	}
	if o.ID != w.blog.PostIRI(note.ID) || o.Type != "Note" || o.Content != "<p>A note</p>" {
		t.Errorf("%+v", o)
	}
}

func (w *objectWorld) featured() []string {
	w.t.Helper()
	var c collected
	w.find(w.blog.CollectionIRI("featured"), &c)
	if c.Type != "OrderedCollection" || c.TotalItems == nil || *c.TotalItems != len(c.OrderedItems) || c.OrderedItems == nil {
		w.t.Fatalf("%+v", c)
	}
	return texts(c.OrderedItems)
}

func TestOutbox(t *testing.T) {
	w := newObjectWorld(t)
	matchGolden(t, "outbox-empty", w.get("/ap/outbox", http.StatusOK, "application/activity+json"))
	if items, pages := w.walk(w.blog.CollectionIRI("outbox")); len(items) != 0 || pages != 1 {
		t.Errorf("%s on %d pages", texts(items), pages)
	}
	var want []string
	for i := range 2*outboxPage + 1 {
		p := w.publish(blog.Post{Title: fmt.Sprint("Title ", i), Published: w.clock.Now().Add(time.Duration(i-1000) * time.Hour)})
		want = append([]string{w.blog.PostIRI(p.ID)}, want...)
	}
	w.publish(blog.Post{Visibility: blog.Local})
	w.publish(blog.Post{Visibility: blog.Unlisted})
	w.publish(blog.Post{Status: blog.Draft})
	matchGolden(t, "outbox", w.get("/ap/outbox", http.StatusOK, "application/activity+json"))
	items, pages := w.walk(w.blog.CollectionIRI("outbox"))
	var got []string
	for _, item := range items {
		var a struct {
			ID, Type string
			Object   struct{ ID string }
		}
		if err := json.Unmarshal(item, &a); err != nil {
			t.Fatal(err)
		}
		got = append(got, a.Object.ID)
		if a.Type != "Create" {
			t.Errorf("%+v", a)
		}
	}
	if !slices.Equal(got, want) || pages != 3 {
		t.Errorf("%d items on %d pages, want %d on 3", len(got), pages, len(want))
	}
	w.get("/ap/outbox?page=4", http.StatusNotFound, "application/json")
	w.get("/ap/outbox?page=x", http.StatusNotFound, "application/json")
	if _, _, err := w.db.Unpublish(t.Context(), "post-1"); err != nil {
		t.Fatal(err)
	}
	if _, pages := w.walk(w.blog.CollectionIRI("outbox")); pages != 2 {
		t.Errorf("after a deletion %d pages", pages)
	}
}

func TestFeaturedTags(t *testing.T) {
	w := newObjectWorld(t)
	matchGolden(t, "tags-empty", w.get("/ap/tags", http.StatusOK, "application/activity+json"))
	tag := func(slug, name string) blog.Tag { return blog.Tag{Slug: slug, Name: name} }
	w.publish(blog.Post{Title: "1", Tags: []blog.Tag{tag("go", "Go"), tag("self-hosting", "self hosting")}})
	w.clock.Advance(time.Minute)
	w.publish(blog.Post{Title: "2", Tags: []blog.Tag{tag("self-hosting", "Self Hosting")}})
	w.publish(blog.Post{Title: "3", Tags: []blog.Tag{tag("local", "local")}, Visibility: blog.Local})
	w.publish(blog.Post{Title: "4", Tags: []blog.Tag{tag("unlisted", "unlisted")}, Visibility: blog.Unlisted})
	w.publish(blog.Post{Title: "5", Tags: []blog.Tag{tag("draft", "draft")}, Status: blog.Draft})
	matchGolden(t, "tags", w.get("/ap/tags", http.StatusOK, "application/activity+json"))
	for i := range 2 * maxFeaturedTags {
		w.publish(blog.Post{Title: "Tagged", Tags: []blog.Tag{tag(fmt.Sprint("t", i), "t")}})
	}
	var c struct {
		TotalItems int
		Items      []struct{ Name string }
	}
	w.find("/ap/tags", &c)
	if c.TotalItems != maxFeaturedTags || len(c.Items) != maxFeaturedTags || c.Items[0].Name != "#SelfHosting" {
		t.Errorf("%+v", c)
	}
}
