package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
)

func TestNewcomer(t *testing.T) {
	p := emptyProgram(t)
	p.start()
	for _, want := range []string{p.url + "/", "@blog@" + strings.TrimPrefix(p.url, "http://"), "/feed.xml", "/feed.atom", "/feed.json", p.data.Name()} {
		if !strings.Contains(p.out, want) {
			t.Errorf("serve printed no %q:\n%s", want, p.out)
		}
	}
	if home := p.page("/"); !strings.Contains(home, "/posts/rush-a-reflection") {
		t.Errorf("the home page does not lead to the first post:\n%s", home)
	}
	if post := p.page("/posts/rush-a-reflection"); !strings.Contains(post, "Toronto") || !strings.Contains(post, "Leave a reply") {
		t.Errorf("the first post's page:\n%s", post)
	}
	for _, path := range []string{"/feed.xml", "/feed.atom", "/feed.json"} {
		if !strings.Contains(p.page(path), "rush-a-reflection") {
			t.Errorf("%s lacks the first post", path)
		}
	}
	if p.data.Postgres() {
		p.stop()
		return
	}
	info, err := os.Stat(p.data.Database)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the database holds the key and has mode %v", info.Mode())
	}
	if _, stderr, err := p.try("serve"); err == nil || !strings.Contains(stderr, "another `limelight serve`") {
		t.Errorf("a second serve: %v, %s", err, stderr)
	}
	p.stop()
}

func TestStarterIsSeededOnce(t *testing.T) {
	p := startProgram(t)
	p.run("unpublish", "rush-a-reflection")
	p.stop()
	p.start()
	if status, _ := p.get("/posts/rush-a-reflection"); status != http.StatusGone {
		t.Errorf("a deleted first post answers %d after a restart", status)
	}
}

func TestStarterOff(t *testing.T) {
	p := startProgram(t, "LIMELIGHT_BLOG_STARTER=false")
	if got := strings.TrimSpace(p.run("posts", "-json")); got != "[]" {
		t.Errorf("posts: %s", got)
	}
	p.page("/")
	p.page("/feed.xml")
	var feed struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal([]byte(p.page("/feed.json")), &feed); err != nil || feed.Items == nil {
		t.Errorf("an empty JSON Feed: %v, items %v", err, feed.Items)
	}
}

func TestMovedBaseURL(t *testing.T) {
	p := startProgram(t)
	p.stop()
	p.env = append(p.env, "LIMELIGHT_SERVER_BASE_URL=https://blog.example.com")
	p.start()
	if p.url != "https://blog.example.com" {
		t.Errorf("a blog nobody knows yet did not take its domain: %s", p.url)
	}
}

func TestPublishShowsWithinASecondOrSo(t *testing.T) {
	p := startProgram(t)
	p.write("hello.md", "---\ntitle: Hello\ntags: [self hosting]\n---\nFirst words.\n")
	out := p.run("publish", "hello.md")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if last := lines[len(lines)-1]; last != p.url+"/posts/hello" {
		t.Errorf("publish ended with %q", last)
	}
	await(t, "the post on the home page and in the feed", func() bool {
		return strings.Contains(p.page("/"), "/posts/hello") && strings.Contains(p.page("/feed.xml"), "First words.")
	})
	if out := p.run("publish", "hello.md"); !strings.Contains(out, "unchanged") {
		t.Errorf("publishing it again: %s", out)
	}
	p.write("hello.md", "---\ntitle: Hello\n---\nOther words.\n")
	p.run("publish", "hello.md")
	await(t, "the edit on the page", func() bool {
		return strings.Contains(p.page("/posts/hello"), "Other words.") && !strings.Contains(p.page("/feed.atom"), "First words.")
	})
	p.run("unpublish", p.url+"/posts/hello")
	await(t, "the post gone", func() bool {
		status, _ := p.get("/posts/hello")
		return status == http.StatusGone && !strings.Contains(p.page("/feed.json"), "Other words.")
	})
}
