package blog_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
)

var now = time.Date(2026, 11, 23, 18, 30, 0, 0, time.UTC)

// berlin is a zone that is never UTC.
var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return time.FixedZone("CET", 3600)
	}
	return zone
}()

// composed is the post of a file that has no fault.
func composed(t *testing.T, name, text string) blog.Post {
	t.Helper()
	c, err := blog.Compose(name, []byte(text), blog.ComposeOptions{Timezone: berlin, Now: now})
	if err != nil {
		t.Fatalf("Compose %s: %v", name, err)
	}
	return c.Post
}

// fault is the InputError of a file that has one.
func fault(t *testing.T, name string, data []byte, o blog.ComposeOptions) *blog.InputError {
	t.Helper()
	c, err := blog.Compose(name, data, o)
	var input *blog.InputError
	if !errors.As(err, &input) {
		t.Fatalf("Compose %s = %+v, %v; want an InputError", name, c.Post, err)
	}
	if input.File != name {
		t.Errorf("the error names the file %q, want %q", input.File, name)
	}
	return input
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func contains(t *testing.T, what, got string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(got, want) {
			t.Errorf("%s has no %q:\n%.2000s", what, want, got)
		}
	}
}
