package web

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"limelight/blog"
	"limelight/storage/storagetest"
	"limelight/web/browsertest"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestTheme(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Theme = fstest.MapFS{
			"problem.html": file(`{{define "main"}}<p class="mine">Lost: {{.Problem.Status}}</p>{{end}}`),
			"extra.css":    file("body { letter-spacing: 1px; }"),
			"face.woff2":   file("a font"), "icon.svg": file("<svg/>"),
			"notes/ignored.html": file("x"), ".DS_Store": file("x"),
		}
		o.Logo = blog.Image{Path: "/media/logo.png", Type: "image/png", Width: 300, Height: 100}
	})
	w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	page := text(t, w.ask("GET", "/nothing"))
	wantAll(t, page, `<p class="mine">Lost: 404</p>`, `<img class="logo" src="/media/logo.png" alt="Example &amp; Sons" width="300" height="100">`)
	wantNone(t, page, "Nothing here</h1>", `class="home" href="/" rel="home"><img src="/static`)
	wantAll(t, w.get("/"), `<img class="logo"`, "Example &amp; Sons</bdi></a></h1>")
	wantAll(t, w.get("/posts/hello"), "Leave a reply")
	css := w.get(w.site.assets["site.css"].path)
	wantOrder(t, css, "--paper: #fcfbf6", "letter-spacing: 1px")
	for path, want := range map[string]string{"/static/face.woff2": "font/woff2", "/static/icon.svg": "image/svg+xml"} {
		if got := w.ask("GET", path).Header.Get("Content-Type"); got != want {
			t.Errorf("%s is %s", path, got)
		}
	}
	if got := w.get("/static/icon.svg"); got != "<svg/>" {
		t.Errorf("the icon is %s", got)
	}
	for _, path := range []string{"/static/extra.css", "/static/problem.html", "/static/.DS_Store"} {
		if got := w.ask("GET", path).StatusCode; got != 404 {
			t.Errorf("%s answers %d", path, got)
		}
	}
	whole := newWorld(t, func(o *Options) { o.Theme = fstest.MapFS{"site.css": file("p { color: red }")} })
	if css := whole.get(whole.site.assets["site.css"].path); css != "p { color: red }" {
		t.Errorf("the styles are %s", css)
	}
}

// TestThemeFaults holds that a mistake in a theme stops the start and says
// where it is.
func TestThemeFaults(t *testing.T) {
	db := storagetest.New(t)
	for name, tt := range map[string]struct {
		theme fstest.MapFS
		want  string
	}{
		"unknown template":  {fstest.MapFS{"psot.html": file("")}, "psot.html: there is no template"},
		"unknown type":      {fstest.MapFS{"notes.txt": file("")}, "notes.txt: what type"},
		"odd name":          {fstest.MapFS{"a b.css": file("")}, `"a b.css"`},
		"syntax":            {fstest.MapFS{"post.html": file("{{define \"main\"}}\n{{if}}{{end}}")}, "post.html:2"},
		"no such field":     {fstest.MapFS{"post.html": file("{{define \"main\"}}{{.Post.Nothing}}{{end}}")}, "post.html:1"},
		"in a list":         {fstest.MapFS{"list.html": file("{{define \"main\"}}{{range .List.Entries}}{{.Nothing}}{{end}}{{end}}")}, "list.html:1"},
		"half an attribute": {fstest.MapFS{"archive.html": file("{{define \"main\"}}<a href=\"{{.Title}}{{end}}")}, "attribute name"},
	} {
		_, err := New(Options{Blog: newWorld(t).blog, DB: db, Theme: tt.theme})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAccentGrounds holds that what accents are made readable on are the
// colours of the styles.
func TestAccentGrounds(t *testing.T) {
	w := newWorld(t)
	css := w.get("/static/site.css")
	light, dark, _ := strings.Cut(css, "prefers-color-scheme: dark")
	for part, grounds := range map[string][]blog.Color{light: lightGrounds, dark: darkGrounds} {
		wantAll(t, part, "--paper: "+grounds[0].String(), "--shade: "+grounds[1].String())
	}
}

// TestAccent looks at pages with accents that could not be read as they are.
func TestAccent(t *testing.T) {
	chromium := browsertest.Start(t)
	for _, name := range []string{"#ffff00", "#000080", "#777777"} {
		w := newWorld(t, newDoor().offer, func(o *Options) {
			accent, err := blog.ParseColor(name)
			if err != nil {
				t.Fatal(err)
			}
			o.Accent = &accent
		})
		w.fill()
		server := httptest.NewServer(w.handler)
		for _, scheme := range []string{"light", "dark"} {
			browsertest.Open(t, chromium, server.URL+"/posts/hello", scheme, 360)
			l := browsertest.Ask[look](t, chromium, findFaults)
			wantGoodLook(t, l, 360)
			browsertest.Keep(t, chromium, fmt.Sprintf("accent-%s-%s", strings.TrimPrefix(name, "#"), scheme))
		}
		server.Close()
	}
}
