package read_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"limelight/blog"
	"limelight/blog/bring"
	"limelight/feed/read"
)

func source(t *testing.T, text string) *bring.Source {
	t.Helper()
	s, err := read.Read(strings.NewReader(text), "", bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func contains(t *testing.T, what, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %q:\n%s", what, w, text)
		}
	}
}

// picture is a GIF of one pixel.
const picture = "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

func TestWordPress(t *testing.T) {
	data, err := os.ReadFile("testdata/wordpress.xml")
	if err != nil {
		t.Fatal(err)
	}
	s := source(t, string(data))
	if s.Name != "https://wp.example" || s.Kind != "an export of WordPress" || len(s.Posts) != 5 || len(s.Notes) != 1 {
		t.Fatalf("%s, %s, %d posts, %q", s.Name, s.Kind, len(s.Posts), s.Notes)
	}
	classic, blocks, secret, private, idea := s.Posts[0], s.Posts[1], s.Posts[2], s.Posts[3], s.Posts[4]
	contains(t, "a post with a password", secret.Left, "password")
	contains(t, "a private one", private.Left, "not public")
	if idea.Left != "" || !idea.Meta.Draft || len(idea.Paths) > 0 {
		t.Errorf("the draft: %+v", idea)
	}
	if want := []string{"/2015/06/classic-post", "/?p=12"}; !slices.Equal(classic.Paths, want) {
		t.Errorf("it was at %q", classic.Paths)
	}
	s.Files = fstest.MapFS{"wp-content/uploads/2015/06/dot.png": {Data: []byte(picture)}}
	for _, p := range s.Posts {
		p.Roots = []string{"."}
	}
	c, err := s.Compose(classic, nil, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Post.Title != "Classic post" || c.Post.Summary != "The excerpt" || c.Post.Language != "en" || len(c.Media) != 1 || c.Post.Image.Alt != "Red dot" ||
		!c.Post.Published.Equal(time.Date(2015, 6, 1, 10, 0, 0, 0, time.UTC)) || len(c.Post.Tags) != 2 || c.Post.Tags[0].Name != "Tech & more" {
		t.Errorf("it became %+v", c.Post)
	}
	contains(t, "the text", c.Post.Source, "First line\\\nsecond \\*line\\*", `![Dot](dot.png "The dot")`, "```php\n<?php echo \"x\"; ?>\n\n$a = 1;\n```", "- one\n- two",
		"https://www.youtube.com/watch?v=abc", "A note \\[sic\\] and more.", "![Red dot](dot.png)")
	if c, err = s.Compose(blocks, nil, bring.Options{}); err != nil {
		t.Fatal(err)
	}
	contains(t, "the blocks", c.Post.Source, "Para [link](/2015/06/classic-post/)", `![D](dot.png "Cap")`)

	if len(classic.Comments) != 3 {
		t.Fatalf("comments: %+v", classic.Comments)
	}
	first, answer, held := classic.Comments[0], classic.Comments[1], classic.Comments[2]
	if first.Name != "Bob" || first.URL != "https://bob.example/" || answer.Answers != first.ID || first.Held || !held.Held || !strings.HasPrefix(first.ID, "tag:wp.example,2015:comment/") {
		t.Errorf("comments: %+v", classic.Comments)
	}
	contains(t, "the notes", strings.Join(classic.Notes, "\n"), "spam: 1", "pings of other blogs: 1", "contact-form-7")
	for _, c := range classic.Comments {
		if safe := blog.SafeHTML(c.HTML); strings.Contains(safe, "script") || strings.Contains(safe, "alert") {
			t.Errorf("a script: %s", safe)
		}
		if all := c.ID + c.Writer + c.HTML + c.URL + c.Name; strings.Contains(all, "bob@") || strings.Contains(all, "192.0.2") {
			t.Errorf("a mailbox or a machine: %s", all)
		}
	}
}

// TestWordPressInPieces: an export of which only items are left is one of WordPress
// still, with what it says of who may read them.
func TestWordPressInPieces(t *testing.T) {
	for name, space := range map[string]string{"declared": ` xmlns:wp="http://wordpress.org/export/1.2/"`, "not declared": ""} {
		s := source(t, `<rss version="2.0"`+space+`><channel><title>x</title><link>https://wp.example</link>`+
			`<item><title>Secret</title><guid>1</guid><pubDate>Mon, 01 Jun 2015 10:00:00 +0000</pubDate><description>x</description><wp:post_type>post</wp:post_type><wp:status>private</wp:status></item>`+
			`<item><title>Open</title><guid>2</guid><pubDate>Mon, 01 Jun 2015 10:00:00 +0000</pubDate><description>x</description><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>`+
			`</channel></rss>`)
		if s.Kind != "an export of WordPress" || len(s.Posts) != 2 || !strings.Contains(s.Posts[0].Left, "not public") || s.Posts[1].Left != "" {
			t.Errorf("%s: %s, %+v", name, s.Kind, s.Posts)
		}
	}
}

func TestFeeds(t *testing.T) {
	for name, c := range map[string]struct {
		text        string
		source      string
		title, body string
		path        string
		date        time.Time
	}{
		"RSS": {`<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><title>R</title><link>https://r.example</link><language>de</language>
			<item><title>&#220;ber & mehr</title><link>https://r.example/2020/ueber.html</link><guid isPermaLink="false">abc</guid><pubDate>Tue, 5 May 2020 10:00:00 GMT</pubDate><description>&lt;p&gt;T` + "\xe4" + `xt&lt;/p&gt;</description></item></channel></rss>`,
			"https://r.example", "Über & mehr", "Täxt", "/2020/ueber.html", time.Date(2020, 5, 5, 10, 0, 0, 0, time.UTC)},
		"RSS 1.0": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title></channel>
			<item><title>One</title><link>https://rdf.example/one</link><description>Text</description><dc:date>2004-05-05T10:00:00+02:00</dc:date></item></rdf:RDF>`,
			"feed", "One", "Text", "/one", time.Date(2004, 5, 5, 8, 0, 0, 0, time.UTC)},
		"Atom": {`<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="https://a.example/feed"/><link href="https://a.example/"/><entry><title type="html">A &lt;b&gt;b&lt;/b&gt;</title><link href="https://a.example/a/"/><id>urn:x:1</id>
			<published>2020-01-01T00:00:00Z</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Mixed <em>up</em> words</p></div></content></entry></feed>`,
			"https://a.example", "A b", "Mixed *up* words", "/a", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)},
		"JSON": {`{"version":"https://jsonfeed.org/version/1.1","home_page_url":"https://j.example/","items":[{"id":7,"url":"https://j.example/one","content_text":"Hi <b>\n*x*","date_published":"2020-05-05T00:00:00Z","tags":["a"]}]}`,
			"https://j.example", "", "Hi \\<b>\\\n\\*x\\*", "/one", time.Date(2020, 5, 5, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			s := source(t, c.text)
			if len(s.Posts) != 1 || s.Name != c.source || s.Posts[0].Left != "" {
				t.Fatalf("%s: %+v", s.Name, s.Posts)
			}
			p := s.Posts[0]
			if p.Meta.Title != c.title || p.Text != c.body || !slices.Equal(p.Paths, []string{c.path}) || p.Meta.Date != blog.MetaTime(c.date) {
				t.Errorf("it became %+v", p)
			}
		})
	}
}

