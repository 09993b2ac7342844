package notify

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"limelight/blog"
	"limelight/federation"
)

// posted is a request as the other side got it.
type posted struct {
	header http.Header
	body   []byte
}

// receiver takes what is posted, and answers by the status.
func receiver(t *testing.T, status int) (*httptest.Server, chan posted) {
	t.Helper()
	got := make(chan posted, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- posted{r.Header, body}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s, got
}

func client(t *testing.T, private ...netip.Prefix) *federation.Client {
	c := federation.NewClient(federation.ClientOptions{UserAgent: "limelight/test", AllowPrivate: private})
	t.Cleanup(c.Close)
	return c
}

var loopback = netip.MustParsePrefix("127.0.0.0/8")

func sample() Message {
	about := blog.Comment{ID: 7, PostSlug: "hello", Text: "Hi", State: blog.Shown, Visibility: blog.Public, Author: blog.Actor{Handle: "bob@social.example", Name: "Bob"}}
	private := about
	private.ID, private.Visibility, private.Text = 8, blog.Direct, "a secret"
	return Message{ID: "abc", At: noon, Title: "Ä: 2 new replies", Text: "Two\n", Link: "https://blog.example.com/", Batch: blog.NotificationBatch{
		Counts: map[blog.NotificationKind]int{blog.ReplyNotification: 2},
		Events: []blog.Notification{{Kind: blog.ReplyNotification, At: noon, Comment: &about}, {Kind: blog.ReplyNotification, At: noon, Comment: &private}}}}
}

func TestWebhook(t *testing.T) {
	b := &blog.Blog{BaseURL: "https://blog.example.com"}
	for secret, key := range map[string]string{"plain words": "plain words", "whsec_" + base64.StdEncoding.EncodeToString([]byte("bytes")): "bytes"} {
		s, got := receiver(t, http.StatusNoContent)
		if err := Webhook(Hook{client(t, loopback), s.URL + "/hook", secret, b}).Send(t.Context(), sample()); err != nil {
			t.Fatal(err)
		}
		p := <-got
		if p.header.Get("Webhook-Id") != "abc" || p.header.Get("Webhook-Signature") != "v1,"+sign([]byte(key), "abc", p.header.Get("Webhook-Timestamp"), p.body) {
			t.Errorf("headers %v", p.header)
		}
		var data payload
		if err := json.Unmarshal(p.body, &data); err != nil {
			t.Fatal(err)
		}
		e := data.Data.Events
		if data.Type != "notifications" || len(e) != 2 || e[0].Text != "Hi" || e[0].URL != "https://blog.example.com/posts/hello#comment-7" || e[0].Author != "bob@social.example" ||
			e[1].ID != 8 || strings.Contains(string(p.body), "a secret") {
			t.Errorf("posted %s", p.body)
		}
	}
}

// TestSignature is the example of the Standard Webhooks specification.
func TestSignature(t *testing.T) {
	key, err := hookKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if got != "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

func TestWebhookFails(t *testing.T) {
	for status, says := range map[int]string{http.StatusInternalServerError: "answered 500", http.StatusFound: "answered 302"} {
		s, got := receiver(t, status)
		err := Webhook(Hook{Client: client(t, loopback), Address: s.URL, Blog: &blog.Blog{}}).Send(t.Context(), sample())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%d: %v", status, err)
		}
		if p := <-got; p.header.Get("Webhook-Signature") != "" || len(got) > 0 {
			t.Error("signed without a secret, or redirected")
		}
	}
}

// TestPrivateAddresses are not posted to unless their network is named.
func TestPrivateAddresses(t *testing.T) {
	s, got := receiver(t, http.StatusOK)
	for _, c := range []Channel{
		Webhook(Hook{Client: client(t), Address: s.URL, Blog: &blog.Blog{}}),
		Ntfy(Topic{Client: client(t), Address: s.URL}),
		Webhook(Hook{Client: client(t), Address: strings.Replace(s.URL, "http", "https", 1), Blog: &blog.Blog{}}),
	} {
		if err := c.Send(t.Context(), sample()); err == nil {
			t.Errorf("%s was sent", c.Name)
		}
	}
	if len(got) > 0 {
		t.Error("something arrived")
	}
}

func TestNtfy(t *testing.T) {
	s, got := receiver(t, http.StatusOK)
	m := sample()
	m.Title += "\r\nX-Evil: 1"
	m.Text = strings.Repeat("ä long line\n", 1000) + "\x1b"
	if err := Ntfy(Topic{client(t, loopback), s.URL + "/topic", "tk_secret"}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	p := <-got
	title, err := new(mime.WordDecoder).DecodeHeader(p.header.Get("Title"))
	if err != nil || title != "Ä: 2 new replies  X-Evil: 1" || p.header.Get("X-Evil") != "" || p.header.Get("Authorization") != "Bearer tk_secret" || p.header.Get("Click") != m.Link {
		t.Errorf("%q %v %v", title, err, p.header)
	}
	if len(p.body) > maxNtfy || !utf8.Valid(p.body) || !strings.HasSuffix(string(p.body), "line\n…\n") {
		t.Errorf("%d bytes: %q", len(p.body), p.body[len(p.body)-40:])
	}
}
