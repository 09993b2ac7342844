package federation

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
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
	if _, err := w.db.StartBlog(t.Context(), w.blog.BaseURL, NewKey, nil); err != nil {
		t.Fatal(err)
	}
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

// TestProfileChanges: whatever the actor's document says, a change of it is told
// to followers once, and at the first start there is nothing to tell.
func TestProfileChanges(t *testing.T) {
	w := newObjectWorld(t)
	ann := blog.Actor{IRI: "https://peer.test/users/ann", Type: "Person", Inbox: "https://peer.test/inbox"}
	if _, err := w.db.StartBlog(t.Context(), w.blog.BaseURL, NewKey, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Follow(t.Context(), storage.Incoming{Actor: ann.IRI}, blog.Follower{Actor: ann, FollowID: ann.IRI + "#1"}); err != nil {
		t.Fatal(err)
	}
	updates := func() (out []blog.Activity) {
		all, err := w.db.Deliveries(t.Context(), "", 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if d.Activity.Type == "Update" && d.Inbox == ann.Inbox {
				out = append(out, d.Activity)
			}
		}
		return out
	}
	same := func(*blog.Blog) {}
	w.introduced(same)
	w.introduced(same)
	if n := len(updates()); n != 0 {
		t.Fatalf("%d Updates at first", n)
	}
	for i, c := range []struct {
		what   string
		change func(*blog.Blog)
	}{
		{"title", func(b *blog.Blog) { b.Title = "Another" }},
		{"description", func(b *blog.Blog) { b.Description = "Another" }},
		{"avatar", func(b *blog.Blog) { b.Avatar.Path = "/media/other.png" }},
		{"header", func(b *blog.Blog) { b.Header = blog.Image{} }},
		{"fields", func(b *blog.Blog) { b.Fields = b.Fields[:1] }},
		{"handle", func(b *blog.Blog) { b.Handle = "another" }},
		{"domain of the handle", func(b *blog.Blog) { b.HandleHost = "example.test" }},
		{"discoverable", func(b *blog.Blog) { b.Discoverable = false }},
		{"indexable", func(b *blog.Blog) { b.Indexable = false }},
	} {
		w.introduced(c.change)
		w.introduced(same)
		w.introduced(func(b *blog.Blog) { b.Version += "1" }) // no part of the profile
		if n := len(updates()); n != i+1 {
			t.Fatalf("%d Updates after a change of %s, the change number %d", n, c.what, i+1)
		}
	}
	var told struct{ Object vocab.Person }
	if err := json.Unmarshal(w.render(updates()[0]), &told); err != nil || told.Object.Name != "Another" || told.Object.ID != w.blog.ActorIRI() {
		t.Errorf("%+v %v", told, err)
	}
}
