package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

func TestThreadOrder(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	a := w.comment(p, 0, "Anna", "<p>one</p>")
	b := w.comment(p, 0, "Ben", "<p>five</p>")
	a1 := w.comment(p, a.ID, "Cleo", "<p>two</p>")
	w.comment(p, b.ID, "Dan", "<p>six</p>")
	w.comment(p, a1.ID, "Eve", "<p>three</p>")
	w.comment(p, a.ID, "Finn", "<p>four</p>")
	page := w.get("/posts/hello")
	wantOrder(t, page, "6 comments", "one", "two", "three", "four", "five", "six", "Leave a reply")
	wantAll(t, page, fmt.Sprintf(`id="comment-%d"`, a.ID), fmt.Sprintf(`to <a href="#comment-%d"><bdi>Anna</bdi></a>`, a.ID))
	if opened, closed := strings.Count(page, "<ol"), strings.Count(page, "</ol>"); opened != closed || opened != 4 {
		t.Errorf("%d lists opened, %d closed", opened, closed)
	}
}

func TestThreadDepth(t *testing.T) {
	const depth = 20
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	parent, wants := int64(0), []string{}
	for i := range depth {
		c := w.comment(p, parent, "Anna", fmt.Sprintf("<p>at depth %d.</p>", i+1))
		parent = c.ID
		wants = append(wants, fmt.Sprintf("at depth %d.", i+1))
	}
	w.comment(p, 0, "Last", "<p>aside</p>")
	page := w.get("/posts/hello")
	wantOrder(t, page, append(wants, "aside")...)
	if got := strings.Count(page, "<ol"); got != maxDepth {
		t.Errorf("%d nested lists, not %d", got, maxDepth)
	}
	if got := strings.Count(page, ">to <a href"); got != depth-1 {
		t.Errorf("%d comments name the one they answer, not %d", got, depth-1)
	}
}

func TestThreadPages(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	var ids []int64
	for i := range threadsPerPage + 2 {
		ids = append(ids, w.comment(p, 0, "Anna", fmt.Sprintf("<p>number %d.</p>", i)).ID)
	}
	w.comment(p, ids[0], "Ben", "<p>late answer</p>")
	last := ids[threadsPerPage-1]
	page := w.get("/posts/hello")
	wantAll(t, page, "203 comments", "number 0.", "late answer", "number 199.", fmt.Sprintf(`href="/posts/hello?after=%d#comments"`, last))
	wantNone(t, page, "number 200.", "Earlier comments")
	page = w.get(fmt.Sprintf("/posts/hello?after=%d", last))
	wantAll(t, page, "203 comments", "number 200.", "number 201.", `href="/posts/hello#comments"`,
		fmt.Sprintf(`<link rel="canonical" href="https://blog.example.com/posts/hello?after=%d">`, last))
	wantNone(t, page, "number 199.", "Later comments", "late answer")
	if got := w.ask("GET", fmt.Sprintf("/posts/hello?after=%d", last+50)).StatusCode; got != 404 {
		t.Errorf("after a comment that is not there it answers %d", got)
	}
}

