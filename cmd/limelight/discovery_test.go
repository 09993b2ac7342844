package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// linksAt decodes the links of a JRD by their relation.
func (p *program) linksAt(path string) map[string]string {
	p.t.Helper()
	var doc struct {
		Links []struct{ Rel, Href, Template string }
	}
	if err := json.Unmarshal([]byte(p.page(path)), &doc); err != nil {
		p.t.Fatalf("%s: %v", path, err)
	}
	links := map[string]string{}
	for _, l := range doc.Links {
		links[l.Rel] = l.Href + l.Template
	}
	return links
}

// TestHandleDomain is a node whose handle bears another domain than its own, as
// the servers that it is asked by walk through it.
func TestHandleDomain(t *testing.T) {
	p := startProgram(t, "LIMELIGHT_FEDERATION_HANDLE_DOMAIN=example.com")
	if !strings.Contains(p.out, "@blog@example.com\n") {
		t.Errorf("serve printed\n%s", p.out)
	}
	if !strings.Contains(p.page("/"), "@blog@example.com") {
		t.Error("the home page has another handle")
	}
	host := strings.TrimPrefix(p.url, "http://")
	for _, acct := range []string{"blog@example.com", "blog@" + host} {
		if self := p.linksAt("/.well-known/webfinger?resource=acct:" + acct)["self"]; self != p.url+"/ap/actor" {
			t.Errorf("%s leads to %q", acct, self)
		}
	}
	for _, path := range []string{"/.well-known/host-meta.json", "/.well-known/host-meta"} {
		if _, body := p.get(path, "Accept", "application/json"); !strings.Contains(body, p.url+"/.well-known/webfinger?resource={uri}") {
			t.Errorf("%s: %s", path, body)
		}
	}
	instance := p.linksAt("/.well-known/nodeinfo")["https://www.w3.org/ns/activitystreams#Application"]
	status, body := p.get(strings.TrimPrefix(instance, p.url))
	if status != http.StatusOK || !strings.Contains(body, `"id":"`+instance+`"`) {
		t.Errorf("the server's own actor at %q: %d %s", instance, status, body)
	}
	if self := p.linksAt("/.well-known/webfinger?resource=acct:localhost@" + host)["self"]; self != instance {
		t.Errorf("it is found at %q", self)
	}
}

// TestRename: the old handle keeps leading to the blog when its configuration
// names another.
func TestRename(t *testing.T) {
	p := startProgram(t)
	at := "/.well-known/webfinger?resource=acct:%s@" + strings.TrimPrefix(p.url, "http://")
	p.stop()
	p.env = append(p.env, "LIMELIGHT_BLOG_HANDLE=news")
	p.start()
	for _, name := range []string{"blog", "news"} {
		if self := p.linksAt(strings.Replace(at, "%s", name, 1))["self"]; self != p.url+"/ap/actor" {
			t.Errorf("%s leads to %q", name, self)
		}
	}
	if body := p.page(strings.Replace(at, "%s", "blog", 1)); !strings.Contains(body, `"subject":"acct:news@`) {
		t.Errorf("the old handle has the answer %s", body)
	}
	if status, _ := p.get(strings.Replace(at, "%s", "other", 1)); status != http.StatusNotFound {
		t.Errorf("any name leads to the blog: %d", status)
	}
}

// TestProfileSettings: what the configuration says of the author arrives where
// other servers look for it.
func TestProfileSettings(t *testing.T) {
	p := startProgram(t, "LIMELIGHT_BLOG_ME=https://social.example/@ann, https://example.com", "LIMELIGHT_BLOG_CREATOR=@ann@social.example",
		"LIMELIGHT_BLOG_DISCOVERABLE=false")
	home := p.page("/")
	for _, want := range []string{p.url + "/", "https://social.example/@ann", "https://example.com"} {
		if !strings.Contains(home, `<link rel="me" href="`+want+`">`) {
			t.Errorf("the front page does not vouch for %s", want)
		}
	}
	if !strings.Contains(p.page("/posts/rush-a-reflection"), `content="@ann@social.example"`) {
		t.Error("a post names another author")
	}
	if actor := p.page("/ap/actor"); !strings.Contains(actor, `"discoverable":false,"indexable":true`) {
		t.Error(actor)
	}
}

// TestProfileIsTold: a follower's server gets the new profile once after a start
// with another title, and nothing after a start that changes nothing.
func TestProfileIsTold(t *testing.T) {
	p, peer := startProgram(t), peertest.New(t)
	bob, to := peer.Join("bob", peertest.Mastodon), blog.Blog{BaseURL: p.url}
	if reply := bob.Send(to.InboxIRI(), bob.Act("Follow", to.ActorIRI())); reply.Status != http.StatusAccepted {
		t.Fatalf("the Follow was answered %d %s", reply.Status, reply.Body)
	}
	peer.Await(1, "Accept")
	var got []peertest.Delivery
	for i, title := range []string{"Another name", "Another name", "A third"} {
		p.stop()
		p.env = append(p.env, "LIMELIGHT_BLOG_TITLE="+title)
		p.start()
		// Deliveries about one object to one inbox go in order, so nothing of the
		// second start is on its way any more when the third title is there.
		got = peer.Await([]int{1, 1, 2}[i], "Update")
	}
	for i, name := range []string{"Another name", "A third"} {
		var actor struct{ ID, Name string }
		if err := json.Unmarshal(got[i].Activity.Object.JSON, &actor); err != nil || actor.ID != to.ActorIRI() {
			t.Errorf("%+v %v", actor, err)
		}
		if len(got) != 2 || actor.Name != name {
			t.Errorf("Update %d of %d names %q, not %q", i+1, len(got), actor.Name, name)
		}
	}
	if !strings.Contains(p.page("/"), "A third") {
		t.Error("the front page has the old title")
	}
}
