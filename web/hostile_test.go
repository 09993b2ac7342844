package web

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"limelight/blog"
)

const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`

// TestHostileInput puts an attack into everything that others, or a careless
// author, can name, and parses what comes out.
func TestHostileInput(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Blog.Title, o.Blog.Description, o.Blog.Author = "T"+attack, "D"+attack, "A"+attack
		o.Blog.Fields = []blog.Field{{Name: attack, Value: "https://example.com/" + attack}, {Name: "x", Value: attack}}
	})
	p := w.publish("hello.md", "---\ntitle: '\"><script>alert(1)</script>'\nsummary: '\"><script>alert(1)</script>'\ntags: ['\"><script>alert(1)</script>']\n---\n"+
		"<script>alert(1)</script>\n\n<p style=\"color:red\" onclick=\"alert(1)\">Text</p>\n\n<iframe src=\"https://evil.example\"></iframe>\n")
	c := w.comment(p, 0, "Eve", blog.SafeHTML(`<p onclick="x">hi</p><script>alert(1)</script><img src="https://evil.example/x.png"><style>p{}</style><a href="javascript:x">y</a></div></li></ol>`), func(c *blog.Comment) {
		c.Author.Name, c.Author.Handle, c.Author.URL = attack, attack, "javascript:alert(1)"
		c.URL, c.Warning, c.Language = "javascript:alert(1)", attack, attack
	})
	w.comment(p, c.ID, "Answer", "<p>below</p>")
	for _, path := range []string{"/", "/posts/hello", "/tags/script-alert-1-script", "/nothing", "/archive", "/about", "/comments", "/interact?post=hello", "/search?q=text", "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"} {
		page := text(t, w.ask("GET", path))
		checkHTML(t, path, page)
		wantNone(t, page, "ZgotmplZ", "evil.example")
	}
}

// loads are the attributes whose address a browser fetches by itself.
var loads = map[string][]string{"img": {"src", "srcset"}, "link": {"href"}, "source": {"src", "srcset"}, "video": {"src", "poster"}, "audio": {"src"}}

// checkHTML wants a page that runs nothing, styles nothing inline and loads
// nothing from elsewhere, with its elements closed in order.
func checkHTML(t *testing.T, path, page string) {
	t.Helper()
	if !strings.HasPrefix(page, "<!doctype html>") {
		t.Errorf("%s is no page: %.100s", path, page)
	}
	void := regexp.MustCompile(`^(meta|link|img|br|hr|input|source|wbr)$`)
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("%s: not closed: %v", path, open)
			}
			return
		case html.StartTagToken:
			token := z.Token()
			checkElement(t, path, token)
			if !void.MatchString(token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			token := z.Token()
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("%s: </%s> closes %v", path, token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func checkElement(t *testing.T, path string, token html.Token) {
	t.Helper()
	if token.String() == `<script type="application/ld+json">` {
		return // data, of which TestCardIsNoScript is the test
	}
	switch token.Data {
	case "script", "style", "iframe", "object", "embed", "base", "svg":
		t.Errorf("%s has %s", path, token)
	}
	seen := map[string]string{}
	if to := token.String(); token.Data == "form" && !strings.Contains(to, ` action="/interact"`) && !strings.Contains(to, ` action="/search"`) {
		t.Errorf("%s has %s", path, token)
	}
	for _, a := range token.Attr {
		seen[a.Key] = a.Val
		if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
			t.Errorf("%s has %s", path, token)
		}
	}
	if rel := seen["rel"]; token.Data == "link" && rel != "stylesheet" && rel != "icon" && rel != "apple-touch-icon" {
		return
	}
	for _, name := range loads[token.Data] {
		if v, ok := seen[name]; ok && (!strings.HasPrefix(v, "/") || strings.HasPrefix(v, "//")) {
			t.Errorf("%s loads %q", path, v)
		}
	}
}

func TestPageSize(t *testing.T) {
	w := newWorld(t, newDoor().offer)
	starter, err := blog.Starter(w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	p := w.publish("rush-a-reflection.md", "---\ntitle: Rush\n---\n"+starter.Source)
	for range 20 {
		w.comment(p, 0, "Mira", "<p>A comment of the usual length, which is about this much and perhaps half a sentence more.</p>")
	}
	for i := range maxPeople {
		w.react(p, blog.Like, fmt.Sprintf("Likely Person %d", i))
	}
	page := w.get("/posts/rush-a-reflection")
	checkHTML(t, "the starter post", page)
	_, style, _ := strings.Cut(page, `rel="stylesheet" href="`)
	style, _, _ = strings.Cut(style, `"`)
	size := len(page) + len(w.get(style))
	t.Logf("the page has %d bytes, with its styles %d", len(page), size)
	if size > 60<<10 {
		t.Errorf("the page and its styles have %d bytes", size)
	}
}
