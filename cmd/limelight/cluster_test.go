package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// cluster is several nodes on one PostgreSQL database and one folder of media,
// behind a load balancer that sends each request to the next.
type cluster struct {
	t     *testing.T
	data  storage.Options
	lb    *httptest.Server
	turn  atomic.Int64
	nodes []*program
}

func newCluster(t *testing.T, database string) *cluster {
	c := &cluster{t: t, data: storage.Options{Database: database, Media: t.TempDir()}}
	c.lb = httptest.NewServer(http.HandlerFunc(c.balance))
	t.Cleanup(c.lb.Close)
	return c
}

func (c *cluster) balance(w http.ResponseWriter, r *http.Request) {
	p := c.nodes[int(c.turn.Add(1))%len(c.nodes)]
	to, _ := url.Parse(p.url)
	proxy := httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // signatures cover it
	}}
	proxy.ServeHTTP(w, r)
}

// prepare makes a node that is to be started.
func (c *cluster) prepare(env ...string) *program {
	p := bareProgram(c.t, append([]string{"LIMELIGHT_SERVER_BASE_URL=" + c.lb.URL, "LIMELIGHT_STORAGE_MEDIA=" + c.data.Media}, env...)...)
	p.useDatabase(c.data.Database)
	p.data.Media = c.data.Media
	return p
}

var localAddress = regexp.MustCompile(`local +(http://\S+)`)

// join starts the node; its url is then its own and not the balancer's.
func (c *cluster) join(p *program) *program {
	c.t.Helper()
	p.start()
	found := localAddress.FindStringSubmatch(p.out)
	if found == nil {
		c.t.Fatalf("where does it listen?\n%s", p.out)
	}
	p.url = found[1]
	c.nodes = append(c.nodes, p)
	return p
}

func (c *cluster) add(env ...string) *program {
	c.t.Helper()
	return c.join(c.prepare(env...))
}

