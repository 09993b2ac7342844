package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// TestCommentFeedReaders has people talk under a post, change their minds and
// take it back, while readers are subscribed to the talk.
func TestCommentFeedReaders(t *testing.T) {
	for _, r := range feedReaders(t) {
		for _, path := range []string{"/comments/feed.xml", "/posts/rush-a-reflection/comments/feed.atom", "/posts/rush-a-reflection/comments/feed.json"} {
			if r.name == "feedsmith" || !strings.HasSuffix(path, ".json") {
				t.Run(r.name+path, func(t *testing.T) { subscribeToTalk(t, r, path) })
			}
		}
	}
}

func subscribeToTalk(t *testing.T, r reader, path string) {
	p, peer := startProgram(t), peertest.New(t)
	mira, inbox := peer.Join("mira", peertest.Mastodon), (&blog.Blog{BaseURL: p.url}).InboxIRI()
	send := func(act peertest.Act) {
		t.Helper()
		if reply := mira.Send(inbox, act); reply.Status != http.StatusAccepted {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
	}
	if got := r.poll(t, p.url+path); len(got) != 0 {
		t.Fatalf("before anybody spoke: %+v", got)
	}
	note := mira.Note(p.url+"/posts/rush-a-reflection", "<p>Tea &amp; milk ]]&gt; 🫖</p>")
	send(mira.Act("Create", note))
	p.run("comments", "reply", "rush-a-reflection", "-m", "Mine, by the author")
	await(t, "both in the feed", func() bool {
		return strings.Contains(p.page(path), "🫖") && strings.Contains(p.page(path), "Mine")
	})
	by := func(words string) (found feedEntry) {
		t.Helper()
		n := 0
		for _, e := range r.poll(t, p.url+path) {
			if strings.Contains(e.Content, words) {
				found, n = e, n+1
			}
		}
		if n != 1 {
			t.Fatalf("%q is there %d times", words, n)
		}
		return found
	}
	first, own := by("🫖"), by("Mine")
	if first.ID != note.ID || !strings.HasPrefix(first.Link, p.url+"/posts/rush-a-reflection#comment-") || !strings.Contains(first.Title, " on ") {
		t.Errorf("%+v", first)
	}
	if !strings.HasPrefix(own.ID, "urn:uuid:") {
		t.Errorf("the author's is %+v", own)
	}
	if again := by("🫖"); again != first {
		t.Errorf("polled again: %+v, before %+v", again, first)
	}
	note.Content, note.Updated = "<p>Tea without</p>", time.Now().UTC().Add(time.Millisecond).Format(time.RFC3339Nano)
	mira.Publish(note)
	send(mira.Act("Update", note))
	await(t, "the edit in the feed", func() bool { return strings.Contains(p.page(path), "Tea without") })
	if edited := by("Tea without"); edited.ID != first.ID || edited.Date != first.Date {
		t.Errorf("edited: %+v, before %+v", edited, first)
	}
	send(mira.Act("Delete", note.ID))
	await(t, "the comment out of the feed", func() bool { return !strings.Contains(p.page(path), "Tea without") })
	left := r.poll(t, p.url+path)
	for _, e := range left {
		if r.name != "newsboat" && e.ID == first.ID { // newsboat keeps what it has read
			t.Errorf("a deleted comment is still there: %+v", e)
		}
	}
	by("Mine")
}
