package federation

import (
	"net/http"
	"net/url"
	"testing"

	"limelight/blog"
)

// introduced starts the world's node as a program does, with another profile.
func (w *objectWorld) introduced(change func(*blog.Blog)) {
	w.t.Helper()
	b := *w.blog
	change(&b)
	next := *w.node
	next.blog = &b
	if err := next.Introduce(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	*w.blog, *w.node = b, next
}

// TestOldHandles: after a rename, old handles lead to the blog by its name of
// today, at its old domain too; names that it never had lead nowhere.
func TestOldHandles(t *testing.T) {
	w := newObjectWorld(t)
	const server = "@blog.example.test"
	asked := func(handle string) int {
		return w.ask("/.well-known/webfinger?resource=" + url.QueryEscape("acct:"+handle)).StatusCode
	}
	w.introduced(func(b *blog.Blog) { b.Handle = "first" })
	if asked("first"+server) != http.StatusOK || asked("second"+server) != http.StatusNotFound {
		t.Fatal("before the rename")
	}
	w.introduced(func(b *blog.Blog) { b.Handle, b.HandleHost = "second", "one.example.test" })
	w.introduced(func(b *blog.Blog) { b.Handle, b.HandleHost = "third", "two.example.test" })
	if got := w.found(w.blog.ActorIRI()); got != "third@two.example.test" {
		t.Errorf("it is %s", got)
	}
	for _, old := range []string{
		"first" + server, "FIRST" + server, "first@two.example.test", "second" + server, "second@one.example.test",
		"second@two.example.test", "third" + server, "third@two.example.test",
	} {
		d := w.finger("acct:" + old)
		if d.Subject != "acct:third@two.example.test" || linkOf(d, "self").Href != w.blog.ActorIRI() {
			t.Errorf("%s leads to %+v", old, d)
		}
	}
	for _, never := range []string{"first@one.example.test", "third@one.example.test", "fourth" + server, "first@elsewhere.test", "first"} {
		if status := asked(never); status == http.StatusOK {
			t.Errorf("%s leads somewhere", never)
		}
	}
	w.introduced(func(b *blog.Blog) { b.Handle, b.HandleHost = "first", "" })
	if got := w.found(w.blog.ActorIRI()); got != "first"+server {
		t.Errorf("renamed back it is %s", got)
	}
}
