package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"limelight/storage"
	"limelight/storage/storagetest"
)

// counts is how many activities of a type came to the one inbox of a sink.
func (s *sink) counts(typ string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, a := range s.received[s.inboxes[0]] {
		if a.Type == typ {
			n++
		}
	}
	return n
}

// TestContentFolderIsFollowed has a follower and a folder that changes in the ways
// that editors and git have, with the program running and not.
func TestContentFolderIsFollowed(t *testing.T) {
	s := newSink(t, 1, 1)
	p := startProgram(t)
	addFollowers(t, p, s)
	await(t, "an Accept", func() bool { return s.counts("Accept") == 1 })
	p.stop()
	for i := range 30 {
		p.write(fmt.Sprintf("posts/2020/old-%d.md", i), text("", fmt.Sprintf("Old post %d, without a date.", i)))
	}
	p.env = append(p.env, "LIMELIGHT_CONTENT_DIR=posts")
	p.start()
	await(t, "the folder being taken", func() bool { return strings.Contains(p.logs.String(), "posts=30 quietly=30") })

	p.write("posts/new.md", text("title: New\n", "First words."))
	await(t, "a Create", func() bool { return s.counts("Create") == 1 })
	p.write("posts/new.md", text("title: New\n", "Second thoughts."))
	await(t, "an Update", func() bool { return s.counts("Update") == 1 })
	p.write("posts/new.md", text("title: New\n", "Second thoughts.")) // the same again
	p.write("posts/fresh/deep/second.md", text("title: Second\n", "In a folder that was not there."))
	await(t, "the next Create", func() bool { return s.counts("Create") == 2 })
	if n := s.counts("Update"); n != 1 {
		t.Errorf("%d Updates of one edit", n)
	}
	// As git and careful editors write: another file of the name.
	p.write(".tmp", text("title: Second\n", "Replaced at once."))
	if err := os.Rename(filepath.Join(p.dir, ".tmp"), filepath.Join(p.dir, "posts/fresh/deep/second.md")); err != nil {
		t.Fatal(err)
	}
	await(t, "the next Update", func() bool { return s.counts("Update") == 2 })
	if err := os.Remove(filepath.Join(p.dir, "posts/new.md")); err != nil {
		t.Fatal(err)
	}
	p.write("posts/bad.md", "---\ntitle: Bad\nvisibility: nobody\n---\nText.\n")
	gone := func() (states []string) {
		for _, row := range rows[contentRow](p, "content") {
			states = append(states, fmt.Sprint(row.ID, " ", row.State))
		}
		return states
	}
	await(t, "a report of both", func() bool { return strings.Join(gone(), ", ") == "bad.md fault, new.md gone" })
	if table := p.run("content"); !strings.Contains(table, "bad.md:3: ") || !strings.Contains(table, "limelight unpublish new") {
		t.Errorf("content lists\n%s", table)
	}
	p.page("/posts/new")

	p.stop()
	p.write("posts/fresh/deep/second.md", text("title: Second\n", "Edited while nobody watched."))
	p.write("posts/bad.md", text("title: Bad\n", "Mended."))
	p.start()
	await(t, "the edit of then", func() bool { return s.counts("Update") == 3 && s.counts("Create") == 3 })
	await(t, "a warning", func() bool { return strings.Contains(p.logs.String(), "first=new.md slug=new") })
	p.run("unpublish", "new")
	p.write("posts/third.md", text("", "The last one."))
	await(t, "rest", func() bool { return s.counts("Create") == 4 && len(gone()) == 0 })
	if n := s.counts("Delete"); n != 1 {
		t.Errorf("%d Deletes, of which one was asked for", n)
	}
}

// TestOneNodeFollowsTheContentFolder: of two nodes on one database and one folder
// one publishes, and the other when that is gone.
func TestOneNodeFollowsTheContentFolder(t *testing.T) {
	dir := t.TempDir()
	c := newCluster(t, storagetest.Postgres(t))
	env := "LIMELIGHT_CONTENT_DIR=" + dir
	taken := func(p *program) bool { return strings.Contains(p.logs.String(), "was taken for the first time") }
	a := c.add(env)
	await(t, "the first node at it", func() bool { return taken(a) })
	b := c.add(env)
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text("", "Words.")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	there := func(path string) func() bool {
		return func() bool { status, _ := b.get(path); return status == http.StatusOK }
	}
	write("one.md")
	await(t, "the post", there("/posts/one"))
	a.stop()
	write("two.md")
	await(t, "the next post", there("/posts/two"))
	if taken(b) || strings.Contains(b.logs.String(), "file=one.md") || !strings.Contains(b.logs.String(), "file=two.md") {
		t.Errorf("the second node did what was done, or not what was not:\n%s", b.logs)
	}
	if posts, err := b.open().Posts(t.Context(), storage.PostFilter{}); err != nil || len(posts) != 3 { // with the first post of every blog
		t.Errorf("%d posts, %v", len(posts), err)
	}
}