// onceEach fails the test unless every inbox got just one activity of the type.
func (s *sink) onceEach(t *testing.T, typ string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, inbox := range s.inboxes {
		n := 0
		for _, a := range s.received[inbox] {
			if a.Type == typ {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s received %d of type %s", inbox, n, typ)
		}
	}
}

// TestNodesShareAFanOut: whatever three nodes deliver side by side arrives once.
func TestNodesShareAFanOut(t *testing.T) {
	c := newCluster(t, storagetest.Postgres(t))
	for range 3 {
		c.add("LIMELIGHT_LOG_LEVEL=debug")
	}
	s := newSink(t, 40, 20)
	addFollowers(t, c.nodes[0], s)
	await(t, "an Accept at every follower", func() bool { n, _ := s.has("Accept"); return n == len(s.inboxes) })
	c.nodes[0].write("news.md", "---\ntitle: News\n---\nSomething happened.\n")
	c.nodes[0].run("publish", "news.md")
	await(t, "a receipt for every delivery", func() bool {
		rows := rows[deliveryRow](c.nodes[1], "deliveries", "-post", "news")
		for _, r := range rows {
			if r.State != blog.Sent {
				return false
			}
		}
		return len(rows) == len(s.inboxes)
	})
	s.onceEach(t, "Accept")
	s.onceEach(t, "Create")
	delivered := regexp.MustCompile(`msg="delivery done" type=Create`)
	for i, p := range c.nodes {
		t.Logf("node %d delivered %d of %d", i+1, len(delivered.FindAllString(p.logs.String(), -1)), len(s.inboxes))
	}
}

// TestKilledNodeIsReplaced: what a node had claimed when it was killed goes out
// by another, long before the lease ends.
func TestKilledNodeIsReplaced(t *testing.T) {
	s := newSink(t, 12, 10)
	var dead atomic.Bool
	var arrived atomic.Int64
	end := make(chan struct{})
	s.lose = func() bool { // what the first node sends is never answered
		if dead.Load() {
			return false
		}
		arrived.Add(1)
		<-end
		return true
	}
	c := newCluster(t, storagetest.Postgres(t))
	first, second := c.add(), c.prepare()
	addFollowers(t, first, s)
	await(t, "the first node's attempts", func() bool { return arrived.Load() >= 12 })
	first.kill()
	dead.Store(true)
	close(end)
	second.start()
	await(t, "every Accept, by the second node", func() bool { n, _ := s.has("Accept"); return n == len(s.inboxes) })
	db := second.open()
	await(t, "every receipt", func() bool {
		_, pending, err := db.NextDelivery(t.Context())
		return err == nil && !pending
	})
	if logs := second.logs.String(); !strings.Contains(logs, "another node is dead") {
		t.Errorf("the second node did not see the first one die:\n%s", logs)
	}
}

// TestNodesStartAtOnce on a database in which nothing is: one makes the tables
// and the blog, and all have the same.
func TestNodesStartAtOnce(t *testing.T) {
	c := newCluster(t, storagetest.BlankPostgres(t))
	var nodes []*program
	started := make(chan struct{})
	for range 3 {
		p := c.prepare()
		nodes = append(nodes, p)
		go func() { defer func() { started <- struct{}{} }(); p.start() }()
	}
	for range nodes {
		<-started
	}
	if t.Failed() {
		return
	}
	keys := map[string]bool{}
	for _, p := range nodes {
		p.url = localAddress.FindStringSubmatch(p.out)[1]
		keys[regexp.MustCompile(`"publicKeyPem":"[^"]+"`).FindString(p.page("/ap/actor"))] = true
		if posts := rows[postRow](p, "posts"); len(posts) != 1 {
			t.Errorf("there are %d first posts", len(posts))
		}
	}
	if len(keys) != 1 || keys[""] {
		t.Errorf("%d keys for one blog", len(keys))
	}
	other := c.prepare("LIMELIGHT_SERVER_BASE_URL=https://other.example.com")
	if _, stderr, err := other.try("serve"); err == nil || !regexp.MustCompile(`another node.*server\.base_url.*`+regexp.QuoteMeta(c.lb.URL)).MatchString(stderr) {
		t.Errorf("a node with another address: %v %s", err, stderr)
	}
	for _, p := range nodes {
		p.stop()
	}
	other.start() // nobody is there any more, and nobody elsewhere knows the old address
	if other.url != "https://other.example.com" {
		t.Errorf("it serves %s", other.url)
	}
}

// TestNodesSeeEachOthersChanges: what happens through one node is soon on the
// pages and in the objects of the other, whatever that has in memory.
func TestNodesSeeEachOthersChanges(t *testing.T) {
	c := newCluster(t, storagetest.Postgres(t))
	a, b := c.add(), c.add()
	me, peer := blog.Blog{BaseURL: c.lb.URL}, peertest.New(t)
	bob := peer.Join("bob", peertest.Mastodon)
	if reply := bob.Send(me.InboxIRI(), bob.Act("Follow", me.ActorIRI())); reply.Status != http.StatusAccepted {
		t.Fatalf("the Follow was answered %d %s", reply.Status, reply.Body)
	}
	peer.Await(1, "Accept") // and so the peer has the key that the Update with the next one is signed by
	seen := func(what string, change func(), ok func() bool) {
		t.Helper()
		if ok() {
			t.Fatalf("%s before it happened", what)
		}
		change()
		start := time.Now()
		await(t, what, ok)
		t.Logf("%s: after %v", what, time.Since(start).Round(time.Millisecond))
	}
	has := func(path, text string) func() bool {
		return func() bool { return strings.Contains(b.page(path), text) }
	}
	a.write("news.md", "---\ntitle: News\n---\nFirst words.\n")
	a.run("publish", "news.md")
	await(t, "the post on the other node", func() bool { status, _ := b.get("/posts/news"); return status == http.StatusOK })
	post := rows[postRow](a, "posts", "-json")[0]
	object := strings.TrimPrefix(me.PostIRI(post.ID), c.lb.URL)

	edit := func() {
		a.write("news.md", "---\ntitle: News\n---\nSecond thoughts.\n")
		a.run("publish", "news.md")
	}
	b.page(object)
	seen("an edit on the page", edit, has("/posts/news", "Second thoughts."))
	if !strings.Contains(b.page(object), "Second thoughts.") || !strings.Contains(b.page("/feed.xml"), "Second thoughts.") {
		t.Error("object or feed are as they were")
	}
	// Each request comes to the next node, behind the balancer as in the world.
	send := func(activity any) func() {
		return func() {
			if reply := bob.Send(me.InboxIRI(), activity); reply.Status != http.StatusAccepted {
				t.Fatalf("answered %d %s", reply.Status, reply.Body)
			}
		}
	}
	reply := bob.Note(me.PostIRI(post.ID), "<p>Well said.</p>")
	seen("a reply", send(bob.Act("Create", reply)), has("/posts/news", "Well said."))
	seen("a decision", func() { a.run("comments", "hide", "1") }, func() bool { return !strings.Contains(b.page("/posts/news"), "Well said.") })
	seen("a new key", func() { a.run("rotate-key") }, has("/ap/actor", "#key-2"))

	seen("a block", func() { a.run("block", bob.IRI) }, func() bool {
		return bob.Send(me.InboxIRI(), bob.Act("Like", me.PostIRI(post.ID))).Status == http.StatusForbidden
	})
	seen("an end", func() { a.run("unpublish", "news") }, func() bool { status, _ := b.get("/posts/news"); return status == http.StatusGone })
}
