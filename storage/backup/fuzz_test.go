package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzOpen has strangers write the tar: whatever it is, Open ends, and what it
// lets through has names that stay where they belong.
func FuzzOpen(f *testing.F) {
	var good bytes.Buffer
	p := newPacker(context.Background(), &good, time.Unix(1, 0), func(int64) {})
	for _, name := range []string{databaseName, ConfigName, mediaFolder + "a.png"} {
		if err := p.add(name, 1, strings.NewReader("x")); err != nil {
			f.Fatal(err)
		}
	}
	if err := p.finish(&Manifest{Format: format}); err != nil {
		f.Fatal(err)
	}
	z, err := gzip.NewReader(&good)
	if err != nil {
		f.Fatal(err)
	}
	var plain bytes.Buffer
	if _, err := plain.ReadFrom(z); err != nil {
		f.Fatal(err)
	}
	f.Add(plain.Bytes())
	f.Add(bytes.ReplaceAll(plain.Bytes(), []byte("media/"), []byte("../../")))
	f.Add(bytes.ReplaceAll(plain.Bytes(), []byte{'0', 0}, []byte{tar.TypeSymlink, 0}))
	path := filepath.Join(f.TempDir(), "fuzz.tar.gz")
	f.Fuzz(func(t *testing.T, data []byte) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		z.Write(data)
		z.Close()
		if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := Open(t.Context(), path, func(Progress) {})
		if err != nil {
			if bytes.Equal(data, plain.Bytes()) {
				t.Fatalf("a good one: %v", err)
			}
			return
		}
		for _, m := range a.Members {
			if !filepath.IsLocal(m.Name) || strings.Contains(m.Name, "/.") {
				t.Errorf("%q was let through", m.Name)
			}
		}
	})
}
