package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
)

// follower has a Mastodon account follow the node, and waits for the Accept.
func (p *program) follower(name string) (*peertest.Peer, *peertest.Account) {
	p.t.Helper()
	peer := peertest.New(p.t)
	who := peer.Join(name, peertest.Mastodon)
	to := blog.Blog{BaseURL: p.url}
	if reply := who.Send(to.InboxIRI(), who.Act("Follow", to.ActorIRI())); reply.Status != http.StatusAccepted {
		p.t.Fatalf("the Follow was answered %d %s", reply.Status, reply.Body)
	}
	peer.Await(1, "Accept")
	return peer, who
}

// actorDocument is what others look at of the actor.
type actorDocument struct {
	PublicKey   struct{ ID, PublicKeyPem string }
	MovedTo     string
	AlsoKnownAs []string
}

func (p *program) actor() (a actorDocument) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.page("/ap/actor")), &a); err != nil {
		p.t.Fatal(err)
	}
	return a
}

// publishNote publishes a post of one line.
func (p *program) publishNote(slug string) string {
	p.t.Helper()
	p.write(slug+".txt", "Words about "+slug+".\n")
	return p.run("publish", slug+".txt")
}

// TestRotateKey: the running server signs by the new key, and again after a restart.
func TestRotateKey(t *testing.T) {
	p := startProgram(t)
	peer, _ := p.follower("bob")
	before := p.actor()
	if out := p.run("rotate-key"); !strings.Contains(out, "/ap/actor#key-2, 1 server to be told") {
		t.Errorf("rotate-key said %s", out)
	}
	peer.Await(1, "Update")
	after := p.actor()
	if after.PublicKey.ID != p.url+"/ap/actor#key-2" || after.PublicKey.PublicKeyPem == before.PublicKey.PublicKeyPem {
		t.Errorf("the actor shows %+v", after)
	}
	if instance := p.page("/ap/instance"); !strings.Contains(instance, p.url+"/ap/instance#key-2") {
		t.Errorf("the server's own actor shows %s", instance)
	}
	p.publishNote("one")
	if d := peer.Await(1, "Create")[0]; !strings.Contains(d.Header.Get("Signature"), after.PublicKey.ID) {
		t.Errorf("the post was signed by %s", d.Header.Get("Signature"))
	}
	if _, stderr, err := p.try("rotate-key"); err == nil || !strings.Contains(stderr, "-again") {
		t.Errorf("a second rotation: %v %s", err, stderr)
	}
	p.stop()
	p.start()
	p.publishNote("two")
	peer.Await(2, "Create")
	if again := p.actor(); again.PublicKey != after.PublicKey {
		t.Errorf("after a restart the actor shows %+v", again)
	}
}

// emptyKey takes the key out of the database of a node that does not run.
func (p *program) emptyKey() {
	p.t.Helper()
	db := p.open()
	if _, _, err := db.RotateKey(p.t.Context(), "", storage.RotateOptions{}); err != nil {
		p.t.Fatal(err)
	}
}
