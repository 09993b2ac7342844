package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestTameText(t *testing.T) {
	for from, want := range map[string]string{
		"get https://social.example/users/ann: the answer was 404": "get https://social.example/… the answer was 404",
		`"https://ann:secret@social.example:8443/@ann?x=1#y"`:      `"https://social.example:8443/…"`,
		"ask https://social.example by WebFinger":                  "ask https://social.example by WebFinger",
		"nobody here is acct:ann@social.example":                   "nobody here is acct:…@social.example",
		"@ann@social.example, bob@xn--bcher-kva.example":           "…@social.example, …@xn--bcher-kva.example",
		"dial tcp 203.0.113.7:443: connect: connection refused":    "dial tcp [address]:443: connect: connection refused",
		"dial tcp [2001:db8::1]:443: i/o timeout":                  "dial tcp [address]:443: i/o timeout",
		"read udp 10.0.0.2:4711->10.0.0.1:53: i/o timeout":         "read udp [address]:4711->[address]:53: i/o timeout",
		"no route to fe80::1%eth0":                                 "no route to [address]",
		"lookup 203.0.113.7.":                                      "lookup [address].",
		"post to social.example: the connection failed: EOF":       "post to social.example: the connection failed: EOF",
		"took 12:30:59, version 0.2.0":                             "took 12:30:59, version 0.2.0",
		"render: panic: index out of range [3]":                    "render: panic: index out of range [3]",
	} {
		if got := tameText(from); got != want {
			t.Errorf("%s: %s", from, got)
		}
	}
}

func TestLogFormats(t *testing.T) {
	c := defaults()
	c.Log.Format = "json"
	var out bytes.Buffer
	log, lines, err := c.newLog(&out)
	if err != nil {
		t.Fatal(err)
	}
	log.With("err", errors.New("get https://a.test/users/ann")).Warn("odd", "host", "a.test", "person", "ann@a.test", "proxy", netip.MustParseAddr("10.0.0.1"))
	log.Debug("not at this level")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err, out.String())
	}
	if line["err"] != "get https://a.test/…" || line["host"] != "a.test" || line["person"] != "…@a.test" || line["proxy"] != "10.0.0.1" || line["level"] != "WARN" {
		t.Errorf("%v", line)
	}
	out.Reset()
	lines.request("GET", "/posts/{slug}", 200, 7, time.Now(), time.Millisecond)
	if out.Len() > 0 {
		t.Error("a line about a request was written by itself")
	}
	lines.Flush()
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line["status"] != 200. || line["took"] != 1e6 || line["msg"] != requestLine || line["route"] != "/posts/{slug}" {
		t.Errorf("after the flush: %v %s", err, out.String())
	}
}

// TestRequestLines are what slog would write.
func TestRequestLines(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		c := defaults()
		c.Log.Format = format
		var ours, theirs bytes.Buffer
		_, lines, err := c.newLog(&ours)
		if err != nil {
			t.Fatal(err)
		}
		lines.request("GET", "/tags/{tag}/{$}", 304, 0, time.Now(), 12*time.Microsecond)
		lines.Flush()
		log, _, err := c.newLog(&theirs)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("other", "method", "GET", "route", "/tags/{tag}/{$}", "status", 304, "bytes", 0, "took", 12*time.Microsecond)
		stamp := regexp.MustCompile(`[0-9-]{10}T[0-9:.]+(Z|[+-][0-9:]+)`)
		got, want := stamp.ReplaceAllString(ours.String(), "T"), strings.Replace(stamp.ReplaceAllString(theirs.String(), "T"), "other", requestLine, 1)
		if got != want {
			t.Errorf("%s: %s and not %s", format, got, want)
		}
	}
}
