package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/notify/mailtest"
	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// TestNodesTellOnce: whatever node a reply comes in at, it is told once by each
// way; a node that is killed is replaced, and one with other ways, or none, keeps
// and tells its own and takes nothing from the rest.
func TestNodesTellOnce(t *testing.T) {
	hooks, got := told(t)
	mails, peer := mailtest.New(t), peertest.New(t)
	c := newCluster(t, storagetest.Postgres(t))
	webhook := []string{"LIMELIGHT_NOTIFY_WEBHOOK=" + hooks + "/hook", "LIMELIGHT_NOTIFY_ALLOW_PRIVATE_NETWORKS=127.0.0.0/8"}
	mail := []string{"LIMELIGHT_NOTIFY_MAIL_TO=ann@example.com", "LIMELIGHT_NOTIFY_SMTP=" + mails.Address, "LIMELIGHT_NOTIFY_SMTP_USER=ann",
		"LIMELIGHT_NOTIFY_SMTP_PASSWORD=open sesame", "SSL_CERT_FILE=mail.pem"}
	node := func(env ...string) *program {
		p := c.prepare(append(env, "LIMELIGHT_COMMENTS_ACTOR_PER_HOUR=0")...)
		p.write("mail.pem", string(mails.PEM))
		return c.join(p)
	}
	both := append(append([]string{}, webhook...), mail...)
	first, second := node(both...), node(both...)
	to, bob := blog.Blog{BaseURL: c.lb.URL}, peer.Join("bob", peertest.Mastodon)
	said := 0
	say := func(n int) {
		t.Helper()
		for range n {
			said++
			note := bob.Note(c.lb.URL+"/posts/rush-a-reflection", fmt.Sprintf("<p>reply number %d.</p>", said))
			if reply := bob.Send(to.InboxIRI(), bob.Act("Create", note)); reply.Status != http.StatusAccepted {
				t.Fatalf("answered %d %s", reply.Status, reply.Body)
			}
		}
	}
	hooked := ""
	once := func(what string) {
		t.Helper()
		await(t, what+": nothing waits", func() bool {
			storagetest.AgeMessages(t, second.data)
			for _, r := range rows[notifierRow](second, "notify") {
				if r.Waiting > 0 {
					return false
				}
			}
			return true
		})
		for len(got["/hook"]) > 0 {
			hooked += <-got["/hook"]
		}
		mailed := ""
		for _, m := range mails.Mails() {
			mailed += m.Letter
		}
		for i := 1; i <= said; i++ {
			text := fmt.Sprintf("reply number %d.", i)
			if hook, mail := strings.Count(hooked, `"text":"`+text+`"`), strings.Count(mailed, text); hook != 1 || mail != 1 {
				t.Errorf("%s: %q was told %d times by the webhook and %d by mail", what, text, hook, mail)
			}
		}
	}
	say(4)
	once("two nodes")

	first.kill()
	c.nodes = c.nodes[1:]
	say(3)
	once("one was killed")

	// A node that names one way only, and tells by none of the others'.
	node(webhook...)
	node()
	c.nodes = c.nodes[:1] // what they would note is another matter
	say(3)
	once("others joined")
}
