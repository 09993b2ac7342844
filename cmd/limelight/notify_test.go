package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/notify/mailtest"
	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// told is a server on this machine that is told things, by the path.
func told(t *testing.T) (url string, got map[string]chan string) {
	t.Helper()
	got = map[string]chan string{"/hook": make(chan string, 10), "/topic": make(chan string, 10)}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if c := got[r.URL.Path]; c != nil {
			c <- r.Header.Get("Authorization") + r.Header.Get("webhook-signature") + "\n" + string(body)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

// TestNotify: what happens at a running node arrives by every way, once, also when
// the node was stopped in between.
func TestNotify(t *testing.T) {
	server, got := told(t)
	p, peer := newProgram(t, "LIMELIGHT_NOTIFY_WEBHOOK="+server+"/hook", "LIMELIGHT_NOTIFY_WEBHOOK_SECRET=sesame", "LIMELIGHT_NOTIFY_NTFY="+server+"/topic",
		"LIMELIGHT_NOTIFY_NTFY_TOKEN=file:token", "LIMELIGHT_NOTIFY_ALLOW_PRIVATE_NETWORKS=127.0.0.0/8"), peertest.New(t)
	p.write("token", "tk_open\n")
	p.start()
	to, bob := blog.Blog{BaseURL: p.url}, peer.Join("bob", peertest.Mastodon)
	page := p.url + "/posts/rush-a-reflection"
	say := func(text string) {
		t.Helper()
		if reply := bob.Send(to.InboxIRI(), bob.Act("Create", bob.Note(page, text))); reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
	}
	p.run("rules", "add", "casino")
	say("<p>Hello there</p>")
	say("<p>casino</p>")
	p.stop()
	p.start()
	if text := <-got["/topic"]; !strings.HasPrefix(text, "Bearer tk_open\n1 new reply, 1 comment that waits for you\n") || !strings.Contains(text, "limelight comments approve 2") {
		t.Errorf("ntfy got %s", text)
	}
	head, body, _ := strings.Cut(<-got["/hook"], "\n")
	var posted struct {
		Data struct {
			Events []struct {
				Kind, Text, URL string
				ID              int64
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &posted); err != nil || !strings.HasPrefix(head, "v1,") {
		t.Fatal(err, head, body)
	}
	if e := posted.Data.Events; len(e) != 2 || e[0].Text != "Hello there" || e[0].URL != page+"#comment-1" || e[1].Kind != "held" || e[1].ID != 2 {
		t.Errorf("the webhook got %s", body)
	}
	await(t, "both to be settled", func() bool {
		s := rows[notifierRow](p, "notify")
		return len(s) == 2 && s[0].Waiting == 0 && s[1].Waiting == 0 && !s[0].Sent.IsZero() && !s[1].Sent.IsZero()
	})
	if len(got["/hook"])+len(got["/topic"]) > 0 {
		t.Error("something was told twice")
	}
}

// TestNotifyTest says by which way it went, and fails when one did not.
func TestNotifyTest(t *testing.T) {
	server, got := told(t)
	p := startProgram(t)
	if _, stderr, err := p.try("notify", "-test"); err == nil || !strings.Contains(stderr, "names no way") {
		t.Errorf("without any: %v %s", err, stderr)
	}
	p.env = append(p.env, "LIMELIGHT_NOTIFY_WEBHOOK="+server+"/hook", "LIMELIGHT_NOTIFY_NTFY="+server+"/nowhere", "LIMELIGHT_NOTIFY_MAIL_TO=ann@example.com",
		"LIMELIGHT_NOTIFY_SMTP=127.0.0.1:1")
	out, stderr, err := p.try("notify", "-test")
	if err == nil || strings.Contains(out, "sent") || !strings.Contains(stderr, "webhook: the webhook: ") || !strings.Contains(stderr, "this address is refused") {
		t.Errorf("to a private address: %v %s%s", err, out, stderr)
	}
	p.env = append(p.env, "LIMELIGHT_NOTIFY_ALLOW_PRIVATE_NETWORKS=127.0.0.0/8")
	out, stderr, err = p.try("notify", "-test")
	if err == nil || !strings.Contains(out, "webhook: sent") || !strings.Contains(stderr, "ntfy: the ntfy server answered 404") ||
		!strings.Contains(stderr, "mail: reach the mail server: ") || !strings.Contains(stderr, "the test did not go by mail, ntfy") {
		t.Errorf("%v %s%s", err, out, stderr)
	}
	if text := <-got["/hook"]; !strings.Contains(text, "It works: "+p.url) {
		t.Errorf("the webhook got %s", text)
	}
}

func TestNotifySettings(t *testing.T) {
	for name, c := range map[string]struct{ toml, says string }{
		"a kind":     {`about = ["replies"]`, "reply, held, report, failing"},
		"a time":     {`at = "8 o'clock"`, "08:00"},
		"an address": {`mail_to = ["ann"]`, "ann@example.com"},
		"a header":   {"mail_from = \"a@b.test\\r\\nBcc: c@d.test\"", "mail address"},
		"a server":   {`smtp = "smtp.example.com"`, "smtp.example.com:587"},
		"a scheme":   {`webhook = "ftp://example.com"`, "https://example.com/hook"},
		"a password": {`ntfy = "https://ann:secret@ntfy.example.com/x"`, "without user"},
		"a rhythm":   {`when = "weekly"`, "at_once, hourly, daily"},
	} {
		e := &env{getenv: func(string) string { return "" }}
		if _, err := readConfig(e, "limelight.toml", "[notify]\n"+c.toml+"\n"); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for toml, says := range map[string]string{`metrics = "9464"`: "127.0.0.1:9464", `max_queue_age = "soon"`: "15m"} {
		e := &env{getenv: func(string) string { return "" }}
		if _, err := readConfig(e, "limelight.toml", "[server]\n"+toml+"\n"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", toml, err)
		}
	}
}

// TestNotifyByMail: a storm of replies at a running node is one mail, sent by
// STARTTLS.
func TestNotifyByMail(t *testing.T) {
	s := mailtest.New(t)
	p, peer := newProgram(t, "LIMELIGHT_NOTIFY_MAIL_TO=ann@example.com", "LIMELIGHT_NOTIFY_MAIL_FROM=blog@example.com", "LIMELIGHT_NOTIFY_SMTP="+s.Address,
		"LIMELIGHT_NOTIFY_SMTP_USER=ann", "LIMELIGHT_NOTIFY_SMTP_PASSWORD=open sesame", "LIMELIGHT_COMMENTS_ACTOR_PER_HOUR=0", "SSL_CERT_FILE=mail.pem"), peertest.New(t)
	p.write("mail.pem", string(s.PEM))
	p.start()
	to, bob := blog.Blog{BaseURL: p.url}, peer.Join("bob", peertest.Mastodon)
	for range 30 {
		if reply := bob.Send(to.InboxIRI(), bob.Act("Create", bob.Note(p.url+"/posts/rush-a-reflection", "<p>Grüße</p>"))); reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
	}
	await(t, "the mail", func() bool { return len(s.Mails()) > 0 })
	m := s.Mails()[0]
	if !m.TLS || m.Auth != "PLAIN ann open sesame" || !strings.Contains(m.Letter, "Subject: [Limelight] 30 new replies\r\n") ||
		strings.Count(m.Letter, "Gr=C3=BC=C3=9Fe") != 20 || !strings.Contains(m.Letter, "And 10 new replies more: limelight comments") {
		t.Errorf("%+v", m)
	}
	await(t, "it to be settled", func() bool { return rows[notifierRow](p, "notify")[0].Waiting == 0 })
	if n := len(s.Mails()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// TestNotifyWhenFull: what a channel that fails piles up is told of in the log, and
// the other way goes on.
func TestNotifyWhenFull(t *testing.T) {
	server, got := told(t)
	p, peer := newProgram(t, "LIMELIGHT_NOTIFY_WEBHOOK="+server+"/nowhere", "LIMELIGHT_NOTIFY_NTFY="+server+"/topic", "LIMELIGHT_NOTIFY_ALLOW_PRIVATE_NETWORKS=127.0.0.0/8"), peertest.New(t)
	storagetest.PileNotifications(t, p.data, "webhook", 10_000)
	p.start()
	to, bob := blog.Blog{BaseURL: p.url}, peer.Join("bob", peertest.Mastodon)
	if reply := bob.Send(to.InboxIRI(), bob.Act("Create", bob.Note(p.url+"/posts/rush-a-reflection", "<p>Hello</p>"))); reply.Status != http.StatusAccepted {
		t.Fatalf("answered %d %s", reply.Status, reply.Body)
	}
	await(t, "a line in the log", func() bool { return strings.Contains(p.logs.String(), "too much waits to be told to the author") })
	if text := <-got["/topic"]; !strings.HasPrefix(text, "\n1 new reply\n") {
		t.Errorf("ntfy got %s", text)
	}
}
