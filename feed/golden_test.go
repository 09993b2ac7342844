package feed

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"limelight/blog"
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
	for name, f := range map[string]Feed{"full": full(), "empty": empty()} {
		for _, format := range formats {
			t.Run(name+" "+format.name, func(t *testing.T) {
				got, err := format.render(f)
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join("testdata", name+"."+format.end)
				if *update {
					if err := os.WriteFile(file, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs; go test ./feed -update writes it anew. Got:\n%s", file, got)
				}
			})
		}
	}
}

// empty is a blog that has not said anything yet.
func empty() Feed {
	return Feed{
		Blog: &blog.Blog{BaseURL: "https://blog.example.com", Title: "Quiet", Language: "de", Timezone: time.UTC}, Title: "Quiet",
		PageURL: "https://blog.example.com/", SelfURL: "https://blog.example.com/feed",
		Updated: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

// full is a blog with a post of every kind, the newest first.
func full() Feed {
	zone := time.FixedZone("", -3*3600)
	at := time.Date(2026, 3, 1, 23, 30, 0, 250_000_000, zone)
	f := Feed{
		Blog: &blog.Blog{BaseURL: "https://blog.example.com", Title: "Salt & <Smoke>", Author: "Ida Ångström", Language: "en", Timezone: zone,
			Avatar: blog.Image{Path: "/media/face.png"}},
		Title: "Salt & <Smoke>", Description: `Cooking "by ear" & eye`,
		PageURL: "https://blog.example.com/", SelfURL: "https://blog.example.com/feed", Updated: at.Add(48 * time.Hour),
		Posts: []blog.Post{
			{Slug: "titled", Title: "Plain", HTML: "<p>One.</p>\n<p>Two.</p>"},
			{Slug: "untitled", HTML: `<p>A short note with <a href="/posts/titled">a link</a>.</p>`},
			{Slug: "wordless", HTML: `<p><img src="/media/sea.jpg" alt=""></p>`},
			{Slug: "tagged", Title: "Tagged", HTML: "<p>x</p>", Tags: []blog.Tag{{Slug: "self-hosting", Name: "self hosting"}, {Slug: "r-d", Name: "R&D"}}},
			{Slug: "pictured", Title: "Pictured", HTML: `<p><img src="/media/pan.jpg" alt="A pan"> <a href="#fn1">1</a></p>`,
				Image: blog.Image{Path: "/media/lead.jpg", Type: "image/jpeg", Alt: `A "pot" & a <lid>`}},
			{Slug: "summed-up", Title: "Summed up", Summary: "Why <b> & <i> are not the same", HTML: "<p>Long.</p>"},
			{Slug: "cdata", Title: "a ]]> b", HTML: "<pre><code>if a[b[0]]&gt;1 ]]> ]]]]>> end</code></pre>"},
			{Slug: "control", Title: "bell\x07 and\x00 tab\t", HTML: "<p>\x0bvertical\x1b[31m\ufffe \xff</p>"},
			{Slug: "markup", Title: "AT&T <script>alert(1)</script> &amp;", HTML: "<p>&lt;b&gt; &amp;amp;</p>"},
			{Slug: "script", Title: "日本語と🫖", HTML: "<p>שלום · Привет · 你好</p>", Language: "ja", Tags: []blog.Tag{{Slug: "日本", Name: "日本"}}},
			{Slug: "edited", Title: "Edited", HTML: "<p>Better.</p>", Updated: at.Add(26 * time.Hour)},
			{Slug: "backdated", Title: "Changed before its date", HTML: "<p>x</p>", Updated: at.Add(-400 * time.Hour)},
			{Slug: "warned", Title: "Warned", Summary: "Blood & <guts>", Sensitive: true, HTML: "<p>Red.</p>", CommentCount: 2},
			{Slug: "warned-note", Sensitive: true, HTML: "<p>Red.</p>"},
			{Slug: "episode", Title: "Episode", HTML: "<p>Notes.</p>", Enclosure: blog.Enclosure{URL: "/media/0af3.mp3", Type: "audio/mpeg",
				Title: "Salt & <smoke>, part 1", Size: 3 << 30, Duration: 3723 * time.Second}},
			{Slug: "talk", Title: "Talk", HTML: "<p>Elsewhere.</p>", Enclosure: blog.Enclosure{URL: "https://cdn.example.com/talk.mp4?a=1&b=2", Type: "video/mp4"}},
		},
	}
	for i := range f.Posts {
		p := &f.Posts[i]
		p.ID = "0193a5f2-0000-7000-8000-0000000000" + string(rune('1'+i/10)) + string(rune('0'+i%10))
		p.Published = at.Add(time.Duration(-i) * time.Hour)
		if p.Updated.IsZero() {
			p.Updated = p.Published
		}
	}
	return f
}
