package main

import (
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

func TestWhyNot(t *testing.T) {
	o := &opened{zone: time.UTC}
	since := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		d    blog.Delivery
		want string
	}{
		"nothing wrong":   {blog.Delivery{State: blog.Pending}, ""},
		"its host rests":  {blog.Delivery{State: blog.Pending, Failing: since}, "waits until its server is tried again, which has taken nothing since 2026-03-01 08:00"},
		"others there":    {blog.Delivery{State: blog.Sent, Failing: since}, ""},
		"its own failure": {blog.Delivery{State: blog.Pending, Failing: since, Error: "the inbox answered 500"}, "the inbox answered 500"},
		"the host is in a column": {blog.Delivery{Host: "a.test", Error: "post to a.test: the connection failed: net/http: TLS handshake timeout"},
			"the connection failed: TLS handshake timeout"},
		"its end tells": {blog.Delivery{Error: "the connection failed: net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded 65536 bytes; aborted"},
			"the connection failed: server response headers exceeded 65536 bytes; aborted"},
	} {
		if got := o.whyNot(c.d); strings.TrimSpace(got) != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
