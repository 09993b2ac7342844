package federation

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestFederationFile holds FEDERATION.md (FEP-67ff) to what the code does.
func TestFederationFile(t *testing.T) {
	data, err := os.ReadFile("../FEDERATION.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, part := range []string{"## Supported federation protocols and standards", "## Supported FEPs", "## Additional documentation"} {
		if !strings.Contains(text, "\n"+part+"\n") {
			t.Errorf("the part %q is missing, which FEP-67ff wants", part)
		}
	}
	taken := partOf(text, "## Activities taken in")
	for kind := range newObjectWorld(t).node.takers() {
		if !strings.Contains(taken, "`"+kind+"`") {
			t.Errorf("the inbox takes %s, and the file does not tell", kind)
		}
	}
	known := newObjectWorld(t).node.takers()
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?) \\|").FindAllStringSubmatch(taken, -1) {
		first, _, _ := strings.Cut(row[1], " of ")
		for _, kind := range regexp.MustCompile("`([A-Za-z]+)`").FindAllStringSubmatch(first, -1) {
			if known[kind[1]] == nil {
				t.Errorf("the file tells of %s, which the inbox does not take", kind[1])
			}
		}
	}
	for part, kinds := range map[string][]string{
		"## Activities sent": {"Create", "Update", "Delete", "Accept", "Reject"},
		"## Objects":         {"Article", "Note", "Image", "Audio", "Video", "Hashtag", "Mention", "Tombstone"},
		"## Collections":     {"outbox", "followers", "following", "featured", "featuredTags", "replies", "likes", "shares", "context"},
	} {
		for _, kind := range kinds {
			if !strings.Contains(partOf(text, part), "`"+kind) {
				t.Errorf("%s does not name %s", part, kind)
			}
		}
	}
}

// partOf is what stands below a heading.
func partOf(text, heading string) string {
	_, rest, _ := strings.Cut(text, "\n"+heading+"\n")
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}
