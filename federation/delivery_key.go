package federation

import (
	"context"
	"net/http"

	"limelight/blog"
	"limelight/federation/signature"
	"limelight/storage"
)

// post sends a delivery. As long as the key that was replaced is kept, who does
// not accept one of the two gets it signed by the other at once: there are
// servers that never ask for a key again (GoToSocial, Lemmy). The Update that
// brings the new key is signed by the one before at first, as Mastodon's own
// is (tootctl accounts rotate): Misskey verifies later than it answers, by what
// it knows.
func (n *Node) post(ctx context.Context, c *claimed, body signature.Body) (Answer, error) {
	s := n.standing.Load()
	by := func(key signature.Key) (Answer, error) {
		return n.client.post(ctx, c.Inbox, message{key: key, body: body, more: c.more})
	}
	first, second := s.key, s.replaced
	if second.Private == nil || n.now().Sub(s.Rotated) >= storage.KeyWindow {
		return by(first)
	}
	if bringsKey(c.Activity, s) {
		first, second = second, first
	}
	answer, err := by(first)
	if err != nil || !doubted(answer.Status) {
		return answer, err
	}
	again, err := by(second)
	if err == nil && doubted(again.Status) {
		return answer, nil // it is about something else
	}
	return again, err
}

// bringsKey tells whether the activity tells others of the key in use.
func bringsKey(a blog.Activity, s *standing) bool {
	return a.Type == "Update" && a.Object == blog.ActorObject && a.Ref == s.Key.Name
}

// doubted tells whether the status may be about the signature: Lemmy answers
// 400 and Pleroma 403 where others say 401.
func doubted(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden
}
