package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"limelight/storage/storagetest"
)

// actorStatus is what the actor's address answers.
func (p *program) actorStatus() int {
	p.t.Helper()
	status, _ := p.get("/ap/actor")
	return status
}

func TestDeleteActor(t *testing.T) {
	p := startProgram(t)
	peer, bob := p.follower("bob")
	if out := p.run("delete-actor", "-confirm", "@blog@"+strings.TrimPrefix(p.url, "http://")); !strings.Contains(out, "1 server to be told") {
		t.Errorf("delete-actor said %s", out)
	}
	peer.Await(1, "Delete") // the peer asks for the key anew for every signature it does not know
	await(t, "the actor gone", func() bool { return p.actorStatus() == http.StatusGone })
	if reply := bob.Send(p.url+"/ap/inbox", bob.Act("Follow", p.url+"/ap/actor")); reply.Status != http.StatusGone {
		t.Errorf("the inbox answers %d %s", reply.Status, reply.Body)
	}
	if status, _ := p.get("/.well-known/webfinger?resource=acct:blog@" + strings.TrimPrefix(p.url, "http://")); status != http.StatusGone {
		t.Errorf("WebFinger answers %d", status)
	}
	if out := p.run("delete-actor"); !strings.Contains(out, "it is gone") {
		t.Errorf("delete-actor says %s", out)
	}
	p.write("later.txt", "Still here.\n")
	if out, stderr, err := p.try("publish", "later.txt"); err != nil || !strings.Contains(stderr, "left the fediverse") || !strings.Contains(out, "0 servers") {
		t.Errorf("publishing afterwards: %v %s %s", err, out, stderr)
	}
	p.page("/posts/rush-a-reflection")
	await(t, "the new post in the feed", func() bool { return strings.Contains(p.page("/feed.xml"), "Still here.") })
	p.stop()
	p.start()
	if status := p.actorStatus(); status != http.StatusGone {
		t.Errorf("after a restart the actor answers %d", status)
	}
}

// TestNeverGoneByAccident: whatever happens to the database or the
// configuration, an actor that nobody deleted is there, or the server is not.
func TestNeverGoneByAccident(t *testing.T) {
	accidents := map[string]func(p *program){
		"the database is missing": func(p *program) {
			for _, end := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(filepath.Join(p.dir, "limelight.db"+end)); err != nil && end == "" {
					p.t.Fatal(err)
				}
			}
		},
		"another handle": func(p *program) { p.env = append(p.env, "LIMELIGHT_BLOG_HANDLE=news") },
		"another title":  func(p *program) { p.env = append(p.env, "LIMELIGHT_BLOG_TITLE=News") },
	}
	if storagetest.OnPostgres() {
		delete(accidents, "the database is missing") // that is a file of SQLite
	}
	for name, accident := range accidents {
		t.Run(name, func(t *testing.T) {
			p := startProgram(t)
			p.follower("bob")
			p.stop()
			accident(p)
			p.start()
			if status := p.actorStatus(); status != http.StatusOK {
				t.Errorf("the actor answers %d", status)
			}
		})
	}
}

// TestEmptyKey: a server without a key does not start, and so says nothing
// about the actor.
func TestEmptyKey(t *testing.T) {
	p := startProgram(t)
	p.stop()
	p.emptyKey()
	if _, stderr, err := p.try("serve"); err == nil || !strings.Contains(stderr, "no PEM block") {
		t.Errorf("serve with an empty key: %v %s", err, stderr)
	}
}