// TestEnclosures stay where they are, and what cannot come again in order says so.
func TestEnclosures(t *testing.T) {
	s := source(t, `<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item><guid>1</guid><title>t</title><pubDate>Tue, 05 May 2020 10:00:00 GMT</pubDate>
		<enclosure url="https://r.example/e.mp3" length="123" type="audio/mpeg"/><itunes:duration>1:02:03</itunes:duration></item>
		<item><title>no id</title><pubDate>Tue, 05 May 2020 10:00:00 GMT</pubDate></item><item><guid>2</guid><title>no date</title></item></channel></rss>`)
	if p := s.Posts[0]; p.Meta.Audio != "https://r.example/e.mp3" || p.Meta.AudioSize != 123 || p.Meta.Duration != 3723 {
		t.Errorf("it encloses %+v", p.Meta)
	}
	contains(t, "one without an id", s.Posts[1].Left, "neither id nor address")
	contains(t, "one without a date", s.Posts[2].Left, "no date")
	if c, err := s.Compose(s.Posts[0], nil, bring.Options{}); err != nil || c.Post.Enclosure.Size != 123 {
		t.Errorf("composed: %+v, %v", c.Post.Enclosure, err)
	}
}

// TestHostile documents end, and are told what they are.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("<a>", 5000)
	for name, c := range map[string]struct{ text, want string }{
		"a page":          {"<!doctype html><html><body>x</body></html>", ""},
		"nothing":         {"", ""},
		"other JSON":      {`{"version":"1"}`, ""},
		"no JSON":         {`{"version":`, "no JSON Feed"},
		"an entity bomb":  {`<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item><guid>1</guid><title>&b;</title></item></channel></rss>`, "none"},
		"a file":          {`<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><guid>1</guid><title>&x;</title></item></channel></rss>`, "none"},
		"too deep":        {`<rss><channel><item>` + deep, "too deep"},
		"cut off":         {`<rss><channel><item><title>x`, "line 1"},
		"other encodings": {`<?xml version="1.0" encoding="EBCDIC"?><rss/>`, "EBCDIC"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := read.Read(strings.NewReader(c.text), "", bring.Options{})
			switch {
			case c.want == "none":
				if err != nil || strings.Contains(s.Posts[0].Meta.Title, "aaa") || strings.Contains(s.Posts[0].Meta.Title, "root:") {
					t.Errorf("%v, %+v", err, s)
				}
			case c.want == "":
				if !errors.Is(err, read.ErrUnknown) {
					t.Errorf("it says %v", err)
				}
			case err == nil || !strings.Contains(err.Error(), c.want):
				t.Errorf("it says %v", err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	if data, err := os.ReadFile("testdata/wordpress.xml"); err == nil {
		f.Add(string(data[:3000]))
	}
	f.Add(`<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><wp:post_type>post</wp:post_type><wp:post_id>1</wp:post_id><wp:status>publish</wp:status></item></channel></rss>`)
	f.Add(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="xhtml"><p xmlns="http://www.w3.org/1999/xhtml">a<b>c</b></p></content></entry></feed>`)
	f.Add(`{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"content_html":"<p>"},{"attachments":[{"url":"https://x.example/a.mp3"}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 8000 {
			return
		}
		s, err := read.Read(strings.NewReader(text), "", bring.Options{})
		if err != nil {
			return
		}
		for _, p := range s.Posts {
			if p.Left == "" && p.ID == "" {
				t.Errorf("a post without an id: %+v", p)
			}
			_, _ = s.Compose(p, nil, bring.Options{}) // it must only end
		}
	})
}
