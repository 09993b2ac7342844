package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

const socket = ".s.PGSQL.5432" // PostgreSQL's, in the folder that a URL names as host

// wire is the way to a database, which can be cut.
type wire struct {
	t      *testing.T
	to     string // socket of the database
	folder string // of ours
	mu     sync.Mutex
	l      net.Listener
	open   map[net.Conn]bool
}

// newWire returns the database's URL by way of the wire.
func newWire(t *testing.T, database string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	w := &wire{t: t, to: filepath.Join(q.Get("host"), socket), folder: t.TempDir(), open: map[net.Conn]bool{}}
	q.Set("host", w.folder)
	u.RawQuery = q.Encode()
	w.mend()
	t.Cleanup(w.cut)
	return w, u.String()
}

func (w *wire) mend() {
	w.t.Helper()
	l, err := net.Listen("unix", filepath.Join(w.folder, socket))
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	w.l = l
	w.mu.Unlock()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(c)
		}
	}()
}

func (w *wire) carry(c net.Conn) {
	to, err := net.Dial("unix", w.to)
	if err != nil {
		c.Close()
		return
	}
	w.mu.Lock()
	w.open[c], w.open[to] = true, true
	w.mu.Unlock()
	go func() { io.Copy(to, c); to.Close() }()
	io.Copy(c, to)
	c.Close()
}

// cut ends every connection, and there are no new ones.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.l.Close()
	for c := range w.open {
		c.Close()
	}
	w.open = map[net.Conn]bool{}
}

// TestDatabaseAway: while the database is away the node asks for patience, and
// afterwards goes on by itself.
func TestDatabaseAway(t *testing.T) {
	w, database := newWire(t, storagetest.Postgres(t))
	p := bareProgram(t)
	p.useDatabase(database)
	p.start()
	me, peer := blog.Blog{BaseURL: p.url}, peertest.New(t)
	bob := peer.Join("bob", peertest.Mastodon)
	if reply := bob.Send(me.InboxIRI(), bob.Act("Follow", me.ActorIRI())); reply.Status != http.StatusAccepted {
		t.Fatalf("the Follow was answered %d %s", reply.Status, reply.Body)
	}
	peer.Await(1, "Accept")
	post := rows[postRow](p, "posts")[0]
	object := strings.TrimPrefix(me.PostIRI(post.ID), p.url)

	w.cut()
	for _, path := range []string{"/archive", "/posts/rush-a-reflection", object, "/ap/outbox?page=1", "/healthz", "/.well-known/webfinger?resource=acct:old@localhost"} {
		resp, err := http.Get(p.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable || path != "/healthz" && resp.Header.Get("Retry-After") == "" {
			t.Errorf("%s answered %d, Retry-After %q", path, resp.StatusCode, resp.Header.Get("Retry-After"))
		}
	}
	p.page("/ap/actor") // whose key is wanted for what was sent before
	like := bob.Act("Like", me.PostIRI(post.ID))
	if reply := bob.Send(me.InboxIRI(), like); reply.Status != http.StatusServiceUnavailable || reply.Header.Get("Retry-After") == "" {
		t.Errorf("a Like was answered %d %s", reply.Status, reply.Body)
	}
	if _, stderr, err := p.try("posts"); err == nil || !strings.Contains(stderr, "cannot be reached") {
		t.Errorf("a command: %v %s", err, stderr)
	}

	w.mend()
	await(t, "the node on its feet", func() bool { status, _ := p.get("/healthz"); return status == http.StatusOK })
	await(t, "the Like taken", func() bool { return bob.Send(me.InboxIRI(), like).Status == http.StatusAccepted })
	p.page(object)
	p.write("news.md", "News.\n")
	p.run("publish", "news.md")
	peer.Await(1, "Create")
	await(t, "the news on its page", func() bool { return strings.Contains(p.page("/"), "News.") })
	if strings.Contains(p.logs.String(), "panic") {
		t.Errorf("something panicked:\n%s", p.logs)
	}
	p.stop()
}
