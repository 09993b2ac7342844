package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"limelight/blog"
	"limelight/storage"
)

// visitors gives a post comments 1 to 4 (ann's, bob's answer to it, cat's
// private one, bob's that is held), a like of ann's, a boost of bob's and an
// emoji of cat's, and the blog the three as followers. Their server is
// $peer, where inboxes take everything but cat's, which is gone; $peerhost is
// its name.
func visitors(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: visitors SLUG")
	}
	refused := ts.Value(refusalKey{}).(*refusal)
	peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusAccepted
		if below := refused.of(r.URL.Path); below != 0 {
			status = below
		}
		if strings.HasPrefix(r.URL.Path, "/cat/") {
			status = http.StatusGone
		}
		w.WriteHeader(status)
	}))
	ts.Defer(peer.Close)
	ts.Setenv("peer", peer.URL)
	ts.Setenv("peerhost", strings.TrimPrefix(peer.URL, "http://"))
	db, err := storage.Open(context.Background(), scriptData(ts))
	ts.Check(err)
	defer db.Close()
	p, err := db.Post(context.Background(), args[0])
	ts.Check(err)
	v := visit{ts, db, peer.URL, p.ID}
	ann, bob, cat := v.follower("ann"), v.follower("bob"), v.follower("cat")
	first := v.comment(ann, blog.Comment{Text: "Lovely.", Visibility: blog.Public})
	v.comment(bob, blog.Comment{Text: "It is.", Visibility: blog.Unlisted, Parent: first})
	v.comment(cat, blog.Comment{Text: "For you alone.", Visibility: blog.Direct})
	v.comment(bob, blog.Comment{Text: "May I?", Visibility: blog.Public, State: blog.Held})
	v.react(ann, blog.Like, "")
	v.react(bob, blog.Boost, "")
	v.react(cat, blog.Emoji, "🫖")
}

// refusalKey is where a script keeps its refusal.
type refusalKey struct{}

// refusal is what the visitors' server answers below a path.
type refusal struct {
	mu     sync.Mutex
	prefix string
	status int
}

// of is the status for a path, 0 when it is not refused.
func (r *refusal) of(path string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.prefix == "" || !strings.HasPrefix(path, r.prefix) {
		return 0
	}
	return r.status
}

func refuse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: refuse PREFIX STATUS")
	}
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	r := ts.Value(refusalKey{}).(*refusal)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.prefix, r.status = args[0], status
}

// visit is people coming to a post.
type visit struct {
	ts   *testscript.TestScript
	db   *storage.DB
	peer string
	post string
}

func (v visit) follower(name string) blog.Actor {
	iri := v.peer + "/" + name
	a := blog.Actor{IRI: iri, Type: "Person", Handle: name + "@social.example", Name: strings.ToUpper(name[:1]) + name[1:], URL: iri + "/page", Inbox: iri + "/inbox"}
	in := storage.Incoming{Actor: iri, ID: iri + "/follow"}
	if ok, err := v.db.Follow(context.Background(), in, blog.Follower{Actor: a, FollowID: in.ID}); err != nil || !ok {
		v.ts.Fatalf("%s follows: %v, %v", name, ok, err)
	}
	return a
}

func (v visit) comment(by blog.Actor, c blog.Comment) int64 {
	c.PostID, c.Author, c.HTML = v.post, by, "<p>"+c.Text+"</p>"
	c.IRI = by.IRI + "/" + url.PathEscape(c.Text)
	c.Published = time.Now()
	c.Received = c.Published
	stored, ok, err := v.db.AddComment(context.Background(), storage.Incoming{Actor: by.IRI, ID: c.IRI + "/create"}, c)
	if err != nil || !ok {
		v.ts.Fatalf("%s comments: %v, %v", by.Handle, ok, err)
	}
	return stored.ID
}

func (v visit) react(by blog.Actor, kind blog.ReactionType, emoji string) {
	iri := by.IRI + "/" + string(kind)
	r := blog.Reaction{Type: kind, IRI: iri, PostID: v.post, Actor: by, Emoji: emoji, At: time.Now()}
	if ok, err := v.db.React(context.Background(), storage.Incoming{Actor: by.IRI, ID: iri}, r); err != nil || !ok {
		v.ts.Fatalf("%s reacts: %v, %v", by.Handle, ok, err)
	}
}

// fetch is a page, after its status on a line.
func fetch(ts *testscript.TestScript, address string) string {
	resp, err := http.Get(address)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	return resp.Status + "\n" + string(body)
}

func picture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: picture FILE WIDTH")
	}
	width, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b bytes.Buffer
	ts.Check(png.Encode(&b, image.NewGray(image.Rect(0, 0, width, width/2))))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o644))
}
