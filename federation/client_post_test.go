package federation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"limelight/federation/peertest"
)

const ourLike = `{"@context":"https://www.w3.org/ns/activitystreams","id":"https://blog.example.test/ap/activities/1",` +
	`"type":"Like","actor":"https://blog.example.test/ap/actor","object":"https://blog.example.test/x"}`

func TestPost(t *testing.T) {
	p := peertest.New(t)
	knows(p)
	bob := p.Join("bob", peertest.Mastodon)
	c := testClient(t, clientOptions(), defaultBounds())
	p.Answer(peertest.Answer{}, peertest.Answer{Status: 503, RetryAfter: 120}, peertest.Answer{Status: 410},
		peertest.Answer{Status: 302, Location: "/elsewhere"}, peertest.Answer{Status: 307, Location: "/elsewhere"}, peertest.Answer{Status: 500})
	for _, want := range []Answer{{202, 0}, {503, 2 * time.Minute}, {410, 0}, {302, 0}, {307, 0}, {500, 0}, {202, 0}} {
		got, err := c.Post(t.Context(), bob.Shared, []byte(ourLike))
		if err != nil || got != want {
			t.Errorf("got %+v %v, want %+v", got, err, want)
		}
	}
	for _, d := range p.Await(7) {
		if string(d.Body) != ourLike || d.Path != "/inbox" {
			t.Errorf("arrived: %s %s", d.Path, d.Body)
		}
	}
	if n := p.Fetches("/elsewhere"); n != 0 {
		t.Errorf("%d redirects followed", n)
	}
}

func TestPostThatFails(t *testing.T) {
	p := peertest.New(t)
	knows(p)
	bob := p.Join("bob", peertest.Mastodon)
	c := testClient(t, clientOptions(), defaultBounds())

	p.Answer(peertest.Answer{Reset: true})
	if _, err := c.Post(t.Context(), bob.Inbox, []byte(ourLike)); !Temporary(err) {
		t.Errorf("broken off: %v", err)
	}

	o := clientOptions()
	o.Timeout = 200 * time.Millisecond
	p.Answer(peertest.Answer{Hold: make(chan struct{})})
	if _, err := testClient(t, o, defaultBounds()).Post(t.Context(), bob.Inbox, []byte(ourLike)); !Temporary(err) {
		t.Errorf("held: %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Post(ctx, bob.Inbox, []byte(ourLike)); !errors.Is(err, context.Canceled) || !Temporary(err) {
		t.Errorf("cancelled: %v", err)
	}

	p.Close()
	if _, err := c.Post(t.Context(), bob.Inbox, []byte(ourLike)); !Temporary(err) {
		t.Errorf("down: %v", err)
	}

	if _, err := c.Post(t.Context(), "https://blog.example.test/ap/inbox", []byte(ourLike)); !errors.Is(err, ErrRefused) || Temporary(err) {
		t.Errorf("to ourselves: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                     0,
		"120":                  2 * time.Minute,
		"-5":                   0,
		"1e9":                  0,
		"99999999999999999999": math.MaxInt32 * time.Second,
		now.Add(time.Hour).Format(http.TimeFormat):  time.Hour,
		now.Add(-time.Hour).Format(http.TimeFormat): 0,
		"soon": 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestTemporary(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"none":     {nil, false},
		"wrapped":  {fmt.Errorf("x: %w", &StatusError{502}), true},
		"deadline": {context.DeadlineExceeded, true},
		"other":    {errors.New("x"), false},
		"refused":  {broken(fmt.Errorf("dial: %w", ErrRefused)), false},
	} {
		if got := Temporary(c.err); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
