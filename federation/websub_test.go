package federation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// TestSubscriberIsSentTheFeed is the whole way of a subscriber, to its end.
func TestSubscriberIsSentTheFeed(t *testing.T) {
	w, s := newHubWorld(t), newSubscriber(t)
	w.work()
	w.store("old", "Old")
	w.subscribe(s, "hub.secret", "not told", "hub.lease_seconds", "86400", "hub.unknown", "x")
	w.waitSubscribed(1)
	q := s.questions()[0]
	if q.Get("id") != "1" || q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != w.blog.URL("/feed.xml") || q.Get("hub.lease_seconds") != "86400" || len(q.Get("hub.challenge")) < 16 {
		t.Errorf("asked %v", q)
	}
	if got := w.subscriptions()[0]; !got.Expires.Equal(w.clock.Now().Add(24*time.Hour)) || len(s.feeds()) != 0 {
		t.Errorf("subscribed: %+v, %d feeds", got, len(s.feeds()))
	}
	w.store("new", "New")
	w.wait("a feed", func() bool { return len(s.feeds()) == 1 })
	got := s.feeds()[0]
	mac := hmac.New(sha256.New, []byte("not told"))
	_, _ = io.WriteString(mac, got.body)
	links := strings.Join(got.header["Link"], ", ")
	if got.body != "/feed.xml new=New(0) old=Old(0)" && got.body != "/feed.xml old=Old(0) new=New(0)" || got.query != "id=1" ||
		got.header.Get("X-Hub-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) || got.header.Get("Content-Type") != "application/rss+xml; charset=utf-8" ||
		links != `<https://blog.example.com/websub>; rel="hub", <https://blog.example.com/feed.xml>; rel="self"` || got.header.Get("Signature") != "" {
		t.Errorf("sent %q\n%v", got.body, got.header)
	}
	if status, text := w.ask("192.0.2.1:1", "hub.mode", "unsubscribe", "hub.callback", s.URL+"/hook?id=1", "hub.topic", w.blog.URL("/feed.xml")); status != http.StatusAccepted {
		t.Fatal(status, text)
	}
	w.waitSubscribed(0)
	if q := s.questions()[1]; q.Get("hub.mode") != "unsubscribe" || q.Has("hub.lease_seconds") {
		t.Errorf("asked %v", q)
	}
}

// TestNobodyIsSentWhatTheyDidNotConfirm aims the hub at others in all the ways in
// which they do not agree.
func TestNobodyIsSentWhatTheyDidNotConfirm(t *testing.T) {
	for name, confirm := range map[string]func(w http.ResponseWriter, challenge string){
		"another word": func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, "welcome") },
		"nothing":      func(w http.ResponseWriter, _ string) {},
		"more":         func(w http.ResponseWriter, c string) { _, _ = io.WriteString(w, c+" and more") },
		"without end":  func(w http.ResponseWriter, c string) { _, _ = io.WriteString(w, c+strings.Repeat(" ", 1<<20)) },
		"404":          func(w http.ResponseWriter, c string) { w.WriteHeader(404); _, _ = io.WriteString(w, c) },
		"500":          func(w http.ResponseWriter, c string) { w.WriteHeader(500); _, _ = io.WriteString(w, c) },
		"a way elsewhere": func(w http.ResponseWriter, c string) {
			w.Header().Set("Location", "/hook?hub.challenge="+c)
			w.WriteHeader(http.StatusFound)
			_, _ = io.WriteString(w, c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, s := newHubWorld(t), newSubscriber(t)
			s.confirmBy(confirm)
			w.work()
			w.subscribe(s)
			w.wait("the question", func() bool { return len(s.questions()) > 0 })
			w.clock.Advance(time.Hour)
			w.store("hello", "Hello")
			settled := newSubscriber(t) // who came later is served, so the first is done with
			w.subscribe(settled)
			w.waitSubscribed(1)
			w.store("more", "More")
			w.wait("another's feed", func() bool { return len(settled.feeds()) > 0 })
			if len(s.questions()) != 1 || len(s.feeds()) != 0 || w.subscriptions()[0].Host != strings.TrimPrefix(settled.URL, "http://") {
				t.Errorf("asked %d times, %d feeds", len(s.questions()), len(s.feeds()))
			}
		})
	}
}

