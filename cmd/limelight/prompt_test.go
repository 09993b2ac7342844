package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// change is a command, what is done before it, and how the site looks after it.
type change struct {
	command string
	file    string // what toggled.md says first; empty leaves it
	path    string
	status  int
	text    string // what the page says
	without string // what it does not; empty demands nothing
}

// TestChangesShowWithinASecond walks to and fro between two states of the site
// and looks how long it takes to show each. A machine may hiccup: of three
// walks the fastest counts.
func TestChangesShowWithinASecond(t *testing.T) {
	p := startProgram(t)
	bob := peertest.New(t).Join("bob", peertest.Mastodon)
	to := blog.Blog{BaseURL: p.url}
	reply := bob.Send(to.InboxIRI(), bob.Act("Create", bob.Note(p.url+"/posts/rush-a-reflection", "<p>I was there.</p>")))
	if reply.Status != http.StatusAccepted {
		t.Fatalf("the reply was answered %d %s", reply.Status, reply.Body)
	}
	p.write("toggled.md", "First.\n")
	p.run("publish", "toggled.md")
	for _, walk := range []struct {
		name     string
		to, back change
	}{
		{"an edit", change{"publish toggled.md", "Second.\n", "/posts/toggled", 200, "Second.", "First."},
			change{"publish toggled.md", "First.\n", "/feed.xml", 200, "First.", "Second."}},
		{"a post", change{"unpublish toggled", "", "/posts/toggled", 410, "", "First."},
			change{"publish toggled.md", "", "/", 200, "/posts/toggled", ""}},
		{"a comment", change{"comments hide 1", "", "/posts/rush-a-reflection", 200, "", "I was there."},
			change{"comments approve 1", "", "/posts/rush-a-reflection", 200, "I was there.", ""}},
	} {
		t.Run(walk.name, func(t *testing.T) {
			fastest := patience
			for range 3 {
				if fastest >= time.Second {
					fastest = min(fastest, max(p.showing(t, walk.to), p.showing(t, walk.back)))
				}
			}
			if fastest >= time.Second {
				t.Errorf("it took %v to show", fastest)
			}
		})
	}
}

// showing makes the change and measures how long after it the site shows it.
// The page is in the site's cache by then, as it was looked at before.
func (p *program) showing(t *testing.T, c change) time.Duration {
	t.Helper()
	if c.file != "" {
		p.write("toggled.md", c.file)
	}
	p.get(c.path)
	p.run(strings.Fields(c.command)...)
	start := time.Now()
	await(t, c.command+" to show", func() bool {
		status, page := p.get(c.path)
		return status == c.status && strings.Contains(page, c.text) && (c.without == "" || !strings.Contains(page, c.without))
	})
	return time.Since(start)
}
