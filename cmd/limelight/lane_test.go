package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestOneAfterAnother asks the program on one connection for so much that readers
// in a row leave net/http: they get the same, are noted in the log, see what is
// published meanwhile, and nobody waits for them when the program stops.
func TestOneAfterAnother(t *testing.T) {
	p := startProgram(t)
	at, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", "127.0.0.1:"+at.Port())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	in := bufio.NewReader(c)
	ask := func(path string, headers ...string) (*http.Response, string) {
		t.Helper()
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, at.Host, strings.Join(headers, ""))
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Header.Del("Date")
		return resp, string(body)
	}
	const rounds = 20
	first, body := ask("/feed.xml")
	for range rounds {
		if again, same := ask("/feed.xml"); fmt.Sprint(again.Header) != fmt.Sprint(first.Header) || same != body {
			t.Fatalf("the feed became\n%v\n%s\nbefore it was\n%v\n%s", again.Header, same, first.Header, body)
		}
	}
	if resp, nothing := ask("/feed.xml", "If-None-Match: "+first.Header.Get("Etag")+"\r\n"); resp.StatusCode != http.StatusNotModified || nothing != "" {
		t.Errorf("what the reader has: %d %q", resp.StatusCode, nothing)
	}
	if resp, _ := ask("/posts/rush-a-reflection", "Accept: application/activity+json\r\n"); resp.StatusCode/100 != 3 {
		t.Errorf("another server is answered %d", resp.StatusCode)
	}
	if resp, _ := ask("/posts/nothing"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("nothing is answered %d", resp.StatusCode)
	}
	p.write("new.md", "---\ntitle: New here\n---\nText.\n")
	p.run("publish", "new.md")
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(body, "New here"); _, body = ask("/feed.xml") {
		if time.Now().After(deadline) {
			t.Fatal("the new post is not in the feed")
		}
	}
	if _, actor := ask("/ap/actor", "Accept: application/activity+json\r\n"); !strings.Contains(actor, "publicKeyPem") {
		t.Errorf("what is not for the lane: %s", actor)
	}
	for range rounds {
		ask("/")
	}
	p.stop()
	if _, err := in.ReadByte(); err != io.EOF {
		t.Errorf("a connection of a program that stopped: %v", err)
	}
	if n := strings.Count(p.logs.String(), "route=/feed.xml status=200"); n <= rounds {
		t.Errorf("%d feeds are noted in the log", n)
	}
}
