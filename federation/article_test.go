package federation

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// article is a post with everything.
func article() blog.Post {
	return blog.Post{
		Slug: "hello", Title: "Hello, fediverse & <world>", Summary: "A short plain-text teaser.",
		HTML:     `<p>Full <a href="/about">post</a>… <img src="/media/x.jpg" alt="x"></p><p><a href="#fn1">1</a></p>`,
		Tags:     []blog.Tag{{Slug: "self-hosting", Name: "self hosting"}},
		Image:    blog.Image{Path: "/media/hero.jpg", Type: "image/jpeg", Alt: "Alt text"},
		Language: "en",
	}
}

func TestArticle(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	w.comment(p, nil)
	w.comment(p, func(c *blog.Comment) { c.Visibility = blog.Unlisted })
	w.comment(p, func(c *blog.Comment) { c.Visibility = blog.Direct })
	w.comment(p, func(c *blog.Comment) { c.State = blog.Held })
	for i, r := range []blog.ReactionType{blog.Like, blog.Boost, blog.Emoji} {
		w.react(p, r, string(rune('a'+i)))
	}
	matchGolden(t, "article", w.get(w.blog.PostIRI(p.ID), http.StatusOK, "application/activity+json"))
}

func (w *objectWorld) react(p blog.Post, kind blog.ReactionType, name string) {
	w.t.Helper()
	who := blog.Actor{IRI: "https://peer.test/users/" + name, Type: "Person", Inbox: "https://peer.test/inbox"}
	_, err := w.db.React(w.t.Context(), storage.Incoming{}, blog.Reaction{Type: kind, IRI: who.IRI + "#" + string(kind), PostID: p.ID, Actor: who, Emoji: "🎉"})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestPostShapes(t *testing.T) {
	changed := func(change func(*blog.Post)) blog.Post {
		p := article()
		change(&p)
		return p
	}
	for _, c := range []struct {
		name       string
		objectType string
		post       blog.Post
	}{
		{"note", "article", changed(func(p *blog.Post) { p.Title, p.Summary, p.Language = "", "", "de" })},
		{"note-with-warning", "article", changed(func(p *blog.Post) { p.Title, p.Sensitive = "", true })},
		{"article-as-note", "note", article()},
		{"article-sensitive", "article", changed(func(p *blog.Post) { p.Sensitive = true })},
		{"article-unlisted", "article", changed(func(p *blog.Post) { p.Visibility = blog.Unlisted })},
		{"article-bare", "article", blog.Post{Slug: "bare", Title: "Bare"}},
		{"article-with-focus", "article", changed(func(p *blog.Post) {
			p.Image.Width, p.Image.Height, p.Image.Blurhash, p.Image.Focus = 1600, 900, "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ", blog.Focus{X: -0.5, Y: 0.25}
			p.Images = []blog.Image{{Path: "/media/x.jpg", Type: "image/jpeg", Alt: "x", Width: 8, Height: 4}}
		})},
		{"note-with-images", "article", changed(func(p *blog.Post) {
			p.Title, p.Summary, p.HTML = "", "", "<p>Look:</p>"
			for _, name := range []string{"a", "hero", "b", "c", "d"} {
				i := blog.Image{Path: "/media/" + name + ".jpg", Type: "image/jpeg", Alt: name, Width: 8, Height: 4}
				p.Images = append(p.Images, i)
				p.HTML += "\n" + `<figure><img src="` + i.Path + `" alt="` + name + `"><figcaption>` + name + `</figcaption></figure>`
			}
		})},
		{"article-with-audio", "article", changed(func(p *blog.Post) {
			p.Enclosure = blog.Enclosure{URL: "/media/0af3.mp3", Type: "audio/mpeg", Title: "Episode <1>", Size: 24986239, Duration: 3723 * time.Second}
		})},
		{"article-with-video-elsewhere", "article", blog.Post{Slug: "talk", Title: "Talk", Enclosure: blog.Enclosure{URL: "https://cdn.example.com/talk.mp4?a=1&b=2", Type: "video/mp4"}}},
		{"article-as-note-with-video", "note", changed(func(p *blog.Post) {
			p.Enclosure = blog.Enclosure{URL: "/media/0af3.webm", Type: "video/webm", Size: 7, Duration: 2 * time.Minute}
		})},
		{"note-with-audio", "article", changed(func(p *blog.Post) {
			p.Title, p.Summary = "", ""
			p.Images = []blog.Image{{Path: "/media/x.jpg", Type: "image/jpeg", Alt: "x"}}
			p.Enclosure = blog.Enclosure{URL: "/media/0af3.ogg", Type: "audio/ogg", Size: 7, Duration: time.Second}
		})},
		{"article-mentioning", "article", changed(func(p *blog.Post) {
			p.HTML = `<p><span translate="no">@ann@peer.test</span> and <span translate="no">@nobody@peer.test</span></p>`
			p.Mentions = []blog.Mention{{Handle: "ann@peer.test"}, {Handle: "nobody@peer.test"}}
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newObjectWorld(t, func(b *blog.Blog) { b.ObjectType = c.objectType })
			p := w.publish(c.post)
			w.findAnn(p)
			matchGolden(t, c.name, w.get(w.blog.PostIRI(p.ID), http.StatusOK, "application/activity+json"))
		})
	}
}

// findAnn has ann found where the post mentions her.
func (w *objectWorld) findAnn(p blog.Post) {
	w.t.Helper()
	who := blog.Actor{IRI: "https://peer.test/users/ann", Type: "Person", URL: "https://peer.test/@ann", Inbox: "https://peer.test/inbox"}
	if err := w.db.FindMention(w.t.Context(), blog.SoughtMention{PostID: p.ID, Handle: "ann@peer.test"}, "ann@peer.test", who); err != nil {
		w.t.Fatal(err)
	}
}

// TestUpdated: GoToSocial refuses an object that was updated before it was
// published, and whoever sees updated shows an edit.
func TestUpdated(t *testing.T) {
	w := newObjectWorld(t)
	at := w.clock.Now().Add(-time.Hour)
	p := w.publish(blog.Post{Slug: "a", Title: "A", HTML: "<p>1</p>", Published: at})
	var got struct{ Published, Updated string }
	w.find(w.blog.PostIRI(p.ID), &got)
	if got.Published != "2026-11-23T09:00:00Z" || got.Updated != "" {
		t.Fatalf("%+v", got)
	}
	w.clock.Advance(5 * time.Millisecond)
	w.publish(blog.Post{Slug: "a", Title: "A", HTML: "<p>2</p>"})
	w.find(w.blog.PostIRI(p.ID), &got)
	if got.Published != "2026-11-23T09:00:00Z" || got.Updated == "" {
		t.Fatalf("%+v", got)
	}
	published, err := time.Parse(time.RFC3339, got.Published)
	if err != nil {
		t.Fatal(err)
	}
	updated, err := time.Parse(time.RFC3339, got.Updated)
	if err != nil || !updated.After(published) {
		t.Errorf("%s is not after %s (%v)", got.Updated, got.Published, err)
	}
}

func TestPostsThatAreNotThere(t *testing.T) {
	w := newObjectWorld(t)
	local := w.publish(blog.Post{Slug: "local", Visibility: blog.Local})
	draft := w.publish(blog.Post{Slug: "draft", Status: blog.Draft})
	scheduled := w.publish(blog.Post{Slug: "later", Published: w.clock.Now().AddDate(0, 0, 1)})
	public := w.publish(blog.Post{Slug: "public"})
	for name, id := range map[string]string{
		"local": local.ID, "draft": draft.ID, "scheduled": scheduled.ID, "unknown": "0193a5f2-7c4e-7b3a-9d21-5e8f0a1b2c3d", "a slug": public.Slug,
		"in capitals": strings.ToUpper(public.ID),
	} {
		t.Run(name, func(t *testing.T) {
			for _, collection := range []string{"", "/replies", "/likes", "/shares", "/context"} {
				body := w.get("/ap/posts/"+id+collection, http.StatusNotFound, "application/json")
				if string(body) != "{\"error\":\"Not Found\"}\n" {
					t.Errorf("%s: %s", collection, body)
				}
			}
		})
	}
}

func TestTombstone(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	w.get(w.blog.PostIRI(p.ID), http.StatusOK, "application/activity+json")
	w.clock.Advance(time.Minute)
	if _, _, err := w.db.Unpublish(t.Context(), p.Slug); err != nil {
		t.Fatal(err)
	}
	matchGolden(t, "tombstone", w.get(w.blog.PostIRI(p.ID), http.StatusGone, "application/activity+json"))
	for _, name := range []string{"replies", "likes", "shares", "context"} {
		w.get(w.blog.PostCollectionIRI(p.ID, name), http.StatusGone, "application/json")
	}
	// The slug is free again, for another post.
	again := w.publish(article())
	if again.ID == p.ID {
		t.Fatal("the id was used again")
	}
	w.get(w.blog.PostIRI(p.ID), http.StatusGone, "application/activity+json")
	w.get(w.blog.PostIRI(again.ID), http.StatusOK, "application/activity+json")
}

// TestFreshObject: what is kept in memory gives way to every change.
func TestFreshObject(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	type object struct {
		Content string
		Replies struct {
			TotalItems int
			First      struct{ OrderedItems []string }
		}
		Likes, Shares struct{ TotalItems int }
	}
	look := func() (o object) {
		w.find(w.blog.PostIRI(p.ID), &o)
		return o
	}
	if o := look(); o.Replies.TotalItems != 0 || o.Likes.TotalItems != 0 {
		t.Fatalf("%+v", o)
	}
	c := w.comment(p, nil)
	if o := look(); o.Replies.TotalItems != 1 || len(o.Replies.First.OrderedItems) != 1 || o.Replies.First.OrderedItems[0] != c.IRI {
		t.Errorf("after a comment: %+v", o.Replies)
	}
	w.react(p, blog.Like, "bob")
	w.react(p, blog.Boost, "bob")
	if o := look(); o.Likes.TotalItems != 1 || o.Shares.TotalItems != 1 {
		t.Errorf("after a like and a boost: %+v", o)
	}
	if _, err := w.db.DecideComment(t.Context(), c.ID, blog.Hidden); err != nil {
		t.Fatal(err)
	}
	if o := look(); o.Replies.TotalItems != 0 || len(o.Replies.First.OrderedItems) != 0 {
		t.Errorf("after it was hidden: %+v", o.Replies)
	}
	changed := article()
	changed.HTML = "<p>Other</p>"
	w.publish(changed)
	if o := look(); o.Content != "<p>Other</p>" {
		t.Errorf("after an edit: %s", o.Content)
	}
}

func TestLargePosts(t *testing.T) {
	w := newObjectWorld(t)
	for _, c := range []struct {
		name         string
		size         int  // of the content
		whole, twice bool // whether the content is there, and again by its language
	}{
		{"usual", 20_000, true, true},
		{"very long", 100_000, true, true},
		{"a book", 300_000, true, false},
		{"a library", 1_500_000, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "<p>" + strings.Repeat(`"x" `, c.size/6) + "</p>"
			p := w.publish(blog.Post{Title: c.name, HTML: text})
			checkLarge(t, w.get(w.blog.PostIRI(p.ID), http.StatusOK, "application/activity+json"), 1<<20, c.whole, c.twice)
			sent := w.render(w.create(p))
			checkLarge(t, sent, 1<<20, c.whole, c.twice)
			if page := w.blog.PostURL(p.Slug); !strings.Contains(string(sent), `<a href=\"`+page) {
				t.Error("no way to the page")
			}
			short, err := w.node.renderAs(t.Context(), w.create(p), short)
			if err != nil {
				t.Fatal(err)
			}
			checkLarge(t, short, 16<<10, false, false)
		})
	}
	if outbox := w.get("/ap/outbox?page=1", http.StatusOK, "application/activity+json"); len(outbox) > 1<<20 {
		t.Errorf("the outbox has %d bytes", len(outbox))
	}
}

func checkLarge(t *testing.T, body []byte, limit int, whole, twice bool) {
	t.Helper()
	if len(body) > limit {
		t.Errorf("%d bytes are more than %d", len(body), limit)
	}
	text := string(body)
	if got := strings.Contains(text, `"content":"<p>\"x\"`); got != whole {
		t.Errorf("whole content: %v, want %v", got, whole)
	}
	if got := strings.Contains(text, `"contentMap":{"en":"<p>\"x\"`); got != twice {
		t.Errorf("content by language: %v, want %v", got, twice)
	}
	if !strings.Contains(text, `Map":{"en":"`) {
		t.Error("the language is not told")
	}
}

func TestXSDDuration(t *testing.T) {
	for want, seconds := range map[string]int{"PT0S": 0, "PT1S": 1, "PT1M": 60, "PT1H": 3600, "PT1H1S": 3601, "PT2M3S": 123, "PT1H2M3S": 3723, "PT100H": 360000} {
		if got := xsdDuration(time.Duration(seconds) * time.Second); got != want {
			t.Errorf("%d seconds: %s, want %s", seconds, got, want)
		}
	}
}
