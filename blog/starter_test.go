package blog_test

import (
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

func TestStarter(t *testing.T) {
	p, err := blog.Starter(now)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "slug", p.Slug, "rush-a-reflection")
	equal(t, "date", p.Published, time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC))
	equal(t, "visibility", p.Visibility, blog.Public)
	equal(t, "language", p.Language, "en")
	paragraphs := strings.Split(blog.PlainText(p.HTML), "\n\n")
	// One for each part of the reflection, in its order.
	order := []string{"garage in Toronto", "progressive rock", "vaults", "three men", "hear", "cost", "remain", "2025", "end", "faith"}
	if len(paragraphs) != len(order) {
		t.Fatalf("%d paragraphs, want %d", len(paragraphs), len(order))
	}
	for i, word := range order {
		contains(t, "paragraph", paragraphs[i], word)
	}
	for _, furniture := range []string{"Leave a Reply", "timestamps", "Would you like"} {
		if strings.Contains(p.HTML, furniture) {
			t.Errorf("page furniture in the post: %s", furniture)
		}
	}
	if p.Title == "" || p.Summary == "" || len(p.Tags) == 0 {
		t.Errorf("title %q, summary %q, tags %v", p.Title, p.Summary, p.Tags)
	}
}