func TestCommentStates(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	w.comment(p, 0, "Unlisted", "<p>c-unlisted</p>", func(c *blog.Comment) { c.Visibility = blog.Unlisted })
	w.comment(p, 0, "Direct", "<p>c-direct</p>", func(c *blog.Comment) { c.Visibility = blog.Direct })
	w.comment(p, 0, "Followers", "<p>c-followers</p>", func(c *blog.Comment) { c.Visibility = blog.Followers })
	w.comment(p, 0, "Held", "<p>c-held</p>", func(c *blog.Comment) { c.State = blog.Held })
	hidden := w.comment(p, 0, "Hidden", "<p>c-hidden</p>")
	w.comment(p, hidden.ID, "Orphan", "<p>c-orphan</p>")
	erased := w.comment(p, 0, "Erased", "<p>c-erased</p>")
	w.comment(p, erased.ID, "Answer", "<p>c-answer</p>")
	lonely := w.comment(p, 0, "Lonely", "<p>c-lonely</p>")
	w.comment(p, 0, "Warned", "<p>c-warned</p>", func(c *blog.Comment) { c.Warning = "spoilers <b>" })
	w.comment(p, 0, "Foreign", "<p>c-foreign</p>", func(c *blog.Comment) { c.Language = "de" })
	w.comment(p, 0, "", "<p>c-nameless</p>")
	edited := w.comment(p, 0, "Edited", "<p>c-old</p>")
	edited.HTML, edited.Edited = "<p>c-edited</p>", w.clock.Now().Add(-time.Second)
	if ok, err := w.db.EditComment(t.Context(), storage.Incoming{Actor: edited.Author.IRI, ID: "https://social.test/update"}, edited); !ok || err != nil {
		t.Fatal(ok, err)
	}
	w.comment(p, 0, "Blog", "<p>c-own</p>", func(c *blog.Comment) {
		c.Source, c.Author = blog.Own, blog.Actor{IRI: w.blog.ActorIRI()}
	})
	for id, state := range map[int64]blog.State{hidden.ID: blog.Hidden, erased.ID: blog.Erased, lonely.ID: blog.Erased} {
		if _, err := w.db.DecideComment(t.Context(), id, state); err != nil {
			t.Fatal(err)
		}
	}
	w.look()
	page := w.get("/posts/hello")
	wantAll(t, page, "c-unlisted", "c-orphan", "not on this page", "c-answer", "c-edited", ">edited <time", "c-own", "c-nameless",
		`dir="auto" lang="de"`, `rel="nofollow ugc noopener"`, "https://social.test/@x/1", "@unlisted@social.test")
	if n := strings.Count(page, "data-nosnippet"); n != 1 || strings.Count(page, "u-comment") != strings.Count(page, `<article class="comment`)-2 {
		t.Errorf("%d comments are not for search engines, which one is", n)
	}
	wantOrder(t, page, `<article class="comment" id=`, "data-nosnippet>", "c-unlisted", "u-comment h-cite")
	wantNone(t, page, "c-direct", "c-followers", "c-held", "c-hidden", "c-erased", "c-lonely", "c-old", "Lonely")
	wantOrder(t, page, fmt.Sprintf(`id="comment-%d"`, erased.ID), "This comment has been deleted.", "c-answer")
	wantOrder(t, page, "<details", "spoilers &lt;b&gt;", "c-warned", "</details>")
	wantOrder(t, page, ">Ada Example</bdi>", "Author</span>", "c-own")
	if n := strings.Count(page, "has been deleted"); n != 1 {
		t.Errorf("%d places are kept for deleted comments", n)
	}
}

func TestCommentAvatar(t *testing.T) {
	w := newWorld(t)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	c := w.comment(p, 0, "Mira", "<p>Hi</p>", func(c *blog.Comment) { c.Author.AvatarURL = "https://social.test/mira.jpg" })
	page := w.get("/posts/hello")
	wantAll(t, page, `aria-hidden="true">M</span>`)
	wantNone(t, page, "mira.jpg")
	if err := w.db.SaveAvatar(t.Context(), c.Author.IRI, "0123.jpg", []byte("a picture")); err != nil {
		t.Fatal(err)
	}
	w.look()
	wantAll(t, w.get("/posts/hello"), `src="/avatars/0123.jpg"`)
	if got := w.get("/avatars/0123.jpg"); got != "a picture" {
		t.Errorf("the avatar is %q", got)
	}
}

// TestThreadCircle holds that no comment is lost, or shown twice, when the
// parents make no tree.
func TestThreadCircle(t *testing.T) {
	w := newWorld(t)
	views := w.site.thread([]blog.Comment{{ID: 1, Parent: 2}, {ID: 2, Parent: 1}, {ID: 3, Parent: 3}, {ID: 4}}, false)
	seen := map[int64]int{}
	var walk func([]*commentView)
	walk = func(views []*commentView) {
		for _, v := range views {
			seen[v.ID]++
			walk(v.Answers)
		}
	}
	walk(views)
	if len(seen) != 4 || seen[1]+seen[2]+seen[3]+seen[4] != 4 {
		t.Errorf("shown: %v", seen)
	}
}

func TestLetter(t *testing.T) {
	for name, want := range map[string]string{"mira": "M", "@ada": "A", "ßx": "ß", "سارة": "س", "": "?", "🎸": "🎸", " \t": "?", "\xff": "?", "'9'": "9"} {
		if got := letter(name); got != strings.ToUpper(want) && got != want {
			t.Errorf("letter(%q) is %q", name, got)
		}
	}
}
