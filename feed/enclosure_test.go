package feed

import (
	"encoding/json"
	"testing"
	"time"

	"limelight/blog"
)

// TestEnclosures wants each format to tell of audio and video what it has room
// for.
func TestEnclosures(t *testing.T) {
	const page = "https://blog.example.com/posts/x"
	const replies = `{"href":"` + page + `/comments/feed.atom","rel":"replies","type":"application/atom+xml","length":""}`
	for _, test := range []struct {
		name            string
		enclosure       blog.Enclosure
		rss, atom, feed string
	}{
		{"none", blog.Enclosure{}, `null`, `[{"href":"` + page + `","rel":"alternate","type":"text/html","length":""},` + replies + `]`, `null`},
		{"ours", blog.Enclosure{URL: "/media/a.mp3", Type: "audio/mpeg", Title: "A & B", Size: 1 << 31, Duration: 75 * time.Second},
			`[{"url":"https://blog.example.com/media/a.mp3","length":"2147483648","type":"audio/mpeg"}]`,
			`[{"href":"` + page + `","rel":"alternate","type":"text/html","length":""},{"href":"https://blog.example.com/media/a.mp3","rel":"enclosure","type":"audio/mpeg","length":"2147483648"},` + replies + `]`,
			`[{"duration_in_seconds":75,"mime_type":"audio/mpeg","size_in_bytes":2147483648,"title":"A \u0026 B","url":"https://blog.example.com/media/a.mp3"}]`},
		{"elsewhere", blog.Enclosure{URL: "https://cdn.test/a.mp4?b&c", Type: "video/mp4"},
			`[{"url":"https://cdn.test/a.mp4?b\u0026c","length":"0","type":"video/mp4"}]`,
			`[{"href":"` + page + `","rel":"alternate","type":"text/html","length":""},{"href":"https://cdn.test/a.mp4?b\u0026c","rel":"enclosure","type":"video/mp4","length":""},` + replies + `]`,
			`[{"mime_type":"video/mp4","url":"https://cdn.test/a.mp4?b\u0026c"}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := empty()
			f.Posts = []blog.Post{{ID: full().Posts[0].ID, Slug: "x", Title: "X", HTML: "<p>x</p>", Enclosure: test.enclosure, Visibility: blog.Local, Published: f.Updated, Updated: f.Updated}}
			var rss struct {
				Enclosures []struct {
					URL    string `xml:"url,attr" json:"url"`
					Length string `xml:"length,attr" json:"length"`
					Type   string `xml:"type,attr" json:"type"`
				} `xml:"channel>item>enclosure"`
			}
			read(t, made(t, RSS, f), &rss)
			var atom struct {
				Links []struct {
					Href   string `xml:"href,attr" json:"href"`
					Rel    string `xml:"rel,attr" json:"rel"`
					Type   string `xml:"type,attr" json:"type"`
					Length string `xml:"length,attr" json:"length"`
				} `xml:"entry>link"`
			}
			read(t, made(t, Atom, f), &atom)
			var feed struct {
				Items []struct {
					Attachments []map[string]any `json:"attachments"`
				} `json:"items"`
			}
			if err := json.Unmarshal([]byte(made(t, JSON, f)), &feed); err != nil {
				t.Fatal(err)
			}
			same(t, "RSS", rss.Enclosures, test.rss)
			same(t, "Atom", atom.Links, test.atom)
			same(t, "JSON Feed", feed.Items[0].Attachments, test.feed)
		})
	}
}

// same compares a value with what it is as JSON.
func same(t *testing.T, what string, got any, want string) {
	t.Helper()
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(data) != want {
		t.Errorf("%s:\n%s\nwant\n%s", what, data, want)
	}
}
