package federation

import (
	"bytes"
	"image/color"
	"net/http"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// TestAvatarsInABucket are fetched, kept, served and replaced there; while it is
// away one is fetched for nothing, none is lost, and all come when it is back.
func TestAvatarsInABucket(t *testing.T) {
	s := storagetest.NewS3(t)
	clock := storagetest.NewClock(time.Now())
	w := &avatarWorld{deliverWorld: newDeliverWorldOn(t, storagetest.New(t, storagetest.At(clock), s.Options), clock), peer: peertest.New(t)}
	w.post = w.publish("hello", "Hello")
	for _, name := range []string{"ann", "bob"} {
		w.comes(name, "/"+name, served("image/png", picture(t, "png", 8, 8, color.Black)))
	}
	s.Fail(func(w http.ResponseWriter, r *http.Request) bool {
		storagetest.Refuse(w, r, http.StatusInternalServerError, "InternalError")
		return true
	})
	if _, err := w.node.keepAvatars(t.Context(), newTroubled()); err == nil {
		t.Fatal("no error")
	}
	same(t, "asked for while the bucket was away", w.peer.Fetches("/ann")+w.peer.Fetches("/bob"), 1)
	same(t, "due", w.due(), 2)
	s.Fail(nil)
	w.fetch()
	same(t, "due", w.due(), 0)
	before := w.kept("ann")
	same(t, "one file for the same picture", len(s.Keys(t)), 1)

	w.peer.Handle("/new", served("image/png", picture(t, "png", 9, 9, color.White)))
	for _, name := range []string{"ann", "bob"} {
		a := blog.Actor{IRI: w.iri(name), Type: "Person", Inbox: w.iri(name) + "/inbox", AvatarURL: w.peer.URL + "/new"}
		if err := w.db.SaveActor(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	w.fetch()
	if data := w.kept("ann"); data == nil || bytes.Equal(data, before) {
		t.Error("the old picture is still there")
	}
	same(t, "files", len(s.Keys(t)), 2)
	clock.Advance(48 * time.Hour)
	if err := w.db.Prune(t.Context(), clock.Now()); err != nil {
		t.Fatal(err)
	}
	same(t, "files when the old one was swept away", len(s.Keys(t)), 1)
}
