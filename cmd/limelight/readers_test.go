package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// feedEntry is an item as a feed reader understood it.
type feedEntry struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Link    string `json:"link"`
	Content string `json:"content"`
	Date    string `json:"date"`
	Audio   string `json:"audio"` // type and address of what is enclosed
}

// reader is a feed reader that people use.
type reader struct {
	name string
	poll func(t *testing.T, feedURL string) []feedEntry
}

func feedReaders(t *testing.T) []reader {
	python := needProgram(t, "/usr/bin/python3")
	return []reader{
		{"feedparser", func(t *testing.T, u string) []feedEntry { return pollFeedparser(t, python, u) }},
		{"newsboat", newNewsboat(t, python)},
		{"feedsmith", pollFeedsmith},
	}
}

// pollFeedsmith reads JSON Feed too, which the others do not.
func pollFeedsmith(t *testing.T, feedURL string) []feedEntry {
	t.Helper()
	node := needProgram(t, "node")
	const npm = "../../feed/testdata/npm/"
	if _, err := os.Stat(npm + "node_modules/feedsmith"); err != nil {
		needProgram(t, "feedsmith")
	}
	cmd := exec.Command(node, npm+"check.mjs", "entries", "-")
	cmd.Stdin = strings.NewReader(fetched(t, feedURL))
	return entriesFrom(t, cmd)
}

// fetched is what an address has, as a reader that takes every coding gets it.
func fetched(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, resp.Status, err)
	}
	return string(body)
}

const feedparserScript = `
import feedparser, json, sys
f = feedparser.parse(sys.argv[1])
if f.bozo: sys.exit("not well-formed: %r" % f.bozo_exception)
print(json.dumps([dict(id=e.id, title=e.get("title", ""), link=e.link, date=e.get("published", ""),
  audio=" ".join("%s %s" % (x.type, x.href) for x in e.enclosures),
  content=(e.content[0].value if "content" in e else e.get("summary", ""))) for e in f.entries]))
`

func pollFeedparser(t *testing.T, python, feedURL string) []feedEntry {
	t.Helper()
	if err := exec.Command(python, "-c", "import feedparser").Run(); err != nil {
		needProgram(t, "python3-feedparser")
	}
	return entriesFrom(t, exec.Command(python, "-c", feedparserScript, feedURL))
}

// The order newsboat shows does not matter here, what it keeps does: its cache
// is an SQLite file.
const newsboatScript = `
import json, sqlite3, sys
c = sqlite3.connect(sys.argv[1])
print(json.dumps([dict(id=r[0], title=r[1], link=r[2], content=r[3], date=str(r[4]), audio="%s %s" % (r[5], r[6])) for r in
  c.execute("select guid, title, url, content, pubDate, enclosure_type, enclosure_url from rss_item where deleted = 0 and feedurl = ?", [sys.argv[2]])]))
`

// newNewsboat is one newsboat whose cache lives as long as the test, so that
// polling again is what a subscriber's machine does.
func newNewsboat(t *testing.T, python string) func(*testing.T, string) []feedEntry {
	newsboat := needProgram(t, "newsboat")
	home := t.TempDir()
	return func(t *testing.T, feedURL string) []feedEntry {
		t.Helper()
		urls, config, cache := filepath.Join(home, "urls"), filepath.Join(home, "config"), filepath.Join(home, "cache.db")
		for file, text := range map[string]string{urls: feedURL + "\n", config: "keep-articles-days 0\nignore-mode display\n"} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(newsboat, "-u", urls, "-C", config, "-c", cache, "-x", "reload")
		cmd.Env = append(os.Environ(), "HOME="+home)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("newsboat: %v\n%s", err, out)
		}
		return entriesFrom(t, exec.Command(python, "-c", newsboatScript, cache, feedURL))
	}
}

func entriesFrom(t *testing.T, cmd *exec.Cmd) []feedEntry {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var entries []feedEntry
	if err := json.Unmarshal(out, &entries); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return entries
}

// entry is the one entry with the title; it fails when there is none or more
// than one.
func entry(t *testing.T, entries []feedEntry, title string) feedEntry {
	t.Helper()
	var found []feedEntry
	for _, e := range entries {
		if e.Title == title {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d entries are titled %q: %+v", len(found), title, entries)
	}
	return found[0]
}

func TestFeedReaders(t *testing.T) {
	for _, r := range feedReaders(t) {
		for _, path := range []string{"/feed.xml", "/feed.atom", "/tags/drinks/feed.xml", "/feed.json"} {
			if r.name == "feedsmith" || !strings.HasSuffix(path, ".json") {
				t.Run(r.name+path, func(t *testing.T) { subscribe(t, r, path) })
			}
		}
	}
}

// subscribe walks one reader through the life of a post: seen once, an edit
// seen as an edit, polling twice doubles nothing.
func subscribe(t *testing.T, r reader, path string) {
	p := startProgram(t)
	feedURL := p.url + path
	p.write("pouring.mp3", "ID3")
	p.write("cup.md", "---\ntitle: A cup\ndate: 2026-01-01T03:04:05Z\ntags: [drinks]\n---\nOf clay.\n")
	p.run("publish", "cup.md")
	p.write("tea.md", "---\ntitle: Tea & <milk>\ndate: 2026-01-02T03:04:05Z\ntags: [drinks]\naudio: pouring.mp3\n---\nWith *milk* first. 🫖\n")
	p.run("publish", "tea.md")
	await(t, "the post in the feed", func() bool { return strings.Contains(p.page(path), "🫖") })
	first := entry(t, r.poll(t, feedURL), "Tea & <milk>")
	if !strings.HasPrefix(first.ID, "urn:uuid:") || first.Link != p.url+"/posts/tea" {
		t.Errorf("id %s, link %s", first.ID, first.Link)
	}
	if !strings.Contains(first.Content, "<em>milk</em>") {
		t.Errorf("content: %s", first.Content)
	}
	if !strings.HasPrefix(first.Audio, "audio/mpeg "+p.url+"/media/") || !strings.HasSuffix(first.Audio, ".mp3") {
		t.Errorf("enclosed: %s", first.Audio)
	}
	if second := entry(t, r.poll(t, feedURL), "Tea & <milk>"); second != first {
		t.Errorf("polled again: %+v, before %+v", second, first)
	}
	p.write("tea.md", "---\ntitle: Tea & <milk>\ndate: 2026-01-02T03:04:05Z\ntags: [drinks]\naudio: pouring.mp3\n---\nWith *milk* last.\n")
	p.run("publish", "tea.md")
	await(t, "the edit in the feed", func() bool { return strings.Contains(p.page(path), "last.") })
	edited := entry(t, r.poll(t, feedURL), "Tea & <milk>")
	if edited.ID != first.ID || edited.Date != first.Date || !strings.Contains(edited.Content, "last") {
		t.Errorf("edited: %+v, before %+v", edited, first)
	}
	entry(t, r.poll(t, feedURL), "A cup")
	p.run("unpublish", "tea")
	await(t, "the post out of the feed", func() bool { return !strings.Contains(p.page(path), "Tea &") })
	left := r.poll(t, feedURL)
	entry(t, left, "A cup")
	for _, e := range left {
		if r.name != "newsboat" && e.ID == first.ID {
			t.Errorf("a deleted post is still there: %+v", e)
		}
	}
}