// TestRenewalsAndEndsNeedConsent has a stranger try to end or change what somebody
// subscribed to.
func TestRenewalsAndEndsNeedConsent(t *testing.T) {
	w, s := newHubWorld(t), newSubscriber(t)
	w.work()
	w.subscribe(s, "hub.secret", "good")
	w.waitSubscribed(1)
	before := w.subscriptions()
	s.confirmBy(func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusNotFound) })
	w.clock.Advance(time.Minute)
	w.subscribe(s, "hub.secret", "bad", "hub.lease_seconds", "3600")
	w.wait("the question", func() bool { return len(s.questions()) == 2 })
	w.wait("the end of it", func() bool {
		status, _ := w.ask("192.0.2.9:1", "hub.mode", "unsubscribe", "hub.callback", s.URL+"/hook?id=1", "hub.topic", w.blog.URL("/feed.xml"))
		return status == http.StatusAccepted
	})
	w.wait("the other question", func() bool { return len(s.questions()) == 3 })
	if got := w.subscriptions(); !slices.Equal(got, before) {
		t.Errorf("changed: %+v", got)
	}
	s.confirmBy(func(w http.ResponseWriter, c string) { _, _ = io.WriteString(w, c+"\n") })
	w.subscribe(s, "hub.secret", "better")
	w.wait("the renewal", func() bool { return w.subscriptions()[0].Secret == "better" })
	if got := w.subscriptions(); len(got) != 1 || got[0].ID != before[0].ID || !got[0].Expires.Equal(w.clock.Now().Add(defaultLease)) {
		t.Errorf("renewed: %+v", got)
	}
}

// TestCallbacksThatAreAway are asked again when they gave no answer, after a
// restart too.
func TestCallbacksThatAreAway(t *testing.T) {
	w, s := newHubWorld(t), newSubscriber(t)
	cut := func(w http.ResponseWriter, _ string) { panic(http.ErrAbortHandler) }
	s.confirmBy(cut)
	stop := w.work()
	w.subscribe(s)
	w.wait("the question", func() bool { return len(s.questions()) == 1 })
	stop()
	s.confirmBy(func(w http.ResponseWriter, c string) { _, _ = io.WriteString(w, c) })
	w.restart(w.blog.HubURL())
	w.work()
	w.clock.Advance(10 * time.Minute)
	w.waitSubscribed(1)

	s.answer(http.StatusServiceUnavailable)
	w.store("hello", "Hello")
	w.wait("a try", func() bool { return w.subscriptions()[0].Tries == 1 })
	got := w.subscriptions()[0]
	if wait := got.NextTry.Sub(w.clock.Now()); got.State != blog.Pending || wait < 48*time.Second || wait > 72*time.Second || !strings.Contains(got.Error, "the callback answered 503") {
		t.Errorf("put off: %+v", got)
	}
	w.clock.Advance(20 * time.Second)
	w.store("hello", "Hello again")
	s.answer(http.StatusOK)
	w.clock.Advance(time.Minute)
	w.wait("the feed", func() bool { return w.subscriptions()[0].State == blog.Sent })
	if feeds := s.feeds(); len(feeds) != 2 || feeds[1].body != "/feed.xml hello=Hello again(0)" {
		t.Errorf("sent %+v", feeds)
	}
	s.answer(http.StatusGone)
	w.clock.Advance(time.Minute)
	w.store("hello", "Hello for the last time")
	w.waitSubscribed(0)
}

// TestStormOfReplies has many replies reach a subscriber at a bounded rate.
func TestStormOfReplies(t *testing.T) {
	w, s := newHubWorld(t), newSubscriber(t)
	w.work()
	p := w.store("hello", "Hello")
	if status, text := w.ask("192.0.2.1:1", "hub.mode", "subscribe", "hub.callback", s.URL+"/", "hub.topic", w.blog.URL("/comments/feed.xml")); status != http.StatusAccepted {
		t.Fatal(status, text)
	}
	w.waitSubscribed(1)
	ann := blog.Actor{IRI: "https://a.test/ann", Inbox: "https://a.test/inbox"}
	reply := func() {
		t.Helper()
		w.follows++
		iri := ann.IRI + "/" + time.Duration(w.follows).String()
		if _, ok, err := w.db.AddComment(t.Context(), storage.Incoming{Actor: ann.IRI, ID: iri + "/create"}, blog.Comment{IRI: iri, PostID: p.ID, Author: ann, HTML: "x", Visibility: blog.Public}); err != nil || !ok {
			t.Fatal(ok, err)
		}
	}
	reply()
	w.wait("the first", func() bool { return len(s.feeds()) == 1 })
	for range 100 {
		reply()
	}
	w.clock.Advance(4 * time.Minute)
	reply()
	other := newSubscriber(t)
	w.subscribe(other)
	w.waitSubscribed(2)
	w.store("more", "More") // is told, so the workers have looked
	w.wait("another feed", func() bool { return len(other.feeds()) == 1 })
	if n := len(s.feeds()); n != 1 {
		t.Errorf("%d feeds within four minutes", n)
	}
	w.clock.Advance(2 * time.Minute)
	w.wait("the rest", func() bool { return len(s.feeds()) == 2 })
	if got := s.feeds()[1].body; !strings.Contains(got, "hello=Hello(102)") {
		t.Errorf("the last: %s", got)
	}
}

