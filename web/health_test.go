package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestReady: what is wrong is said in a few words, and what is wrong with another
// server is nothing of ours.
func TestReady(t *testing.T) {
	var passed []string
	w := newWorld(t, func(o *Options) {
		o.Ready = ReadyOptions{MaxQueueAge: 15 * time.Minute, Passed: func() []string { return passed }}
	})
	ask := func() string {
		t.Helper()
		w.clock.Advance(readyKept)
		recorder := httptest.NewRecorder()
		w.site.Ready(recorder, httptest.NewRequest("GET", "/readyz", nil))
		return strings.TrimSpace(fmt.Sprint(recorder.Code, " ", recorder.Body))
	}
	want := func(what, answer string) {
		t.Helper()
		if got := ask(); got != answer {
			t.Errorf("%s: %s", what, got)
		}
	}
	want("at first", "200 ready")
	ann := blog.Actor{IRI: "https://a.test/ann", Inbox: "https://a.test/ann/inbox"}
	if _, err := w.db.Follow(t.Context(), storage.Incoming{Actor: ann.IRI, ID: "1"}, blog.Follower{Actor: ann, FollowID: "1"}); err != nil {
		t.Fatal(err)
	}
	want("with something to deliver", "200 ready")
	w.clock.Advance(16 * time.Minute)
	want("when nobody delivers", "503 deliveries are overdue")
	passed = []string{"a.test"}
	want("when the other server is down", "200 ready")
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	if w.site.Ready(recorder, httptest.NewRequest("GET", "/readyz", nil)); recorder.Code != http.StatusOK {
		t.Errorf("asked again within a second it looked anew: %d %s", recorder.Code, recorder.Body)
	}
	want("without a database", "503 the database does not answer")
}

// TestReadyOnAFullDisk: reading goes on, but the node is not ready for what wants
// to write.
func TestReadyOnAFullDisk(t *testing.T) {
	if storagetest.OnPostgres() {
		t.Skip("its disk is its own affair")
	}
	var full atomic.Bool
	w := newWorld(t, func(o *Options) {
		o.DB = storagetest.New(t, func(s *storage.Options) { s.Full = full.Load })
	})
	full.Store(true)
	text := strings.Repeat("words ", 1<<20)
	if _, _, _, err := w.site.db.Publish(t.Context(), blog.Post{Slug: "large", Source: text, HTML: text}, storage.PublishOptions{}); err == nil {
		t.Fatal("a full disk took a post")
	}
	recorder := httptest.NewRecorder()
	w.site.Ready(recorder, httptest.NewRequest("GET", "/readyz", nil))
	if got := recorder.Body.String(); recorder.Code != http.StatusServiceUnavailable || got != "something could not be written to the database\n" {
		t.Errorf("%d %s", recorder.Code, got)
	}
}

func TestHealth(t *testing.T) {
	w := newWorld(t)
	ask := func() *httptest.ResponseRecorder {
		recorder := httptest.NewRecorder()
		w.site.Health(recorder, httptest.NewRequest("GET", "/healthz", nil))
		return recorder
	}
	if got := ask(); got.Code != http.StatusOK || strings.TrimSpace(got.Body.String()) != "ok" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got.Code != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d %s", got.Code, got.Body)
	}
}
