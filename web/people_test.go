package web

import (
	"fmt"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
)

// react has somebody like or boost a post.
func (w *world) react(p blog.Post, typ blog.ReactionType, name string, changes ...func(*blog.Actor)) {
	w.t.Helper()
	a := blog.Actor{IRI: "https://social.test/users/" + name, Name: name, URL: "https://social.test/@" + name, Inbox: "https://social.test/inbox"}
	for _, change := range changes {
		change(&a)
	}
	r := blog.Reaction{Type: typ, IRI: a.IRI + "/" + string(typ), PostID: p.ID, Actor: a}
	if ok, err := w.db.React(w.t.Context(), storage.Incoming{Actor: a.IRI, ID: r.IRI}, r); err != nil || !ok {
		w.t.Fatal(ok, err)
	}
	w.look()
}

func TestCrowds(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	wantNone(t, w.get("/posts/hello"), "crowds")
	w.react(p, blog.Like, "Mira", func(a *blog.Actor) { a.AvatarURL = "https://social.test/mira.jpg" })
	w.react(p, blog.Like, "nameless", func(a *blog.Actor) { a.Name, a.Handle, a.URL = "", "no@social.test", "javascript:alert(1)" })
	w.react(p, blog.Boost, "Ben")
	page := w.get("/posts/hello")
	wantOrder(t, page, "<details>", ">2 likes</summary>", `class="u-like h-cite"`, `href="https://social.test/@Mira"`, ">M</span>", "Mira</bdi>", "@no@social.test",
		">1 boost</summary>", `class="u-repost h-cite"`, "Ben</bdi>", `id="comments"`)
	wantNone(t, page, "mira.jpg", "javascript", "more</li>")
	checkHTML(t, "/posts/hello", page)

	due, err := w.db.AvatarsDue(t.Context(), 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("pictures to be fetched: %+v, %v", due, err)
	}
	if err := w.db.SaveAvatar(t.Context(), due[0].IRI, "0123.jpg", []byte("a picture")); err != nil {
		t.Fatal(err)
	}
	w.look()
	wantAll(t, w.get("/posts/hello"), `src="/avatars/0123.jpg"`)
}

func TestCrowdIsBounded(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	for i := range maxPeople + 25 {
		w.react(p, blog.Like, fmt.Sprintf("Liker%d", i), func(a *blog.Actor) { a.AvatarURL = a.IRI + "/face.png" })
	}
	page := w.get("/posts/hello")
	wantAll(t, page, "55 likes", "and 25 more", "Liker0<", "Liker29<")
	wantNone(t, page, "Liker30<")
	if n := strings.Count(page, "u-like"); n != maxPeople {
		t.Errorf("%d are listed", n)
	}
	if due, err := w.db.AvatarsDue(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("so many like it that nobody's picture is fetched for that: %d, %v", len(due), err)
	}
}

func TestCitations(t *testing.T) {
	w := newWorld(t)
	d := w.site.document("Hello")
	d.Post = &postPage{entry: entry{Name: "Hello"}, Cited: []cited{
		{person: person{Name: "Mira", Profile: "https://social.test/@Mira", Letter: "M", Tone: 1}, URL: "https://social.test/1", Quote: true, HTML: "<p>See this.</p>"},
		{person: person{Name: "Ben", Letter: "B", Tone: 2}},
	}}
	body, err := w.site.pages.render(postTemplate, d)
	if err != nil {
		t.Fatal(err)
	}
	wantOrder(t, string(body), "Elsewhere", "Mira", "quoted this", `href="https://social.test/1"`, "See this.", "Ben", "linked to this")
	checkHTML(t, "citations", string(body))
}
