package main

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"limelight/blog"
	"limelight/storage/storagetest"
)

// TestBackupInAFanOut: a backup that is made while a post is on its way becomes a
// node that brings it to the rest, and to nobody again who is known to have it.
// What the old process was just doing is no obstacle, though it died doing it.
func TestBackupInAFanOut(t *testing.T) {
	const hosts, perHost = 8, 5
	s := newSink(t, hosts, perHost)
	held, free := map[string]bool{}, make(chan struct{})
	for i, inbox := range s.inboxes {
		host, _, _ := strings.Cut(strings.TrimPrefix(inbox, "http://"), "/")
		held[host] = i/perHost%2 == 0
	}
	hold := func(r *http.Request) {
		if held[r.Host] {
			select {
			case <-free:
			case <-r.Context().Done():
			}
		}
	}
	p := startProgram(t, "LIMELIGHT_BACKUP_KEEP=3")
	addFollowers(t, p, s)
	await(t, "an Accept at every follower", func() bool { n, _ := s.has("Accept"); return n == len(s.inboxes) })
	s.hold.Store(&hold)
	p.write("news.md", "---\ntitle: News\n---\n![Dot](dot.png)\n")
	var dot bytes.Buffer
	if err := png.Encode(&dot, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	p.write("dot.png", dot.String())
	p.run("publish", "news.md")
	await(t, "the post at whoever answers", func() bool { n, _ := s.has("Create"); return n == len(s.inboxes)/2 })
	receipts := func(p *program) (inboxes []string) {
		for _, r := range rows[deliveryRow](p, "deliveries", "-post", "news") {
			if r.State == blog.Sent {
				inboxes = append(inboxes, r.Inbox)
			}
		}
		return inboxes
	}
	await(t, "their receipts", func() bool { return len(receipts(p)) == len(s.inboxes)/2 })
	archive := filepath.Join(t.TempDir(), "blog.tar.gz")
	p.run("backup", archive)
	if out := p.run("check", archive); !strings.Contains(out, "20 deliveries to be made") || !strings.Contains(out, "whole and sound") {
		t.Errorf("check: %s", out)
	}
	had := receipts(p)
	p.kill()
	close(free)

	again := emptyProgram(t)
	again.url = p.url // and its port
	again.run("restore", archive)
	if _, stderr, err := again.try("restore", archive); err == nil || !strings.Contains(stderr, "Nothing was restored") {
		t.Errorf("restored over a blog: %v %s", err, stderr)
	}
	again.start()
	await(t, "the post at every follower", func() bool { n, _ := s.has("Create"); return n == len(s.inboxes) })
	await(t, "a receipt of each", func() bool { return len(receipts(again)) == len(s.inboxes) })
	if _, ids := s.has("Create"); len(ids) != 1 {
		t.Errorf("one post went out under %d ids", len(ids))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, inbox := range had {
		n := 0
		for _, a := range s.received[inbox] {
			if a.Type == "Create" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s had a receipt before the backup and got the post %d times", inbox, n)
		}
	}
	page := again.page("/posts/news")
	_, src, _ := strings.Cut(page, `src="/media/`)
	name, _, _ := strings.Cut(src, `"`)
	if again.page("/media/"+name) == "" {
		t.Error("the picture did not come along")
	}
}

// TestBackupNamesOnce: a file that two settings name, each in its way, is in an
// archive once, or it could not be taken out again.
func TestBackupNamesOnce(t *testing.T) {
	c := defaults()
	c.dir = t.TempDir()
	c.file = filepath.Join(c.dir, "limelight.toml")
	for _, name := range []string{"limelight.toml", "me.png", "secret", "theme/logo.png", "theme/post.html"} {
		file := filepath.Join(c.dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(name), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	c.Blog.Avatar, c.Blog.Header, c.Blog.About = "./me.png", "me.png", "limelight.toml"
	c.Web.Logo, c.Web.Theme = "theme/logo.png", "theme"
	c.Storage.S3SecretKey, c.Notify.NtfyToken = "file:secret", "file:secret"
	source, left, err := c.backupSource(func(string) string { return "" })
	if err != nil || len(left) > 0 {
		t.Fatalf("left %q, %v", left, err)
	}
	names := []string{}
	for _, f := range source.Config {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if want := []string{"config/limelight.toml", "config/me.png", "config/secret", "config/theme/logo.png", "config/theme/post.html"}; !slices.Equal(names, want) {
		t.Errorf("the files are %q", names)
	}
}

// TestScheduledBackups: one is made at the start and the oldest goes, but only
// what serve made itself; and not again by the next start.
func TestScheduledBackups(t *testing.T) {
	p := newProgram(t, "LIMELIGHT_BACKUP_FOLDER=backups", "LIMELIGHT_BACKUP_KEEP=2")
	for _, name := range []string{"limelight-20200101T000000Z.tar.gz", "limelight-20210101T000000Z.tar.gz", "limelight-20220101.tar.gz", "mine.tar.gz"} {
		p.write("backups/"+name, "old")
	}
	p.start()
	names := func() (names []string) {
		entries, err := os.ReadDir(filepath.Join(p.dir, "backups"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") {
				names = append(names, e.Name())
			}
		}
		return names
	}
	await(t, "the oldest gone", func() bool { return names()[0] != "limelight-20200101T000000Z.tar.gz" })
	got := names()
	if len(got) != 4 || got[0] != "limelight-20210101T000000Z.tar.gz" || got[1] != "limelight-20220101.tar.gz" || got[3] != "mine.tar.gz" {
		t.Fatalf("there are %q", got)
	}
	p.run("check", filepath.Join("backups", got[2]))
	p.stop()
	p.start()
	p.page("/")
	p.stop()
	if n := len(names()); n != 4 {
		t.Errorf("the next start made another: %q", names())
	}

	// A folder that is none: said with what to do, and the blog goes on.
	p.env = append(p.env, "LIMELIGHT_BACKUP_FOLDER=news.md")
	p.write("news.md", "Words.")
	p.start()
	await(t, "the failure in the log", func() bool { return strings.Contains(p.logs.String(), "the backup failed; is there room") })
	p.page("/")
}

// TestServeTellsWhatIsWrong with the way to it, each once.
func TestServeTellsWhatIsWrong(t *testing.T) {
	p := newProgram(t, "LIMELIGHT_SERVER_SELF_CHECK=true")
	var to atomic.Pointer[url.URL]
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to.Load() == nil { // as a web server whose backend is not up yet
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		proxy := httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to.Load())
			r.SetXForwarded()
		}}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	p.env = append(p.env, "LIMELIGHT_SERVER_BASE_URL="+front.URL)
	p.start()
	backend, err := url.Parse(localAddress.FindStringSubmatch(p.out)[1])
	if err != nil {
		t.Fatal(err)
	}
	to.Store(backend)
	for _, want := range []string{
		"an address of this machine or network",
		"is reached by way of server.base_url",
		"came for another host than that of server.base_url",
		"Name it in server.trusted_proxies",
	} {
		await(t, want, func() bool { return strings.Contains(p.logs.String(), want) })
	}
	for range 3 {
		if resp, err := http.Get(front.URL + "/about"); err != nil {
			t.Fatal(err)
		} else {
			resp.Body.Close()
		}
	}
	if n := strings.Count(p.logs.String(), "level=WARN"); n != 3 {
		t.Errorf("%d warnings:\n%s", n, p.logs)
	}
	// And none where all is well: the balancer of the cluster passes the host on.
	if storagetest.OnPostgres() {
		c := newCluster(t, storagetest.Postgres(t))
		node := c.add()
		if node.page("/healthz"); strings.Contains(node.logs.String(), "another host") {
			t.Error(node.logs)
		}
	}
}
