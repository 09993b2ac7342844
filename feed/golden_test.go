package feed

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

// formats is every format, with the end of its golden files' names.
var formats = []struct {
	name, end string
	render    func(Feed) ([]byte, error)
}{
	{"RSS", "rss.xml", RSS},
	{"Atom", "atom.xml", Atom},
	{"JSON Feed", "feed.json", JSON},
}

func TestGoldens(t *testing.T) {
	for name, f := range feedsOfAllKinds() {
		for _, format := range formats {
			t.Run(name+" "+format.name, func(t *testing.T) {
				got, err := format.render(f)
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join("testdata", name+"."+format.end)
				if name == "large" {
					file += ".gz"
				}
				if *update {
					writeGolden(t, file, got)
				}
				if !bytes.Equal(got, readGolden(t, file)) {
					t.Errorf("%s differs; go test ./feed -update writes it anew. Got:\n%.100000s", file, got)
				}
			})
		}
	}
}

// feedsOfAllKinds are all that the goldens show, and every reader is to read.
func feedsOfAllKinds() map[string]Feed {
	return map[string]Feed{"full": full(), "empty": empty(), "paged": paged(), "short": short(), "comments": comments(), "large": large()}
}

func writeGolden(t *testing.T, file string, data []byte) {
	t.Helper()
	if strings.HasSuffix(file, ".gz") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		data = b.Bytes()
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func readGolden(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil && strings.HasSuffix(file, ".gz") {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(data)); err == nil {
			data, err = io.ReadAll(z)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}
