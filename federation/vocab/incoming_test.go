package vocab

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFixtures reads what peers send, each against a golden of what is
// understood of it.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/fixtures/*.json")
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got any
			if filepath.Base(file)[0] == '3' && !strings.Contains(file, "poll") {
				got, err = DecodeActor(data)
			} else {
				got, err = DecodeActivity(data)
			}
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(filepath.Base(file), ".json")+".golden", got)
		})
	}
}

func golden(t *testing.T, name string, got any) {
	t.Helper()
	text, err := Encode(got)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "golden", name)
	pretty := legible(t, text)
	if *update {
		if err := os.WriteFile(path, pretty, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(pretty)); diff != "" {
		t.Error(diff)
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name, json string
		want       Object
	}{
		{"an id alone in an object", `{"id":"https://a.test/1"}`, Object{ID: "https://a.test/1", Bare: true}},
		{"names in another case", `{"ID":"https://a.test/1","Type":"Note","aCtor":"x","CONTENT":"y"}`, Object{}},
		{"wrong types", `{"id":1,"type":{},"attributedTo":[1,null],"inReplyTo":7,"content":[],"summary":{},"name":true,"url":1,
			"published":5,"to":{},"cc":[[]],"tag":"x","attachment":[1,"",{}],"sensitive":"true","contentMap":[],"actor":0,"object":[]}`, Object{}},
		{"an odd tag among tags", `{"type":"Note","tag":[null,7,{"type":"Hashtag","name":"#x"},[],{"name":"no type"}]}`,
			Object{Type: "Note", Types: []string{"Note"}, Tags: []Tag{{Type: "Hashtag", Name: "#x"}}}},
		{"types", `{"type":["Note","https://x.test/Extra"]}`, Object{Type: "Note", Types: []string{"Note", "https://x.test/Extra"}}},
		{"several authors", `{"attributedTo":["a",{"type":"Person","id":"b"},""]}`, Object{AttributedTo: []string{"a", "b"}}},
		{"replies to an object", `{"inReplyTo":{"id":"a","type":"Note"}}`, Object{InReplyTo: []string{"a"}}},
		{"replies to several", `{"inReplyTo":["a","b"]}`, Object{InReplyTo: []string{"a", "b"}}},
		{"replies to nothing", `{"inReplyTo":null}`, Object{}},
		{"public in three spellings", `{"to":["as:Public","Public","https://www.w3.org/ns/activitystreams#Public","public"]}`,
			Object{To: []string{Public, Public, Public, "public"}}},
		{"url is a Link", `{"url":{"type":"Link","href":"https://a.test/p"}}`, Object{URL: "https://a.test/p"}},
		{"url is several Links", `{"url":[{"type":"Link","mediaType":"video/mp4","href":"a"},{"mediaType":"text/html","href":"b"},"c"]}`, Object{URL: "b"}},
		{"url is several", `{"url":["a","b"]}`, Object{URL: "a"}},
		{"content by language", `{"content":null,"contentMap":{"de":"ja","en":"yes"},"nameMap":{"de":"N"},"summaryMap":{"de":"S"}}`,
			Object{Content: "ja", Language: "de", Name: "N", Summary: "S"}},
		{"language of the content", `{"content":"yes","contentMap":{"de":"ja","en":"yes"}}`, Object{Content: "yes", Language: "en"}},
		{"escapes", `{"name":"a\u00e4\ud83d\ude00\"","\u0069d":"x"}`, Object{Name: `aä😀"`, ID: "x"}},
		{"times", `{"published":"2026-11-23T10:15:00.5+02:00","updated":"2026-11-23t08:15:00z"}`,
			Object{Published: time.Date(2026, 11, 23, 8, 15, 0, 5e8, time.UTC), Updated: time.Date(2026, 11, 23, 8, 15, 0, 0, time.UTC)}},
		{"no times", `{"published":"yesterday","updated":"0001-01-01T00:00:00Z"}`, Object{}},
		{"attachments", `{"attachment":{"type":"Document","mediaType":"image/png","url":"https://a.test/x.png","name":"alt","blurhash":"x"}}`,
			Object{Attachments: []Attachment{{Type: "Document", MediaType: "image/png", URL: "https://a.test/x.png", Name: "alt"}}}},
		{"linked attachment", `{"attachment":[{"type":"Image","url":[{"href":"https://a.test/x.png"}],"summary":"better","name":"alt"}]}`,
			Object{Attachments: []Attachment{{Type: "Image", URL: "https://a.test/x.png", Name: "better"}}}},
		{"quotes", `{"quoteUri":"a","quote":"b","_misskey_quote":"c"}`, Object{Quote: "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := DecodeObject([]byte(c.json))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCaps(t *testing.T) {
	list := func(n int, element string) string { return "[" + strings.Repeat(element+",", n) + element + "]" }
	text := strings.Repeat("ä", 200_000)
	data := `{"id":"https://a.test/` + strings.Repeat("x", 3000) + `","to":` + list(400, `"a"`) + `,"cc":` + list(400, `"b"`) +
		`,"tag":` + list(300, `{"type":"Mention"}`) + `,"attachment":` + list(300, `"c"`) + `,"content":"` + text + `","name":"` + text +
		`","summary":"` + text + `","type":` + list(50, `"T"`) + `}`
	o, err := DecodeObject([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"id", len(o.ID), 0}, {"to and cc", len(o.To) + len(o.Cc), 500}, {"tags", len(o.Tags), 100}, {"attachments", len(o.Attachments), 16},
		{"content", len(o.Content), 100 << 10}, {"name", len(o.Name), 2 << 10}, {"summary", len(o.Summary), 20 << 10}, {"types", len(o.Types), 8},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if !strings.HasPrefix(text, o.Content) {
		t.Error("the content was cut within a character")
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, data := range []string{`[]`, `"x"`, `null`, `{"actor":"a","Actor":"b"}`, `{`} {
		if _, err := DecodeActivity([]byte(data)); err == nil {
			t.Errorf("%s was taken for an activity", data)
		}
	}
}

func BenchmarkDecodeActivity(b *testing.B) {
	data, err := os.ReadFile("testdata/fixtures/03-create-reply.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeActivity(data); err != nil {
			b.Fatal(err)
		}
	}
}
