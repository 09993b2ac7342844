package federation

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
)

// narrow is an inbox that takes up to limit bytes. It tells what came: in full
// or short, and how it was answered.
type narrow struct {
	limit int

	mu   sync.Mutex
	came []string
}

func (n *narrow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	n.mu.Lock()
	defer n.mu.Unlock()
	status, form := http.StatusAccepted, "short"
	if len(body) > n.limit {
		status = http.StatusRequestEntityTooLarge
	}
	if strings.Contains(string(body), strings.Repeat("word ", 200)) {
		form = "whole"
	}
	n.came = append(n.came, fmt.Sprint(form, " ", status))
	w.WriteHeader(status)
}

func (n *narrow) widen(limit int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.limit = limit
}

// sofar is what came since it was last asked.
func (n *narrow) sofar() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	defer func() { n.came = nil }()
	return n.came
}

func TestInboxThatTakesLittle(t *testing.T) {
	w := newDeliverWorld(t)
	inbox := &narrow{limit: 64 << 10}
	server := w.inbox(inbox.ServeHTTP)
	w.followAt(server.URL, 1)
	w.start()
	for _, c := range []struct {
		name  string
		words int
		want  []string
		tries int
	}{
		{"small", 300, []string{"whole 202"}, 1},
		{"large", 20_000, []string{"whole 413", "short 202"}, 1},
		{"large again", 21_000, []string{"short 202"}, 1},
		{"not that large", 1_000, []string{"whole 202"}, 1},
	} {
		slug := strings.ReplaceAll(c.name, " ", "-")
		p := blog.Post{Slug: slug, Title: c.name, HTML: "<p>" + strings.Repeat("word ", c.words) + "</p>"}
		w.put(p)
		ds := w.until("sent", slug, all(blog.Sent))
		if got := inbox.sofar(); !slices.Equal(got, c.want) || ds[0].Tries != c.tries {
			t.Errorf("%s: %q in %d tries, want %q", c.name, got, ds[0].Tries, c.want)
		}
	}
	// What a host takes may have grown.
	w.clock.Advance(31 * 24 * time.Hour)
	if err := w.db.Prune(t.Context(), w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	inbox.widen(1 << 20)
	w.put(blog.Post{Slug: "later", Title: "Later", HTML: "<p>" + strings.Repeat("word ", 20_000) + "</p>"})
	w.until("sent", "later", all(blog.Sent))
	if got := inbox.sofar(); !slices.Equal(got, []string{"whole 202"}) {
		t.Errorf("a month later: %q", got)
	}
}

// TestInboxThatTakesNothing refuses the short form too, and is not asked again.
func TestInboxThatTakesNothing(t *testing.T) {
	w := newDeliverWorld(t)
	inbox := &narrow{limit: 100}
	server := w.inbox(inbox.ServeHTTP)
	w.followAt(server.URL, 1)
	w.start()
	w.put(blog.Post{Slug: "large", Title: "Large", HTML: "<p>" + strings.Repeat("word ", 20_000) + "</p>"})
	ds := w.until("given up", "large", all(blog.Failed))
	if got := inbox.sofar(); !slices.Equal(got, []string{"whole 413", "short 413"}) || ds[0].Status != 413 || ds[0].TooLarge != 0 {
		t.Errorf("%q, %+v", got, ds[0])
	}
}
