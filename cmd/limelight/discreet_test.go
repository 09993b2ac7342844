package main

import (
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestLogNamesNobody runs a node through a talk in which as much as possible goes
// wrong, and looks in its log for those who took part.
func TestLogNamesNobody(t *testing.T) {
	for _, level := range []string{"info", "debug"} {
		t.Run(level, func(t *testing.T) {
			p, peer := startProgram(t, "LIMELIGHT_LOG_LEVEL="+level, "LIMELIGHT_SERVER_TRUSTED_PROXIES=127.0.0.0/8,::1/128"), peertest.New(t)
			talk(t, p, peer)
			await(t, "the talk in the log", func() bool {
				return strings.Count(p.logs.String(), "msg=request") > 10 && strings.Contains(p.logs.String(), "activity refused")
			})
			p.stop()
			named := 0
			for line := range strings.Lines(p.logs.String()) {
				for _, private := range []string{"203.0.113.9", "2001:db8::9", "Reader/1", "referrer.test", "a-question",
					"quinn", "/users/", "/notes/", "blocked-person"} {
					switch {
					case !strings.Contains(line, private):
					case strings.Contains(line, "level=DEBUG"):
						named++
					default:
						t.Errorf("%s is named: %s", private, line)
					}
				}
			}
			if (named > 0) != (level == "debug") {
				t.Errorf("%d times somebody is named at level %s", named, level)
			}
		})
	}
}

// talk is a follow, replies, edits and refusals, a post that mentions people, and
// pages that are asked for with everything a browser tells.
func talk(t *testing.T, p *program, peer *peertest.Peer) {
	t.Helper()
	to, quinn := blog.Blog{BaseURL: p.url}, peer.Join("quinn", peertest.Mastodon)
	gone := peer.Join("blocked-person", peertest.Mastodon)
	page := p.url + "/posts/rush-a-reflection"
	send := func(who *peertest.Account, activity any, twists ...peertest.Twist) {
		who.Send(to.InboxIRI(), activity, twists...)
	}
	send(quinn, quinn.Act("Follow", to.ActorIRI()))
	note := quinn.Note(page, `<p>Hello <a href="https://a.test/@quinn">@quinn</a></p>`)
	send(quinn, quinn.Act("Create", note))
	send(quinn, quinn.Act("Delete", to.ActorIRI()))              // not quinn's to delete
	send(quinn, quinn.Act("Follow", quinn.IRI))                  // nobody here
	send(quinn, quinn.Act("Create", quinn.IRI+"/notes/nowhere")) // cannot be fetched
	send(quinn, quinn.Act("Move", quinn.IRI))                    // leads nowhere
	send(quinn, quinn.Act("Flag", to.ActorIRI()))
	p.run("block", gone.IRI)
	send(gone, gone.Act("Like", page))
	peer.AnswerAll(peertest.Answer{Status: http.StatusForbidden})
	host, _ := strings.CutPrefix(peer.URL, "http://")
	p.write("post.md", "---\ntitle: Post\n---\nTo @quinn@"+host+", @nobody@"+host+" and @quinn@127.0.0.1.\n")
	p.run("publish", "post.md")
	await(t, "a delivery that failed", func() bool { return strings.Contains(p.logs.String(), `msg="delivery failed"`) })
	for _, from := range []string{"203.0.113.9", "2001:db8::9"} {
		for _, path := range []string{"/posts/rush-a-reflection", "/search?q=a-question", "/feed.xml", "/nowhere?a-question", "/interact?post=x"} {
			p.get(path, "X-Forwarded-For", from, "User-Agent", "Reader/1 (quinn@"+host+")", "Referer", "https://referrer.test/quinn")
		}
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(strings.Replace(p.url, "localhost", "127.0.0.1", 1), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Write([]byte("GET /quinn HTTP/9.9\r\n\r\n"))
	conn.Close()
	if !regexp.MustCompile(`level=(INFO|DEBUG) msg=request`).MatchString(p.logs.String()) {
		await(t, "a line about a request", func() bool { return strings.Contains(p.logs.String(), "msg=request") })
	}
}
