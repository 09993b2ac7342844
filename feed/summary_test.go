package feed

import (
	"strings"
	"testing"
)

func TestReadReadsWhatIsWritten(t *testing.T) {
	for i, want := range []string{"RSS", "Atom", "JSON Feed"} {
		f := full()
		f.Hubs = []string{"https://blog.example.com/websub"}
		body, err := formats[i].render(f)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Summarize(body)
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if s.Format != want || s.Items != len(f.Posts) || s.Self != f.SelfURL || len(s.Hubs) != 1 || s.Hubs[0] != f.Hubs[0] {
			t.Errorf("%s: %+v", want, s)
		}
		if len(s.Files) == 0 {
			t.Errorf("%s: no files are found", want)
		}
		for _, cut := range []int{1, len(body) / 2, len(body) - 3} {
			if s, err := Summarize(body[:cut]); err == nil {
				t.Errorf("%s, cut at %d of %d: %+v", want, cut, len(body), s)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for body, want := range map[string]string{
		"": "empty",
		"<!DOCTYPE html><html><head></head></html>": "begins with <html>",
		"<rss><channel><item></channel></rss>":      "well-formed",
		"<rss>\x01</rss>":                           "well-formed",
		"\x1f\x8b\x08\x00":                          "well-formed",
		"{}":                                        "no JSON Feed",
		`{"version":"https://jsonfeed.org/version/1.1","items":[{}]}`: "without an id",
		strings.Repeat("<rss>", 100):                                  "too deep",
		"text":                                                        "nothing in it",
	} {
		if s, err := Summarize([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %+v, %v; want %q", body, s, err, want)
		}
	}
}

func FuzzSummarize(f *testing.F) {
	for i := range formats {
		body, err := formats[i].render(full())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := Summarize(body)
		if err == nil && s.Format == "" || len(s.Files) > maxReadFiles {
			t.Errorf("%+v", s)
		}
	})
}
