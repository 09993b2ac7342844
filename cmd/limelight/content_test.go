package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// contentTest is a content folder that is looked through when the test says so.
type contentTest struct {
	*testing.T
	*contentFolder
	logged *bytes.Buffer
}

func newContentTest(t *testing.T) *contentTest {
	t.Helper()
	c := &contentTest{T: t, logged: &bytes.Buffer{}}
	c.contentFolder = &contentFolder{
		opened: &opened{config: defaults(), db: storagetest.New(t), blog: &blog.Blog{BaseURL: "http://localhost:8080"}, zone: time.UTC},
		dir:    t.TempDir(), wake: func() {}, said: map[string]string{},
		log: slog.New(slog.NewTextHandler(c.logged, nil)),
	}
	c.again()
	return c
}

// again forgets what is in memory, as a new start does.
func (c *contentTest) again() {
	c.Helper()
	if err := c.begin(c.Context()); err != nil {
		c.Fatal(err)
	}
}

// put writes a file that nobody is writing any more.
func (c *contentTest) put(name, text string) {
	c.Helper()
	c.putAt(name, text, time.Now().Add(-time.Minute))
}

func (c *contentTest) putAt(name, text string, modified time.Time) {
	c.Helper()
	file := filepath.Join(c.dir, name)
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file+".new", []byte(text), 0o644)
	}
	if err == nil {
		err = os.Chtimes(file+".new", modified, modified)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		c.Fatal(err)
	}
}

func (c *contentTest) remove(name string) {
	c.Helper()
	if err := os.Remove(filepath.Join(c.dir, name)); err != nil {
		c.Fatal(err)
	}
}

// looks looks through the folder and returns what that logged.
func (c *contentTest) looks() string {
	c.Helper()
	c.logged.Reset()
	again, err := c.look(c.Context(), func(string) {})
	if err != nil || again {
		c.Fatalf("look: again %v, %v", again, err)
	}
	return c.logged.String()
}

// says checks a log for words; without any it has to be empty.
func (c *contentTest) says(what, log string, words ...string) {
	c.Helper()
	if len(words) == 0 && log != "" {
		c.Errorf("%s: the log says\n%s", what, log)
	}
	for _, word := range words {
		if !strings.Contains(log, word) {
			c.Errorf("%s: no %q in the log\n%s", what, word, log)
		}
	}
}

func (c *contentTest) post(slug string) blog.Post {
	c.Helper()
	p, err := c.db.Post(c.Context(), slug)
	if err != nil {
		c.Fatalf("the post %s: %v", slug, err)
	}
	return p
}

func (c *contentTest) none(slug string) {
	c.Helper()
	if _, err := c.db.Post(c.Context(), slug); !errors.Is(err, storage.ErrNotFound) {
		c.Errorf("there is a post %s: %v", slug, err)
	}
}

func text(front, body string) string { return "---\n" + front + "---\n" + body + "\n" }

// TestContentIsTakenQuietly: of a folder that is taken for the first time nothing
// is delivered that is dated before; what comes later is as publish has it.
func TestContentIsTakenQuietly(t *testing.T) {
	c := newContentTest(t)
	yesterday, written := time.Now().Add(-24*time.Hour), time.Now().Add(-30*time.Hour).Truncate(time.Second)
	c.put("2019-01-02-old.md", text("date: 2019-01-02\n", "Old."))
	c.put("deep/down/recent.md", text("date: "+yesterday.UTC().Format(time.RFC3339)+"\n", "Recent."))
	c.putAt("undated.md", text("title: Undated\n", "Some time."), written)
	c.put("later.md", text("date: 2199-01-01\n", "Later."))
	c.put("draft.md", text("draft: true\n", "Not yet."))
	c.put("README.md", "# How this folder works\n")
	c.put(".hidden/x.md", text("", "Hidden."))
	c.put("bad.md", text("title: x\ndate: someday\n", "Bad."))
	c.put("readme.png", "no text")
	c.says("the first look", c.looks(), "taken for the first time", "posts=5 quietly=5", "bad.md:3: ", "cannot be published")
	for slug, status := range map[string]blog.Status{"old": blog.Published, "recent": blog.Published, "undated": blog.Published, "later": blog.Scheduled, "draft": blog.Draft} {
		if p := c.post(slug); p.Status != status || p.Announced {
			t.Errorf("%s is %s, announced %v", slug, p.Status, p.Announced)
		}
	}
	if p := c.post("undated"); !p.Published.Equal(written) {
		t.Errorf("the undated one is of %v, its file of %v", p.Published, written)
	}
	for _, slug := range []string{"readme", "x", "bad"} {
		c.none(slug)
	}
	c.says("nothing new", c.looks())
	c.again()
	c.says("nothing new after a start", c.looks())

	c.put("bad.md", text("title: x\ndate: 2020-02-02\n", "Mended."))
	c.put("old-edit.md", text("slug: recent\n", "Another's slug."))
	c.put("undated.md", text("title: Undated\n", "Edited."))
	c.put("draft.md", text("", "Now it is out."))
	c.put("new.md", text("", "New."))
	c.put("new-old.md", text("date: 2019-05-05\n", "Found in a drawer."))
	c.says("news", c.looks(), `old-edit.md: has the slug \"recent\", as deep/down/recent.md has`, "file=new.md", "file=bad.md")
	for slug, announced := range map[string]bool{"bad": false, "undated": false, "draft": true, "new": true, "new-old": false} {
		if p := c.post(slug); p.Announced != announced || p.Status != blog.Published {
			t.Errorf("%s: announced %v, %s", slug, p.Announced, p.Status)
		}
	}
	if !c.post("undated").Published.Equal(written) {
		t.Error("an edit moved the date")
	}
	c.says("a fault said already", c.looks())
	c.remove("deep/down/recent.md") // and the other one has the slug
	c.says("its turn", c.looks(), "edited", "file=old-edit.md")
	if strings.TrimSpace(c.post("recent").Source) != "Another's slug." {
		t.Errorf("the post says %q", c.post("recent").Source)
	}
}

