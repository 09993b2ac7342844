package main

import (
	"strings"
	"testing"
	"time"
)

// TestContentSlugsPassedOn: files that pass their slugs to each other, two or in a
// ring, are edits of the posts that have them; nothing is left behind, and none is
// in another's way, also when the program ends in between.
func TestContentSlugsPassedOn(t *testing.T) {
	c := newContentTest(t)
	says := func(what string, texts map[string]string) {
		t.Helper()
		for slug, body := range texts {
			if got := strings.TrimSpace(c.post(slug).Source); got != body {
				t.Errorf("%s: the post %s says %q, not %q", what, slug, got, body)
			}
		}
	}
	for _, name := range []string{"a", "b", "c"} {
		c.put(name+".md", text("slug: "+name+"\n", "File "+name+"."))
	}
	c.looks()
	ids := map[string]string{"a": c.post("a").ID, "b": c.post("b").ID, "c": c.post("c").ID}

	c.put("a.md", text("slug: b\n", "File a."))
	c.put("b.md", text("slug: a\n", "File b."))
	log := c.looks()
	c.says("swapped", log, "file=a.md", "file=b.md", "edited")
	for _, bad := range []string{"cannot be published", "limelight unpublish"} {
		if strings.Contains(log, bad) {
			t.Errorf("swapped: %q in the log\n%s", bad, log)
		}
	}
	says("swapped", map[string]string{"a": "File b.", "b": "File a.", "c": "File c."})
	c.says("nothing new", c.looks())

	c.put("a.md", text("slug: c\n", "File a."))
	c.put("b.md", text("slug: b\n", "File b."))
	c.put("c.md", text("slug: a\n", "File c."))
	c.again()
	if log := c.looks(); strings.Contains(log, "cannot be published") {
		t.Errorf("in a ring:\n%s", log)
	}
	says("in a ring", map[string]string{"a": "File c.", "b": "File b.", "c": "File a."})
	for slug, id := range ids {
		if c.post(slug).ID != id {
			t.Errorf("%s is another post", slug)
		}
	}

	// Who is being written may be about to pass its slug on.
	c.put("a.md", text("slug: b\n", "File a."))
	c.putAt("b.md", text("slug: c\n", "File b."), time.Now())
	c.logged.Reset()
	if again, err := c.look(t.Context(), func(string) {}); err != nil || !again || strings.Contains(c.logged.String(), "cannot be published") {
		t.Errorf("half-written: again %v, %v\n%s", again, err, c.logged)
	}
	c.put("b.md", text("slug: b\n", "File b, as it was."))
	c.says("still another's", c.looks(), `has the slug \"b\", as b.md has`, "file=a.md")
	c.put("b.md", text("slug: d\n", "File b."))
	c.says("moved on", c.looks(), "file=a.md", "file=b.md", "created")
	says("moved on", map[string]string{"b": "File a.", "d": "File b."})
	c.put("a.md", text("slug: e\n", "File a."))
	c.says("left behind", c.looks(), "limelight unpublish b`")
}