// TestHubElsewhere is pinged about each format, again when it fails.
func TestHubElsewhere(t *testing.T) {
	w := newHubWorld(t)
	pings, fail := make(chan string, 100), make(chan int, 1)
	fail <- http.StatusServiceUnavailable
	server := w.inbox(func(rw http.ResponseWriter, r *http.Request) {
		status := http.StatusNoContent
		select {
		case status = <-fail:
		default:
		}
		pings <- r.PostFormValue("hub.mode") + " " + r.PostFormValue("hub.url")
		rw.WriteHeader(status)
	})
	w.restart(server.URL + "/hub")
	w.work()
	w.store("hello", "Hello")
	count := map[string]int{}
	take := func(n int) {
		for range n {
			count[<-pings]++
		}
	}
	take(1) // and failed
	take(6) // the feeds of comments and of the post's
	w.clock.Advance(2 * time.Minute)
	take(3)
	want := map[string]int{}
	for _, below := range []string{"", "/comments", "/posts/hello/comments"} {
		for _, file := range blog.FeedFiles() {
			want["publish "+w.blog.URL(below+"/"+file)] = 1
		}
	}
	want["publish "+w.blog.URL("/feed.xml")]++
	if len(count) != len(want) || count["publish https://blog.example.com/feed.xml"] != 2 {
		t.Errorf("pinged %v, want %v", count, want)
	}
	if status, text := w.ask("192.0.2.1:1", "hub.mode", "subscribe"); status != http.StatusNotFound || !strings.Contains(text, "no hub of its own") {
		t.Error(status, text)
	}
}

