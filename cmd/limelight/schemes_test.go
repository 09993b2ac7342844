package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestPeersOfEachScheme has the program be followed, deliver and be answered by
// peers that take the draft's signatures, RFC 9421's or both, in the shapes of
// a server that shows everything and of one that shows nothing to the unsigned.
func TestPeersOfEachScheme(t *testing.T) {
	p := startProgram(t)
	to := blog.Blog{BaseURL: p.url}
	p.write("news.md", "---\ntitle: News\n---\nSomething happened.\n")
	p.run("publish", "news.md")
	for scheme, twists := range map[peertest.Tongue][]peertest.Twist{
		peertest.Both: nil, peertest.DraftOnly: nil, peertest.RFC9421Only: {peertest.RFC9421},
	} {
		for _, shape := range []peertest.Shape{peertest.Mastodon, peertest.GoToSocial} {
			t.Run(fmt.Sprintf("%d %s", scheme, shape), func(t *testing.T) {
				peer := peertest.New(t)
				peer.Speak(scheme)
				bob := peer.Join("bob", shape)
				send := func(activity any) {
					t.Helper()
					if reply := bob.Send(to.InboxIRI(), activity, twists...); reply.Status != http.StatusAccepted {
						t.Fatalf("answered %d %s", reply.Status, reply.Body)
					}
				}
				follow := bob.Act("Follow", to.ActorIRI())
				send(follow)
				if accepted := peer.Await(1, "Accept")[0].Activity.Object; accepted.ID != follow.ID {
					t.Errorf("accepted is %q", accepted.ID)
				}
				p.write("news.md", "---\ntitle: News\n---\nSomething happened, as "+peer.Host+" knows.\n")
				p.run("publish", "news.md")
				peer.Await(1, "Update")
				said := "Said by way of " + peer.Host
				send(bob.Act("Create", bob.Note(p.url+"/posts/news", "<p>"+said+"</p>")))
				await(t, "the reply on the page", func() bool { return strings.Contains(p.page("/posts/news"), said) })
			})
		}
	}
}
