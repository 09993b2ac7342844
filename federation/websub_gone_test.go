package federation

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// TestSubscribersOfAFeedThatIsGone are told so, who subscribe to it and who were about
// to (WebSub section 5.2), and nothing is sent to them afterwards.
func TestSubscribersOfAFeedThatIsGone(t *testing.T) {
	w := newHubWorld(t)
	w.store("hello", "Hello")
	topic := w.blog.URL(talkFeed("hello"))
	subscribe := func(s *subscriber) {
		t.Helper()
		if status, text := w.ask("192.0.2.1:1", "hub.mode", "subscribe", "hub.callback", s.URL+"/hook?id=1", "hub.topic", topic); status != http.StatusAccepted {
			t.Fatal(status, text)
		}
	}
	there, late := newSubscriber(t), newSubscriber(t)
	stop := w.work()
	subscribe(there)
	w.waitSubscribed(1)
	there.confirmBy(func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusTeapot) }) // no answer ends anything
	stop()
	subscribe(late)
	if _, _, err := w.db.Unpublish(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	w.work()
	for name, s := range map[string]*subscriber{"subscribed": there, "about to": late} {
		w.wait(name, func() bool { q := s.questions(); return len(q) > 0 && q[len(q)-1].Get("hub.mode") == "denied" })
		q := s.questions()[len(s.questions())-1]
		if q.Get("hub.topic") != topic || q.Get("id") != "1" || q.Has("hub.challenge") || q.Get("hub.reason") == "" {
			t.Errorf("%s: told %v", name, q)
		}
	}
	w.waitSubscribed(0)
	w.clock.Advance(time.Hour)
	there.confirmBy(func(w http.ResponseWriter, challenge string) { _, _ = io.WriteString(w, challenge) })
	w.subscribe(there) // to another feed
	w.waitSubscribed(1)
	if asked := len(there.questions()); asked != 3 {
		t.Errorf("asked %d times: %v", asked, there.questions())
	}
	if len(late.questions()) != 1 || len(there.feeds())+len(late.feeds()) != 0 {
		t.Errorf("%d questions, %d and %d feeds", len(late.questions()), len(there.feeds()), len(late.feeds()))
	}
}