// TestHubRefuses wants a reason that says what to mend.
func TestHubRefuses(t *testing.T) {
	w := newHubWorld(t)
	good := map[string]string{"hub.mode": "subscribe", "hub.callback": "http://127.0.0.1:9/hook", "hub.topic": w.blog.URL("/feed.xml")}
	for name, c := range map[string]struct {
		key, value, text string
	}{
		"no mode":             {"hub.mode", "", "hub.mode"},
		"another mode":        {"hub.mode", "denied", "hub.mode"},
		"a publisher":         {"hub.mode", "publish", "by itself"},
		"no callback":         {"hub.callback", "", "hub.callback is missing"},
		"a relative callback": {"hub.callback", "/hook", "hub.callback"},
		"another scheme":      {"hub.callback", "ftp://a.test/", "hub.callback"},
		"a password":          {"hub.callback", "https://a:b@a.test/", "hub.callback"},
		"ourselves":           {"hub.callback", "https://blog.example.com/ap/inbox", "ourselves"},
		"ourselves in caps":   {"hub.callback", "https://BLOG.example.com.:443/x", "ourselves"},
		"an odd address":      {"hub.callback", "https://0x7f.1/", "hub.callback"},
		"long":                {"hub.callback", "https://a.test/" + strings.Repeat("a", 3000), "hub.callback"},
		"no topic":            {"hub.topic", "", "hub.topic"},
		"another's topic":     {"hub.topic", "https://a.test/feed.xml", "hub.topic"},
		"no feed":             {"hub.topic", w.blog.URL("/about"), "is no feed"},
		"an older page":       {"hub.topic", w.blog.URL("/feed.xml?before=1"), "is no feed"},
		"a host like ours":    {"hub.topic", "https://blog.example.com.a.test/feed.xml", "hub.topic"},
		"a word for a number": {"hub.lease_seconds", "long", "hub.lease_seconds"},
		"a lease below zero":  {"hub.lease_seconds", "-1", "hub.lease_seconds"},
		"a long secret":       {"hub.secret", strings.Repeat("s", 200), "hub.secret"},
	} {
		var pairs []string
		for k, v := range good {
			if k != c.key {
				pairs = append(pairs, k, v)
			}
		}
		if status, text := w.ask("192.0.2.1:1", append(pairs, c.key, c.value)...); status != http.StatusBadRequest || !strings.Contains(text, c.text) {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	twice := []string{"hub.mode", "subscribe", "hub.callback", "http://127.0.0.1:9/a", "hub.callback", "http://127.0.0.1:9/b", "hub.topic", w.blog.URL("/feed.xml")}
	if status, text := w.ask("192.0.2.1:1", twice...); status != http.StatusBadRequest || !strings.Contains(text, "more than once") {
		t.Error(status, text)
	}
	if status, _ := w.ask("192.0.2.1:1", "hub.mode", "unsubscribe", "hub.callback", "http://127.0.0.1:9/a", "hub.topic", w.blog.URL("/feed.xml")); status != http.StatusNotFound {
		t.Errorf("an end without a beginning: %d", status)
	}
	if status, _ := w.ask("192.0.2.1:1", "x", strings.Repeat("x", maxHubForm)); status != http.StatusBadRequest {
		t.Errorf("a long form: %d", status)
	}
	if err := w.db.AddBlock(t.Context(), "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.ask("192.0.2.1:1", "hub.mode", "subscribe", "hub.callback", good["hub.callback"], "hub.topic", good["hub.topic"]); status != http.StatusForbidden {
		t.Errorf("a blocked host: %d", status)
	}
}

// TestHubIsNotAimed bounds what one visitor, and what all, can have asked of a
// third party.
func TestHubIsNotAimed(t *testing.T) {
	w := newHubWorld(t)
	ask := func(from, callback string) int {
		status, _ := w.ask(from, "hub.mode", "subscribe", "hub.callback", callback, "hub.topic", w.blog.URL("/feed.xml"))
		return status
	}
	taken := 0
	for i := range 2 * asksPerHour {
		if ask("192.0.2.1:1", fmt.Sprintf("http://127.0.0.%d/%d", i%9+2, i)) == http.StatusAccepted {
			taken++
		}
	}
	if taken == 0 || taken > asksPerHour {
		t.Errorf("one visitor had %d taken", taken)
	}
	taken = 0
	for i := range 2 * askedPerHour {
		if ask(fmt.Sprintf("[2001:db8:0:%x::1]:1", i), "http://127.0.0.77/hook") == http.StatusAccepted {
			taken++
		}
	}
	if taken != askedPerHour {
		t.Errorf("many visitors had %d taken about one host", taken)
	}
}

// TestPrivateCallbacks holds that a name which leads to a private address is not
// spoken to, however it got into the database.
func TestPrivateCallbacks(t *testing.T) {
	w, s := newHubWorld(t), newSubscriber(t)
	w.node.client = testClient(t, ClientOptions{Key: w.node.standing.Load().key, UserAgent: "limelight/test"}, defaultBounds())
	for _, callback := range []string{s.URL, "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/hook", "https://localhost/", "https://169.254.169.254/latest"} {
		ask := blog.SubscriptionRequest{Mode: blog.Subscribe, Callback: callback, Topic: "/feed.xml", Lease: time.Hour}
		if err := w.hub.confirm(t.Context(), ask); err == nil || len(s.questions()) > 0 {
			t.Errorf("%s: %v", callback, err)
		}
		if _, _, err := (pushes{w.hub}).send(t.Context(), claimed{Delivery: blog.Delivery{Inbox: callback}, push: &push{topic: "/feed.xml",
			feed: func() (content, error) { return w.hub.content(t.Context(), "/feed.xml") }}}); err == nil || len(s.feeds()) > 0 {
			t.Errorf("a feed to %s: %v", callback, err)
		}
	}
	if status, text := w.ask("192.0.2.1:1", "hub.mode", "subscribe", "hub.callback", s.URL, "hub.topic", w.blog.URL("/feed.xml")); status != http.StatusBadRequest || !strings.Contains(text, "https") {
		t.Error(status, text)
	}
}

func TestLeases(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": defaultLease, "0": defaultLease, "1": minLease, "86400": 24 * time.Hour, "99999999": maxLease, "99999999999999999999999": maxLease,
	} {
		if got, err := leaseOf(text); err != nil || got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
}