// TestContentHalfWritten: what was written a moment ago waits, with all that
// belongs to it.
func TestContentHalfWritten(t *testing.T) {
	c := newContentTest(t)
	c.looks()
	now := time.Now().Add(10 * time.Second) // beyond all doubt while the test runs
	for name, write := range map[string]func(modified time.Time){
		"the file": func(modified time.Time) { c.putAt("a.md", text("", "Half of it"), modified) },
		"its picture": func(modified time.Time) {
			c.put("b.md", text("", "![x](b.png)"))
			c.putAt("b.png", string(pixels(t, 3)), modified)
		},
	} {
		write(time.Now())
		c.logged.Reset()
		if again, err := c.look(t.Context(), func(string) {}); err != nil || !again || c.logged.Len() > 0 {
			t.Errorf("%s: again %v, %v, %s", name, again, err, c.logged)
		}
		write(time.Now().Add(-time.Minute))
		c.says(name, c.looks(), "created")
	}
	if isFresh(now) {
		t.Error("a time in the future is fresh for ever")
	}
}

func pixels(t *testing.T, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestContentPictures: a picture that changed changes the post, one that is missing
// is told with the line, and all is well when it comes.
func TestContentPictures(t *testing.T) {
	c := newContentTest(t)
	c.looks()
	c.put("trip/day.md", text("title: A day\n", "\n![Sea](img/sea.png)"))
	c.says("no picture", c.looks(), "day.md:5: img/sea.png: there is no such file beside the post")
	c.none("day")
	c.put("trip/img/sea.png", string(pixels(t, 2)))
	c.says("the picture", c.looks(), "created")
	first := c.post("day")
	c.again()
	c.says("nothing new", c.looks())
	c.put("trip/img/sea.png", string(pixels(t, 4)))
	c.says("another picture", c.looks(), "edited")
	if p := c.post("day"); p.HTML == first.HTML || !strings.Contains(p.HTML, "/media/") {
		t.Errorf("the post has %s", p.HTML)
	}
	c.remove("trip/img/sea.png")
	c.says("the picture is gone", c.looks(), "there is no such file")
	c.post("day") // as it was
	c.put("secret.png", string(pixels(t, 2)))
	c.put("trip/out.md", text("", "![x](../secret.png)"))
	c.says("a picture outside", c.looks(), "lies outside the post's folder")
}

// TestContentGone: a file that is gone is told of and nothing else happens, until
// its post is taken down; one that is back or has moved is no news.
func TestContentGone(t *testing.T) {
	c := newContentTest(t)
	c.put("a.md", text("", "A."))
	c.put("b.md", text("slug: b\n", "B."))
	c.put("c.md", text("", "C."))
	c.looks()
	c.remove("a.md")
	if err := os.Rename(filepath.Join(c.dir, "b.md"), filepath.Join(c.dir, "moved.md")); err != nil {
		t.Fatal(err)
	}
	log := c.looks()
	c.says("gone", log, "limelight unpublish a`", "file=a.md")
	if strings.Contains(log, "file=b.md") {
		t.Errorf("a file that moved is told of:\n%s", log)
	}
	for _, slug := range []string{"a", "b", "c"} {
		if c.post(slug).Status != blog.Published {
			t.Errorf("%s is %s", slug, c.post(slug).Status)
		}
	}
	c.says("said already", c.looks())
	c.logged.Reset()
	c.again()
	c.says("at the next start", c.logged.String(), "files=1 first=a.md slug=a")
	c.put("a.md", text("", "A."))
	c.says("back", c.looks(), "are back", "files=1 first=a.md")
	c.remove("a.md")
	c.looks()
	if _, _, err := c.db.Unpublish(t.Context(), c.post("a").ID); err != nil {
		t.Fatal(err)
	}
	c.looks()
	c.logged.Reset()
	c.again()
	c.says("unpublished", c.logged.String())

	// Unpublished with its file there: so it stays, until that says something else.
	if _, _, err := c.db.Unpublish(t.Context(), c.post("c").ID); err != nil {
		t.Fatal(err)
	}
	c.again()
	c.says("an unpublished post", c.looks())
	c.put("c.md", text("", "C, again."))
	c.says("written again", c.looks(), "created")
}

// closedEntry is of a file in a folder that may be listed and not entered.
type closedEntry struct{ fs.DirEntry }

// Info implements fs.DirEntry.
func (closedEntry) Info() (fs.FileInfo, error) { return nil, fs.ErrPermission }

// TestContentFolderAway: a folder that cannot be read says nothing of its files.
func TestContentFolderAway(t *testing.T) {
	c := newContentTest(t)
	c.put("a.md", text("", "A."))
	c.put("sub/b.md", text("", "B."))
	c.looks()
	away := c.dir + ".away"
	if err := os.Rename(c.dir, away); err != nil {
		t.Fatal(err)
	}
	if _, err := c.look(t.Context(), func(string) {}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("looked through what is not there: %v", err)
	}
	for _, f := range c.known {
		if f.State != storage.ContentTaken {
			t.Errorf("%s is %s", f.Path, f.State)
		}
	}
	if w := (walked{blind: []string{"sub"}}); !w.unknown("sub/b.md") || !w.unknown("sub") || w.unknown("subtle.md") {
		t.Error("what is in a folder that cannot be read is known")
	}
	if err := os.Rename(away, c.dir); err != nil {
		t.Fatal(err)
	}
	c.says("back", c.looks())
	w := walked{files: map[string]fs.FileInfo{}}
	if err := w.add("sub/b.md", closedEntry{}); err != nil || !w.unknown("sub/b.md") || len(w.files) > 0 {
		t.Errorf("a file in a folder that may only be listed: %v, %+v", err, w)
	}
}

// TestContentWithdrawn: a file cannot take back what others have; it says so, and
// once the post is unpublished it is taken as it is.
func TestContentWithdrawn(t *testing.T) {
	c := newContentTest(t)
	c.looks()
	c.put("a.md", text("", "A."))
	c.looks()
	c.put("a.md", text("draft: true\n", "A."))
	c.says("a draft again", c.looks(), "a.md: other servers have this post already", "limelight unpublish a")
	if p := c.post("a"); p.Status != blog.Published {
		t.Errorf("it is %s", p.Status)
	}
	if _, _, err := c.db.Unpublish(t.Context(), c.post("a").ID); err != nil {
		t.Fatal(err)
	}
	c.says("unpublished", c.looks(), "kept as a draft")
	c.put("a.md", "No front matter.\n")
	c.says("no front matter", c.looks(), "a.md:1: has no front matter any more")
	c.put("big.md", text("", strings.Repeat("x", blog.MaxSource)))
	c.says("too large", c.looks(), "big.md: has ")
}

// TestContentFirstLookBrokenOff: what was not taken when the first look broke off
// is taken as quietly by the next.
func TestContentFirstLookBrokenOff(t *testing.T) {
	c := newContentTest(t)
	c.put("a.md", text("", "A."))
	c.put("b.md", text("", "B."))
	ctx, cancel := context.WithCancel(t.Context())
	c.wake = cancel
	if _, err := c.look(ctx, func(string) { cancel() }); err == nil {
		t.Fatal("it did not break off")
	}
	c.wake = func() {}
	c.again()
	c.says("the rest", c.looks(), "posts=2 quietly=2")
	for _, slug := range []string{"a", "b"} {
		if c.post(slug).Announced {
			t.Errorf("%s was announced", slug)
		}
	}
}

func TestCheckContent(t *testing.T) {
	for dir, bad := range map[string]bool{"": false, "posts": false, "../posts": false, ".": true, "..": true, "media": true} {
		c := defaults()
		c.dir, c.Content.Dir = "/srv/blog", dir
		if err := c.checkContent(); (err != nil) != bad {
			t.Errorf("%q: %v", dir, err)
		}
	}
}
