package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// smallDisk is a folder on a file system of its own.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("a small disk cannot be had here: %v; package storage fills one by SQLite's own bound", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all room on the disk until the function it returns is called.
func fill(t *testing.T, dir string) (empty func()) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, zeros{}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	f.Close()
	return func() {
		if err := os.Remove(f.Name()); err != nil {
			t.Fatal(err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestFullDiskUnderTheProgram: when the disk of a running blog is full its
// readers notice nothing, its author is told, and other servers are asked to
// come again; when there is room, all goes on without a restart.
func TestFullDiskUnderTheProgram(t *testing.T) {
	if storagetest.OnPostgres() {
		t.Skip("SQLite's")
	}
	p := emptyProgram(t)
	p.dir = smallDisk(t, 8<<20)
	p.data = storage.Options{Database: filepath.Join(p.dir, "limelight.db"), Media: filepath.Join(p.dir, "media")}
	storagetest.Prepare(t, p.data.Database)
	p.start()
	t.Cleanup(p.kill) // before the disk goes
	s := newSink(t, 1, 2)
	addFollowers(t, p, s)
	await(t, "the Accepts", func() bool { n, _ := s.has("Accept"); return n == 2 })
	bob := peertest.New(t).Join("bob", peertest.Mastodon)
	inbox := (&blog.Blog{BaseURL: p.url}).InboxIRI()
	reply := func() (peertest.Act, int) {
		a := bob.Act("Create", bob.Note(p.url+"/posts/rush-a-reflection", "<p>"+strings.Repeat("word ", 2000)+"</p>"))
		got := bob.Send(inbox, a)
		if got.Status == http.StatusServiceUnavailable && got.Header.Get("Retry-After") == "" {
			t.Error("not told when to come again")
		}
		return a, got.Status
	}
	taken := 0
	if _, status := reply(); status == http.StatusAccepted {
		taken++
	}
	empty := fill(t, p.dir)
	var last peertest.Act
	for status := http.StatusAccepted; status == http.StatusAccepted && taken < 2000; {
		if last, status = reply(); status == http.StatusAccepted {
			taken++
		} else if status != http.StatusServiceUnavailable {
			t.Fatalf("answered %d", status)
		}
	}
	p.page("/posts/rush-a-reflection")
	p.page("/feed.xml")
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "news.md"), []byte("---\ntitle: News\n---\n"+strings.Repeat("Something happened. ", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, err := p.try("publish", filepath.Join(outside, "news.md")); err == nil || !strings.Contains(stderr, "make room and try again") {
		t.Errorf("the author is told %q, %v", stderr, err)
	}
	if slices.ContainsFunc(rows[postRow](p, "posts"), func(r postRow) bool { return r.Slug == "news" }) {
		t.Error("the post is there")
	}
	if got := len(rows[commentRow](p, "comments")); got != taken {
		t.Errorf("%d replies were taken, %d are there", taken, got)
	}
	empty()
	if got := bob.Send(inbox, last); got.Status != http.StatusAccepted {
		t.Errorf("with room the reply was answered %d %s", got.Status, got.Body)
	}
	p.run("publish", filepath.Join(outside, "news.md"))
	await(t, "the post at the followers", func() bool { n, _ := s.has("Create"); return n == 2 })
	if got := len(rows[commentRow](p, "comments")); got != taken+1 {
		t.Errorf("with room %d replies are there, want %d", got, taken+1)
	}
}
