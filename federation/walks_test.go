package federation

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// newWalkWorld is a world whose clocks the test moves: walks begin a minute
// after a comment came.
func newWalkWorld(t *testing.T) (w *inboxWorld, later func(time.Duration)) {
	clock := storagetest.NewClock(time.Now())
	w = newInboxWorld(t, func(o *Options) { o.DB = storagetest.New(t, storagetest.At(clock)) })
	return w, clock.Advance
}

// walkAll does every walk and lookup that is due now.
func (w *inboxWorld) walkAll() {
	w.t.Helper()
	for range 100 {
		if !w.node.walkDue(w.t.Context()) {
			break
		}
	}
	w.lookUpAll()
}

// collection is one of a peer's in Mastodon's shape: a first page within it,
// the next by its address.
func collection(base string, first, next []string) (whole, page string) {
	list := func(ids []string) string {
		if len(ids) == 0 {
			return "[]"
		}
		return `["` + strings.Join(ids, `","`) + `"]`
	}
	whole = fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":%q,"type":"Collection","first":{"type":"CollectionPage",`+
		`"partOf":%q,"next":%q,"items":%s}}`, base, base, base+"?page=true", list(first))
	page = fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":%q,"type":"CollectionPage","partOf":%q,"items":%s}`,
		base+"?page=true", base, list(next))
	return whole, page
}

// TestWalk finds replies to a comment that were delivered to others alone.
func TestWalk(t *testing.T) {
	w, later := newWalkWorld(t)
	p := w.peer(2)
	bob, eve := p.Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.GoToSocial)
	note := bob.Note(w.postIRI(), "<p>First</p>")
	note.Replies = note.ID + "/replies"
	missed := eve.Note(note.ID, "<p>Missed</p>")
	deeper := bob.Note(missed.ID, "<p>Deeper</p>")
	stray := eve.Note("https://other.test/1", "<p>Stray</p>")
	whole, page := collection(note.Replies, []string{missed.ID, "nonsense", w.postIRI()}, []string{deeper.ID, stray.ID, missed.ID})
	p.Handle(strings.TrimPrefix(note.Replies, p.URL), func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/activity+json")
		if r.URL.RawQuery == "" {
			fmt.Fprint(rw, whole)
		} else {
			fmt.Fprint(rw, page)
		}
	})
	w.send(bob, 202, bob.Act("Create", note))
	w.walkAll()
	w.want("at once", "comment bob public shown: First")
	later(2 * time.Minute)
	w.walkAll()
	want := []string{"comment bob public shown: Deeper (under 2)", "comment bob public shown: First", "comment eve public shown: Missed (under 1)"}
	w.want("after a walk", want...)
	c, err := w.db.CommentByIRI(t.Context(), missed.ID)
	w.must(err)
	if c.Source != "fetched" {
		t.Errorf("it came %s", c.Source)
	}
	walks, err := w.db.Walks(t.Context(), "hello")
	w.must(err)
	if len(walks) != 1 || walks[0].Rounds != 1 || walks[0].Found != 3 || walks[0].Error != "" || walks[0].Next.IsZero() {
		t.Errorf("the walks are %+v", walks)
	}
	later(20 * time.Minute)
	w.walkAll()
	w.want("after another", want...)
}

// TestWalkBounds: a collection without end is left after some pages, and what
// leads to another host is not followed.
func TestWalkBounds(t *testing.T) {
	w, later := newWalkWorld(t)
	p := w.peer(2)
	bob := p.Join("bob", peertest.Mastodon)
	note := bob.Note(w.postIRI(), "<p>First</p>")
	note.Replies = p.URL + "/endless"
	pages := 0
	p.Handle("/endless", func(rw http.ResponseWriter, r *http.Request) {
		pages++
		rw.Header().Set("Content-Type", "application/activity+json")
		fmt.Fprintf(rw, `{"id":"%s/endless?%d","type":"CollectionPage","items":[],"next":"%s/endless?%d"}`, p.URL, pages, p.URL, pages+1)
	})
	w.send(bob, 202, bob.Act("Create", note))
	elsewhere := bob.Note(w.postIRI(), "<p>Second</p>")
	elsewhere.Replies = "https://other.test/replies"
	w.send(bob, 202, bob.Act("Create", elsewhere))
	later(2 * time.Minute)
	w.walkAll()
	if pages > maxWalkPages+1 {
		t.Errorf("%d pages were fetched", pages)
	}
	if walks, err := w.db.Walks(t.Context(), ""); err != nil || len(walks) != 1 {
		t.Errorf("the walks are %+v, %v", walks, err)
	}
}

// TestWalkFailures: a server with trouble is asked again, one that refuses is not.
func TestWalkFailures(t *testing.T) {
	for status, again := range map[int]bool{502: true, 404: false, 403: false} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			w, later := newWalkWorld(t)
			p := w.peer(2)
			bob := p.Join("bob", peertest.Mastodon)
			note := bob.Note(w.postIRI(), "<p>First</p>")
			note.Replies = p.URL + "/replies"
			p.Handle("/replies", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) })
			w.send(bob, 202, bob.Act("Create", note))
			later(2 * time.Minute)
			w.walkAll()
			walks, err := w.db.Walks(t.Context(), "")
			w.must(err)
			if len(walks) != 1 || walks[0].Error == "" || walks[0].Next.IsZero() == again {
				t.Errorf("the walks are %+v", walks)
			}
		})
	}
}

func TestWalkEndsWithThePost(t *testing.T) {
	w, later := newWalkWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	note := bob.Note(w.postIRI(), "<p>First</p>")
	note.Replies = note.ID + "/replies"
	w.send(bob, 202, bob.Act("Create", note))
	_, _, err := w.db.Unpublish(t.Context(), "hello")
	w.must(err)
	later(2 * time.Minute)
	w.walkAll()
	if walks, err := w.db.Walks(t.Context(), ""); err != nil || len(walks) != 0 {
		t.Errorf("the walks are %+v, %v", walks, err)
	}
}
