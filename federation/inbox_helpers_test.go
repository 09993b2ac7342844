package federation

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// inboxWorld is a node that peers write to.
type inboxWorld struct {
	t     *testing.T
	node  *Node
	db    *storage.DB
	post  blog.Post
	inbox string // its address
	bobs  peertest.Note
}

func newInboxWorld(t *testing.T, changes ...func(*Options)) *inboxWorld {
	t.Helper()
	w := &inboxWorld{t: t, db: storagetest.New(t)}
	mux := http.NewServeMux()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.node.Present(mux).ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	o := Options{
		Blog: &blog.Blog{BaseURL: server.URL, Handle: "blog", Title: "Blog", Timezone: time.UTC},
		DB:   w.db, Key: peertest.ProcessKey(), AllowPrivate: []netip.Prefix{loopback},
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for _, change := range changes {
		change(&o)
	}
	w.db = o.DB
	var err error
	if w.node, err = New(o); err != nil {
		t.Fatal(err)
	}
	mux.HandleFunc("POST /ap/inbox", w.node.Inbox)
	mux.HandleFunc("GET /ap/actor", w.node.Actor)
	mux.HandleFunc("GET /ap/instance", w.node.Instance)
	w.inbox = server.URL + "/ap/inbox"
	w.post = w.publish("hello")
	return w
}

// peer is a server at 127.0.0.n, so that several are different hosts.
func (w *inboxWorld) peer(n int) *peertest.Peer {
	w.t.Helper()
	return peertest.NewAt(w.t, fmt.Sprintf("127.0.0.%d", n))
}

func (w *inboxWorld) publish(slug string) blog.Post {
	w.t.Helper()
	p, _, _, err := w.db.Publish(w.t.Context(), blog.Post{Slug: slug, Title: slug, HTML: "<p>Hi</p>"}, storage.PublishOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// postIRI is the id of the post that there is from the start.
func (w *inboxWorld) postIRI() string { return w.node.blog.PostIRI(w.post.ID) }

// send has the account send the activity, which must be answered by the status.
func (w *inboxWorld) send(from *peertest.Account, status int, activity any, twists ...peertest.Twist) peertest.Reply {
	w.t.Helper()
	reply := from.Send(w.inbox, activity, twists...)
	if reply.Status != status {
		w.t.Errorf("%v by %s was answered %d %s, want %d", activity, from.Handle, reply.Status, reply.Body, status)
	}
	return reply
}

// state is all that activities changed, one line for each thing. Actors and
// objects are named by the ends of their addresses.
func (w *inboxWorld) state() []string {
	w.t.Helper()
	var out []string
	followers, err := w.db.Followers(w.t.Context(), 0, 0)
	w.must(err)
	for _, f := range followers {
		out = append(out, "follower "+lastPart(f.Actor.IRI))
	}
	reactions, err := w.db.Reactions(w.t.Context(), "", "", 0, 0)
	w.must(err)
	for _, r := range reactions {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Type, lastPart(r.Actor.IRI), r.Emoji)))
	}
	comments, err := w.db.Comments(w.t.Context(), storage.CommentFilter{})
	w.must(err)
	for _, c := range comments {
		line := fmt.Sprintf("comment %s %s %s: %s", lastPart(c.Author.IRI), c.Visibility, c.State, c.Text)
		if c.Parent != 0 {
			line = fmt.Sprintf("%s (under %d)", line, c.Parent)
		}
		if !c.Edited.IsZero() {
			line += " (edited)"
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// onPage are the texts of the comments that readers of the post see.
func (w *inboxWorld) onPage() []string {
	w.t.Helper()
	comments, err := w.db.Comments(w.t.Context(), storage.CommentFilter{Post: w.post.ID, OnPage: true})
	w.must(err)
	var out []string
	for _, c := range comments {
		out = append(out, c.Text)
	}
	return out
}

// accepts are how many Accepts were written for delivery.
func (w *inboxWorld) accepts() (n int) {
	w.t.Helper()
	deliveries, err := w.db.Deliveries(w.t.Context(), "", 0, 0)
	w.must(err)
	for _, d := range deliveries {
		if d.Activity.Type == "Accept" {
			n++
		}
	}
	return n
}

// want compares the state.
func (w *inboxWorld) want(when string, lines ...string) {
	w.t.Helper()
	if got := w.state(); !slices.Equal(got, lines) {
		w.t.Errorf("%s there is\n\t%s\nwant\n\t%s", when, strings.Join(got, "\n\t"), strings.Join(lines, "\n\t"))
	}
}

func (w *inboxWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func lastPart(iri string) string { return iri[strings.LastIndexByte(iri, '/')+1:] }

// privately are the comments that the author alone sees.
func (w *inboxWorld) privately() []string {
	w.t.Helper()
	comments, err := w.db.Comments(w.t.Context(), storage.CommentFilter{Private: true})
	w.must(err)
	var out []string
	for _, c := range comments {
		if c.Visibility == blog.Followers || c.Visibility == blog.Direct {
			out = append(out, string(c.Visibility)+" "+c.Text)
		}
	}
	return out
}

// listen is an inbox at 127.0.0.9 that the test answers itself.
func (w *inboxWorld) listen(answer func(http.ResponseWriter, *http.Request, []byte)) string {
	w.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.9:0")
	w.must(err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.t.Error(err)
		}
		answer(rw, r, body)
	})}}
	server.Start()
	w.t.Cleanup(server.Close)
	return server.URL + "/inbox"
}

// settled waits until no delivery is pending.
func (w *inboxWorld) settled() {
	w.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		_, pending, err := w.db.NextDelivery(w.t.Context())
		w.must(err)
		if !pending {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatal("deliveries are pending still")
		}
		tick := time.NewTimer(5 * time.Millisecond)
		<-tick.C
	}
}

func onPageOf(post string) storage.CommentFilter {
	return storage.CommentFilter{Post: post, OnPage: true}
}
