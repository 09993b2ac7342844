package export

import (
	"os"
	"testing"
)

// TestDurable: a file of rows is synced when it is closed, and what that says is
// heard. A pipe cannot be.
func TestDurable(t *testing.T) {
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := (durable{in}).Close(); err == nil {
		t.Error("closed without being synced")
	}
	if err := in.Close(); err == nil {
		t.Error("not closed")
	}
}
