package storage_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

const month = 30 * 24 * time.Hour

// hashed is a name such as files of posts have.
func hashed(c string, ending string) string { return strings.Repeat(c, 32) + ending }

// showing is a post with files of every kind.
func showing(slug, c string) blog.Post {
	at := func(n, ending string) string { return "/media/" + hashed(c, "")[:31] + n + ending }
	return blog.Post{Slug: slug, Title: slug, HTML: `<p><img src="` + at("0", ".png") + `"></p>`, Images: []blog.Image{{Path: at("0", ".png")}},
		Image: blog.Image{Path: at("1", ".jpg")}, Enclosure: blog.Enclosure{URL: at("2", ".mp3"), Type: "audio/mpeg",
			Chapters: blog.EnclosureFile{URL: at("3", ".chapters.json")}, Transcript: blog.EnclosureFile{URL: at("4", ".vtt")}}}
}

// save stores the files of showing.
func save(t *testing.T, db *storage.DB, c string) (names []string) {
	t.Helper()
	for i, ending := range []string{".png", ".jpg", ".mp3", ".chapters.json", ".vtt"} {
		name := hashed(c, "")[:31] + string(rune('0'+i)) + ending
		ok(t, db.SaveMedia(t.Context(), name, []byte(name)))
		names = append(names, name)
	}
	return names
}

// TestMediaAreSwept when no post has them any more for a month, and nothing before.
func TestMediaAreSwept(t *testing.T) {
	clock := storagetest.NewClock(start)
	eachMedia(t, func(t *testing.T, db *storage.DB, names func() []string) {
		clock.Advance(start.Sub(clock.Now()))
		ctx := t.Context()
		sweep := func(what string, want ...string) {
			t.Helper()
			equal(t, what, must[[]string](t)(db.SweepMedia(ctx, clock.Now(), month)), want)
		}
		a := save(t, db, "a")
		ok(t, db.SaveMedia(ctx, "photo.png", []byte("put there by hand")))
		ok(t, db.SaveMedia(ctx, hashed("b", ".png"), []byte("of nobody")))
		p := publish(t, db, showing("one", "a"))
		clock.Advance(2 * month)
		sweep("in use")
		_, _, err := db.Unpublish(ctx, "one")
		ok(t, err)
		clock.Advance(month - time.Second)
		sweep("young")

		// Each of these needs one of the files, whatever else became of them.
		publish(t, db, blog.Post{Slug: "draft", Status: blog.Draft, Image: blog.Image{Path: "/media/" + a[1]}})
		publish(t, db, blog.Post{Slug: "later", Published: clock.Now().Add(time.Hour), Enclosure: blog.Enclosure{URL: "/media/" + a[2]}})
		publish(t, db, blog.Post{Slug: "link", Source: "[chapters](https://blog.test/media/" + a[3] + ")"})
		db.NeedMedia("![logo](/media/" + a[4] + ")")
		clock.Advance(2 * time.Second)
		sweep("what nothing needs", a[0])
		equal(t, "the others", names(), append([]string{a[1], a[2], a[3], a[4]}, hashed("b", ".png"), "photo.png"))

		_, _, err = db.Unpublish(ctx, "draft")
		ok(t, err)
		clock.Advance(month - time.Second)
		ok(t, db.SaveMedia(ctx, a[1], []byte(a[1]))) // for a post that is still being made
		clock.Advance(2 * time.Second)
		sweep("saved again")
		equal(t, "post", p.Slug, "one")

		// An edit leaves behind what the post showed before.
		save(t, db, "c")
		publish(t, db, showing("two", "c"))
		edit := showing("two", "c")
		edit.HTML, edit.Images, edit.Image = "<p>None</p>", nil, blog.Image{}
		publish(t, db, edit)
		clock.Advance(month + time.Second)
		sweep("left behind by an edit", hashed("c", "")[:31]+"0.png", hashed("c", "")[:31]+"1.jpg")

		_, _, err = db.Unpublish(ctx, "two")
		ok(t, err)
		clock.Advance(month + time.Second)
		sweep("what was played", hashed("c", "")[:31]+"2.mp3", hashed("c", "")[:31]+"3.chapters.json", hashed("c", "")[:31]+"4.vtt")
	}, storagetest.At(clock))
}

// TestSweepKeepsOff: what is saved again while it is swept is there in the end, and
// who saves it waits no longer than the removal takes.
func TestSweepKeepsOff(t *testing.T) {
	clock := storagetest.NewClock(start)
	s := storagetest.NewS3(t)
	db := storagetest.New(t, storagetest.At(clock), s.Options)
	name := hashed("a", ".png")
	ok(t, db.SaveMedia(t.Context(), name, []byte("x")))
	p := blog.Post{Slug: "one", Image: blog.Image{Path: "/media/" + name}}
	publish(t, db, p)
	_, _, err := db.Unpublish(t.Context(), "one")
	ok(t, err)
	clock.Advance(month + time.Second)

	saved := make(chan error, 1)
	s.Fail(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete {
			return false
		}
		s.Fail(nil)
		go func() { saved <- db.SaveMedia(t.Context(), name, []byte("x")) }()
		select {
		case err := <-saved:
			t.Errorf("it was saved while it was being removed: %v", err)
			saved <- err
		case <-time.After(100 * time.Millisecond):
		}
		return false
	})
	equal(t, "removed", must[[]string](t)(db.SweepMedia(t.Context(), clock.Now(), month)), []string{name})
	ok(t, <-saved)
	equal(t, "what is there", s.Keys(t), []string{"blog/" + name})

	// A bucket that does not take the removal keeps the file, and the sweep ends.
	publish(t, db, p)
	_, _, err = db.Unpublish(t.Context(), "one")
	ok(t, err)
	clock.Advance(month + time.Second)
	s.Fail(func(w http.ResponseWriter, r *http.Request) bool {
		storagetest.Refuse(w, r, http.StatusForbidden, "AccessDenied")
		return true
	})
	if _, err := db.SweepMedia(t.Context(), clock.Now(), month); err == nil {
		t.Error("a removal that was refused is no error")
	}
	s.Fail(nil)
	ok(t, db.SaveMedia(t.Context(), name, []byte("x")))
	equal(t, "what is there then", s.Keys(t), []string{"blog/" + name})
}
