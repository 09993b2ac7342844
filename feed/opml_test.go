package feed

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
)

func TestReadOPML(t *testing.T) {
	got, err := ReadOPML([]byte(`<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title><expansionState></expansionState></head><body>
<outline text="Plain &amp; &lt;simple&gt;" type="rss" xmlUrl="https://a.example/feed?x&amp;y" htmlUrl="https://a.example/" description="Tea
  and  more"/>
<outline title="Friends" text=""><outline text="" xmlurl="http://b.example/rss" HTMLURL="javascript:alert(1)"/>
  <outline text="Close"><outline text="Ida" type="link" url="https://ida.example"/></outline></outline>
<outline text="Nothing"/><outline text="Bad" xmlUrl="feed://c.example/"/><outline text="Secret" xmlUrl="https://a:b@c.example/"/>
</body></opml>`))
	want := []blog.Recommendation{
		{Title: "Plain & <simple>", Feed: "https://a.example/feed?x&y", URL: "https://a.example/", Description: "Tea and more"},
		{Title: "b.example", Group: "Friends", Feed: "http://b.example/rss"},
		{Title: "Ida", Group: "Close", URL: "https://ida.example"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for name, c := range map[string]struct{ file, text string }{
		"no XML":      {"[blogroll]", "read OPML"},
		"other XML":   {"<rss/>", "expected element type <opml>"},
		"nothing":     {`<opml version="2.0"><body/></opml>`, "no blog in it"},
		"cut off":     {`<opml version="2.0"><body><outline text="x"`, "read OPML"},
		"a charset":   {`<?xml version="1.0" encoding="ISO-8859-1"?><opml/>`, "UTF-8"},
		"an entity":   {`<!DOCTYPE x [<!ENTITY a "b">]><opml version="2.0"><body><outline text="&a;"/></body></opml>`, "entity"},
		"large":       {strings.Repeat(" ", maxOPML+1), "bytes"},
		"deep":        {`<opml version="2.0"><body>` + strings.Repeat(`<outline text="x">`, 30) + strings.Repeat(`</outline>`, 30) + `</body></opml>`, "deep"},
		"many blogs":  {`<opml version="2.0"><body>` + strings.Repeat(`<outline xmlUrl="https://a.example/"/>`, maxOutlines+1) + `</body></opml>`, "more than"},
		"no addresss": {`<opml version="2.0"><body><outline text="x" xmlUrl="/feed"/></body></opml>`, "no blog in it"},
	} {
		if _, err := ReadOPML([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOPML holds that what is written is XML and reads as what it was made of.
func TestOPML(t *testing.T) {
	want := []blog.Recommendation{
		{Title: `Tea & "<milk>" ]]> 🫖`, Feed: "https://a.example/feed?x&y", URL: "https://a.example/", Description: "One 'line' & more"},
		{Title: "Ida", Group: "Friends & <others>", Feed: "https://ida.example/feed"},
		{Title: "بلوق", Group: "Friends & <others>", Feed: "https://b.example/feed", URL: "https://b.example/"},
		{Title: "Page", URL: "https://page.example/?a&b"},
	}
	b := &blog.Blog{BaseURL: "https://blog.example.com", Title: "Blog", Author: "Ida & \x01Co"}
	file, err := OPML(b, "Blogroll of \x00<Blog>", want)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`<opml version="2.0">`, "<title>Blogroll of &lt;Blog&gt;</title>", "<ownerName>Ida &amp; Co</ownerName>", "<ownerId>https://blog.example.com/</ownerId>",
		`type="rss" xmlUrl="https://a.example/feed?x&amp;y" htmlUrl="https://a.example/"`, `type="link" url="https://page.example/?a&amp;b"`} {
		if !strings.Contains(string(file), text) {
			t.Errorf("without %s:\n%s", text, file)
		}
	}
	got, err := ReadOPML(file)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	cmd := exec.Command(need(t, "xmllint"), "--noout", "--nonet", "-")
	cmd.Stdin = strings.NewReader(string(file))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v\n%s", err, out)
	}
}

func FuzzReadOPML(f *testing.F) {
	f.Add([]byte(`<opml version="2.0"><body><outline text="a" xmlUrl="https://a.example/"/></body></opml>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		all, err := ReadOPML(file)
		if err != nil {
			return
		}
		written, err := OPML(&blog.Blog{}, "x", all)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ReadOPML(written); err != nil || len(again) != len(all) {
			t.Errorf("%d became %d: %v", len(all), len(again), err)
		}
	})
}
