package bring_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"limelight/blog"
	"limelight/blog/bring"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 3))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func folder(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return m
}

var berlin = time.FixedZone("CET", 3600)

func find(t *testing.T, s *bring.Source, id string) *bring.Post {
	t.Helper()
	for _, p := range s.Posts {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("there is no post %s", id)
	return nil
}

func contains(t *testing.T, what, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %q:\n%s", what, w, text)
		}
	}
}

func TestHugo(t *testing.T) {
	files := folder(map[string]string{
		"hugo.toml": "baseURL = \"https://old.example/blog/\"\n[permalinks]\nposts = \"/:year/:month/:slug/\"\n",
		"content/posts/first.md": "+++\ntitle = \"First *post*\"\ndate = 2021-03-04T05:06:07+01:00\ntags = [\"Go\", \"self hosting\"]\ncategories = [\"Tech\"]\n" +
			"aliases = [\"/old/first.html\"]\nimages = [\"/images/dot.png\"]\n[params]\nx = 1\n+++\n" +
			"See [it]({{< ref \"trip\" >}}#top), [that](https://old.example/blog/2022/05/my-trip/) and [rel](../my-trip/).\n\n" +
			"{{< figure src=\"/images/dot.png\" alt=\"A dot\" caption=\"The dot\" >}}\n\n{{< youtube id=\"w7Ft\" >}}\n\n" +
			"{{< highlight go \"linenos=table\" >}}\nx := \"{{< no >}}\"\n{{< /highlight >}}\n\n{{< tip >}}Inner{{< /tip >}} {{</* shown */>}}\n\n![gone](/images/gone.png)\n\n`{{< code >}}`\n",
		"content/posts/trip/index.md":   "---\ntitle: The trip\ndate: 2022-05-06\nslug: my-trip\n---\n![Map](map.png \"Where\") and <img src=\"map.png\" alt=\"raw\">\n\n[file](notes.pdf)\n",
		"content/posts/draft.md":        "{\"title\": \"Draft\", \"date\": \"2022-01-01\", \"draft\": true}\nNot yet.\n",
		"content/posts/2020-02-03-n.md": "No front matter at all.\n",
		"content/posts/later.md":        "---\ndate: 2999-01-01\n---\nx\n",
		"content/posts/over.md":         "---\ndate: 2001-01-01\nexpiryDate: 2002-01-01\n---\nx\n",
		"content/posts/kein.de.md":      "---\ndate: 2001-01-01\nurl: /ganz/woanders\n---\nx\n",
		"content/posts/undated.md":      "---\ntitle: x\n---\nx\n",
		"content/posts/broken.md":       "---\ntitle: [broken\n---\nx\n",
		"content/posts/bomb.md":         "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\ndate: 2001-01-01\n---\nx\n",
		"content/posts/bytes.md":        "---\ndate: 2001-01-01\n---\n\xff\xfe\n",
		"content/posts/_index.md":       "---\ntitle: Posts\n---\n",
		"content/about.md":              "---\ntitle: About\n---\nMe.\n",
		"static/images/dot.png":         string(picture(t)),
		"content/posts/trip/map.png":    string(picture(t)),
	})
	if !bring.IsHugo(files) || bring.IsJekyll(files) {
		t.Error("it is not known as what it is")
	}
	s, err := bring.Hugo(files, bring.Options{Timezone: berlin})
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]string{}
	for _, p := range s.Posts {
		if p.Left != "" {
			left[p.ID] = p.Left
		}
	}
	for id, why := range map[string]string{"about.md": "no section", "posts/broken.md": "no YAML", "posts/over.md": "expired", "posts/undated.md": "no date", "posts/bytes.md": "UTF-8", "posts/bomb.md": "aliases"} {
		contains(t, id, left[id], why)
	}
	if len(left) != 6 {
		t.Errorf("left are %q", left)
	}
	first := find(t, s, "posts/first.md")
	if want := []string{"/blog/2021/03/first-post", "/blog/old/first.html"}; !slices.Equal(first.Paths, want) {
		t.Errorf("it was at %q", first.Paths)
	}
	c, err := s.Compose(first, nil, bring.Options{Timezone: berlin})
	if err != nil {
		t.Fatal(err)
	}
	p := c.Post
	if p.Slug != "first" || p.Title != "First *post*" || !p.Published.Equal(time.Date(2021, 3, 4, 4, 6, 7, 0, time.UTC)) || len(p.Tags) != 3 || p.Image.Path == "" || len(c.Media) != 1 {
		t.Errorf("it became %+v with %d files", p, len(c.Media))
	}
	contains(t, "the text", p.Source, "[it](/blog/2022/05/my-trip/#top)", "[that](/blog/2022/05/my-trip/)", "[rel](/blog/2021/03/my-trip/)", `![A dot](dot.png "The dot")`,
		"(https://www.youtube.com/watch?v=w7Ft)", "```go\nx := \"{{< no >}}\"\n```", "Inner {{< shown >}}", "[gone](https://old.example/images/gone.png)")
	contains(t, "the notes", strings.Join(first.Notes, "\n"), "youtube", "shortcode tip", "/images/gone.png")

	trip := find(t, s, "posts/trip/index.md")
	if c, err = s.Compose(trip, nil, bring.Options{}); err != nil {
		t.Fatal(err)
	}
	if c.Post.Slug != "my-trip" || strings.Count(c.Post.HTML, `<img src="/media/`) != 2 {
		t.Errorf("it became %s: %s", c.Post.Slug, c.Post.HTML)
	}
	for id, draft := range map[string]bool{"posts/draft.md": true, "posts/later.md": true, "posts/2020-02-03-n.md": false} {
		if p := find(t, s, id); p.Meta.Draft != draft {
			t.Errorf("%s: draft is %t", id, p.Meta.Draft)
		}
	}
	if p := find(t, s, "posts/kein.de.md"); p.Meta.Language != "de" || !slices.Equal(p.Paths, []string{"/blog/ganz/woanders"}) {
		t.Errorf("another language: %+v", p)
	}
}

func TestJekyll(t *testing.T) {
	files := folder(map[string]string{
		"_config.yml": "url: https://old.example\nbaseurl: /j\npermalink: /:categories/:year/:month/:day/:title:output_ext\n",
		"_posts/2019-08-07-hello-world.md": "---\nlayout: post\ntitle: \"Hello: World\"\ncategories: tech go\ntags: [one, two words]\nredirect_from:\n  - /hello\n---\n" +
			"![Dot]({{ site.baseurl }}/assets/dot.png){: .wide }\n![Two]({{ \"/assets/dot.png\" | relative_url }})\n[other]({% post_url 2019-09-01-other %})\n\n" +
			"{% highlight ruby %}\nputs 1\n{% endhighlight %}\n\n{% raw %}{{ kept }}{% endraw %} {% include x.html %}{{ page.url }}\n",
		"trips/_posts/2019-09-01-other.html": "---\ndate: 2019-09-01 10:00:00 +0200\npermalink: /special/\n---\n<p>HTML <b>post</b></p><img src=\"/j/assets/dot.png\" alt=\"x\">\n",
		"_posts/2019-01-01-hidden.md":        "---\npublished: false\n---\nx",
		"_posts/nodate.md":                   "x",
		"_drafts/d.md":                       "x",
		"about.md":                           "---\n---\nx",
		"assets/dot.png":                     string(picture(t)),
	})
	s, err := bring.Jekyll(files, bring.Options{Timezone: berlin})
	if err != nil {
		t.Fatal(err)
	}
	if !bring.IsJekyll(files) || len(s.Posts) != 4 || len(s.Notes) != 1 {
		t.Fatalf("%d posts, notes %q", len(s.Posts), s.Notes)
	}
	hello := find(t, s, "_posts/2019-08-07-hello-world.md")
	if want := []string{"/j/tech/go/2019/08/07/hello-world.html", "/j/tech/go/2019/08/07/hello-world", "/j/hello"}; !slices.Equal(hello.Paths, want) {
		t.Errorf("it was at %q", hello.Paths)
	}
	c, err := s.Compose(hello, nil, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Post.Title != "Hello: World" || c.Post.Slug != "hello-world" || !c.Post.Published.Equal(time.Date(2019, 8, 6, 23, 0, 0, 0, time.UTC)) || len(c.Media) != 1 {
		t.Errorf("it became %+v", c.Post)
	}
	contains(t, "the text", c.Post.Source, "![Dot](dot.png)\n![Two](dot.png)", "[other](/j/special/)", "```ruby\nputs 1\n```", "{{ kept }}")
	contains(t, "the notes", strings.Join(hello.Notes, "\n"), "Liquid tag include", "{{ page.url }}")
	other := find(t, s, "trips/_posts/2019-09-01-other.html")
	if other.Meta.Title != "Other" || !slices.Equal(other.Meta.Tags, []string{"trips"}) || !slices.Contains(other.Paths, "/j/special") {
		t.Errorf("the HTML one: %+v", other)
	}
	for id, why := range map[string]string{"_posts/2019-01-01-hidden.md": "not published", "_posts/nodate.md": "begin with a date"} {
		contains(t, id, find(t, s, id).Left, why)
	}
}

// TestHidden: what the old site hid stays hidden, what it quoted stays there.
func TestHidden(t *testing.T) {
	const front = "---\ndate: 2020-01-02\n---\n"
	s, err := bring.Jekyll(folder(map[string]string{
		"_posts/2020-01-02-liquid.md": front + "One {%- comment -%} SECRET 50% {% comment %}\nSECRET{% endcomment %} SECRET\n```\n{% raw %}{% endcomment %}{% endraw %}SECRET {% endcomment %} two " +
			"{% # SECRET %}{% raw %}{% comment %}kept{% endcomment %}{% endraw %}\n\n{::comment}\nSECRET\n\nSECRET\n{:/comment}\nthree {::comment}SECRET{:/} four\n",
		"_posts/2020-01-03-open.md":       front + "One {% comment %} SECRET",
		"_posts/2020-01-04-éa-ü.md":       "x",
		"_posts/2020-01-05-no.md":         "---\npublished: no\n---\nx",
		"_posts/2020-01-05-off.md":        "---\npublished: Off\n---\nx",
		"_posts/2020-01-05-false.md":      "---\npublished: False\n---\nx",
		"_posts/2020-01-05-alias.md":      "---\nhidden: &no true\ndraft: *no\n---\nx",
		"_posts/2020-01-05-merge.md":      "---\nmine: &mine {draft: true}\n<<: *mine\n---\nx",
		"_posts/2020-01-05-yes.md":        "---\npublished: yes\ndraft: On\n---\nx",
		"_posts/2020-01-06-kramdown-x.md": front + "```\n{::comment}\nshown\n{:/comment}\n```\n",
	}), bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	liquid, open := find(t, s, "_posts/2020-01-02-liquid.md"), find(t, s, "_posts/2020-01-03-open.md")
	contains(t, "the text", liquid.Text, "One ", " two ", "{% comment %}kept{% endcomment %}", "three  four")
	contains(t, "the notes", strings.Join(liquid.Notes, "\n"), "comments")
	contains(t, "a quotation", find(t, s, "_posts/2020-01-06-kramdown-x.md").Text, "{::comment}\nshown\n")
	for _, p := range []*bring.Post{liquid, open} {
		if strings.Contains(p.Text, "SECRET") {
			t.Errorf("%s shows %q", p.ID, p.Text)
		}
	}
	if title := find(t, s, "_posts/2020-01-04-éa-ü.md").Meta.Title; title != "Éa Ü" {
		t.Errorf("the title is %q", title)
	}
	for _, name := range []string{"no", "off", "false"} {
		contains(t, name, find(t, s, "_posts/2020-01-05-"+name+".md").Left, "not published")
	}
	for _, name := range []string{"alias", "merge"} { // what is not understood may say so
		contains(t, name, find(t, s, "_posts/2020-01-05-"+name+".md").Left, "aliases")
	}
	if p := find(t, s, "_posts/2020-01-05-yes.md"); p.Left != "" || !p.Meta.Draft {
		t.Errorf("the draft: %+v", p)
	}
	s, err = bring.Hugo(folder(map[string]string{"hugo.toml": "", "content/p/a.md": front + "One {{< comment >}}\nSECRET {{% note %}}SECRET{{% /note %}}\n```\nSECRET\n{{< / comment >}} two {{% comment %}}SECRET{{% /comment %}}\n"}), bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := find(t, s, "p/a.md")
	contains(t, "the text", p.Text, "One ", " two ")
	if strings.Contains(p.Text, "SECRET") {
		t.Errorf("it shows %q", p.Text)
	}
}

// TestHugoShown: what says that a page is not shown yet, or never, is heeded where
// Hugo heeds it.
func TestHugoShown(t *testing.T) {
	files := folder(map[string]string{
		"hugo.yaml":                   "cascade:\n- _target: {path: /site/**}\n  draft: true\n",
		"content/p/future.md":         "---\ndate: 2020-01-02\npublishDate: 2999-01-01\n---\nx",
		"content/p/odd.md":            "---\ndate: 2020-01-02\npublishDate: next week\n---\nx",
		"content/p/past.md":           "---\ndate: 2020-01-02\npublishDate: 2020-01-03\n---\nSee [it]({{< ref \"broken\" >}}) and [that]({{< ref \"/p/broken.md\" >}}).",
		"content/p/yes.md":            "---\ndate: 2020-01-02\ndraft: Yes\n---\nx",
		"content/p/broken.md":         "---\ntitle: [\n---\nx",
		"content/p/word.md":           "---\nword\n---\nx",
		"content/site/a.md":           "---\ndate: 2020-01-02\n---\nx",
		"content/d/_index.md":         "---\ncascade:\n  draft: true\n---\n",
		"content/d/a.md":              "---\ndate: 2020-01-02\n---\nx",
		"content/d/own.md":            "---\ndate: 2020-01-02\ndraft: false\n---\nx",
		"content/d/deep/b.md":         "---\ndate: 2020-01-02\n---\nx",
		"content/d/out/_index.md":     "+++\n[[cascade]]\ndraft = false\n+++\n",
		"content/d/out/c.md":          "---\ndate: 2020-01-02\n---\nx",
		"content/b/_index.md":         "+++\n[[cascade]]\n[cascade.build]\nrender = 'never'\n[cascade.target]\npath = '{/b/hid*,/b/q/**}'\n[[cascade]]\ndraft = true\n[cascade.target]\nkind = 'section'\n+++\n",
		"content/b/hidden.md":         "---\ndate: 2020-01-02\n---\nx",
		"content/b/shown.md":          "---\ndate: 2020-01-02\n---\nx",
		"content/b/q/index.md":        "---\ndate: 2020-01-02\n---\nx",
		"content/b/q/r/index.md":      "---\ndate: 2020-01-02\n---\nx",
		"content/b/linked.md":         "---\ndate: 2020-01-02\nbuild: {render: link}\n---\nx",
		"content/broken/_index.de.md": "---\ncascade: [\n---\n",
	})
	s, err := bring.Hugo(files, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"p/future.md": "draft", "p/odd.md": "draft", "p/past.md": "shown", "p/yes.md": "draft", "site/a.md": "draft", "p/word.md": "left",
		"d/a.md": "draft", "d/own.md": "shown", "d/deep/b.md": "draft", "d/out/c.md": "shown",
		"b/hidden.md": "left", "b/shown.md": "shown", "b/q/index.md": "shown", "b/q/r/index.md": "left", "b/linked.md": "left",
	} {
		p := find(t, s, id)
		if got := map[bool]string{true: "draft"}[p.Meta.Draft]; p.Left != "" && want != "left" || p.Left == "" && cmp.Or(got, "shown") != want {
			t.Errorf("%s should be %s: %+v", id, want, p)
		}
	}
	contains(t, "a ref to what is broken", strings.Join(find(t, s, "p/past.md").Notes, "\n"), "it refers to broken, which is not here")
	contains(t, "the notes", strings.Join(s.Notes, "\n"), "content/broken/_index.de.md")
}

// TestCompose is about what comes from elsewhere: what is fetched, what cannot be,
// and what is beyond our bounds.
func TestCompose(t *testing.T) {
	asked := []string{}
	fetch := func(address string) ([]byte, error) {
		asked = append(asked, address)
		if strings.Contains(address, "gone") {
			return nil, errors.New("404")
		}
		if strings.Contains(address, "svg") {
			return []byte("<svg/>"), nil
		}
		return picture(t), nil
	}
	p := &bring.Post{ID: "7", Text: "![a](https://old.example/x/Foto%201.PNG?w=5) ![b](https://old.example/y/Foto%201.PNG) ![c](https://old.example/gone.png) ![d](a.svg) ![e](https://old.example/gone.png)"}
	p.Base = &url.URL{Scheme: "https", Host: "old.example", Path: "/2020/"}
	p.Meta.Title, p.Meta.Language, p.Meta.Slug = strings.Repeat("word ", 100), "en_US", "Ünder Scöre"
	p.Meta.Tags = append(slices.Repeat([]string{"same"}, 60), "!!!")
	s := &bring.Source{Posts: []*bring.Post{p}}
	c, err := s.Compose(p, fetch, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, "the text", c.Post.Source, "![a](foto-1.png) ![b](foto-1.png)", "[c](https://old.example/gone.png)", "[d](https://old.example/2020/a.svg)")
	if len(asked) != 4 {
		t.Errorf("asked for %q", asked)
	}
	if c.Post.Language != "en-US" || c.Post.Slug != "nder-sc-re" || len([]rune(c.Post.Title)) > 300 || len(c.Post.Tags) != 1 {
		t.Errorf("it became %+v", c.Post)
	}
	if _, err := s.Compose(&bring.Post{ID: "8", Text: strings.Repeat("x", blog.MaxSource+1)}, nil, bring.Options{}); err == nil {
		t.Error("a post without an end came")
	}
	sound := &bring.Post{ID: "9", Text: "x", Meta: blog.FrontMatter{Video: "nowhere.mp4"}}
	if c, err := s.Compose(sound, nil, bring.Options{}); err != nil || c.Post.Enclosure.URL != "" || len(sound.Notes) != 1 {
		t.Errorf("a video that is not there: %v, %q", err, sound.Notes)
	}
}

// TestOpen: an archive is the files in it, and nothing else that it names.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var zipped, tarred bytes.Buffer
	z := zip.NewWriter(&zipped)
	g := gzip.NewWriter(&tarred)
	w := tar.NewWriter(g)
	for _, name := range []string{"top/a.txt", "../evil.txt", "top/sub/b.txt"} {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write([]byte(name))
		}
		if err == nil {
			err = w.WriteHeader(&tar.Header{Name: name, Size: int64(len(name)), Mode: 0o644, Typeflag: tar.TypeReg})
		}
		if err == nil {
			_, err = w.Write([]byte(name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.WriteHeader(&tar.Header{Name: "top/link", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}), w.Close(), g.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{write("x.tar.gz", tarred.Bytes()), write("x.zip", zipped.Bytes())} {
		files, done, err := bring.Open(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, path)
			}
			return err
		})
		slices.Sort(names)
		if got := strings.Join(names, " "); err != nil || strings.Contains(got, "link") || strings.Contains(got, "..") || !strings.Contains(got, "sub/b.txt") {
			t.Errorf("%s has %q, %v", name, got, err)
		}
		if err := done(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "evil.txt")); err == nil {
		t.Error("something was written outside")
	}
	bomb := bytes.Buffer{}
	g = gzip.NewWriter(&bomb)
	w = tar.NewWriter(g)
	err := w.WriteHeader(&tar.Header{Name: "zeros", Size: 200 << 20, Mode: 0o644, Typeflag: tar.TypeReg})
	for range 200 {
		if err == nil {
			_, err = w.Write(make([]byte, 1<<20))
		}
	}
	if err = errors.Join(err, w.Close(), g.Close()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := bring.Open(t.Context(), write("bomb.tar.gz", bomb.Bytes())); err == nil || !strings.Contains(err.Error(), "far more than it should") {
		t.Errorf("a bomb: %v", err)
	}
	holes := bytes.Buffer{}
	w = tar.NewWriter(&holes)
	records := map[string]string{"CNU.sparse.major": "1", "CNU.sparse.minor": "0", "CNU.sparse.name": "holes", "CNU.sparse.realsize": "90000000"}
	err = w.WriteHeader(&tar.Header{Name: "x/holes", Size: 512, Mode: 0o644, Typeflag: tar.TypeReg, PAXRecords: records})
	if err == nil {
		_, err = w.Write(append([]byte("1\n90000000\n0\n"), make([]byte, 499)...))
	}
	if err = errors.Join(err, w.WriteHeader(&tar.Header{Name: "plain", Mode: 0o644, Typeflag: tar.TypeReg}), w.Close()); err != nil {
		t.Fatal(err)
	}
	files, done, err := bring.Open(t.Context(), write("holes.tar", bytes.ReplaceAll(holes.Bytes(), []byte("CNU."), []byte("GNU."))))
	if err != nil {
		t.Fatal(err)
	}
	if names, err := fs.Glob(files, "*"); err != nil || !slices.Equal(names, []string{"plain"}) {
		t.Errorf("of a tar with a file of nothing but holes came %q, %v", names, err)
	}
	if err := done(); err != nil {
		t.Error(err)
	}
	if _, _, err := bring.Open(t.Context(), write("x.txt", []byte("x"))); err == nil {
		t.Error("a text is taken for an archive")
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "limelight-import-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func FuzzHugo(f *testing.F) {
	f.Add("+++\ntitle = \"x\"\ndate = 2021-03-04\n+++\n{{< figure src=\"a.png\" >}} {{% x %}}")
	f.Add("---\ntitle: x\ndate: 2021-03-04\naliases: [a, /b]\n---\n{{< highlight go >}}\n{{< /highlight >}}\n~~~\n{{< ref \"y\" >}}")
	f.Add("{\"date\": \"2021-01-01\", \"url\": \"%zz\"}\n<img src=x>")
	fuzzFolder(f, func(text string) map[string]string {
		return map[string]string{"hugo.toml": "baseURL = 'https://e.example/x'", "content/p/a.md": text}
	}, bring.Hugo)
}

func FuzzJekyll(f *testing.F) {
	f.Add("---\ntitle: x\npermalink: /:year/:title\n---\n{% highlight go %}x{% endhighlight %} {{ site.url | x }} {% raw %}{% endraw %}")
	f.Add("---\ncategories: a b\n---\n{% post_url x %} {{ \"/a\" | relative_url }} \x01")
	fuzzFolder(f, func(text string) map[string]string {
		return map[string]string{"_config.yml": "url: https://e.example", "_posts/2020-01-02-a.md": text}
	}, bring.Jekyll)
}

func fuzzFolder(f *testing.F, files func(string) map[string]string, read func(fs.FS, bring.Options) (*bring.Source, error)) {
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		s, err := read(folder(files(text)), bring.Options{})
		if err != nil {
			t.Fatal(err) // one bad post is no reason to bring none
		}
		for _, p := range s.Posts {
			if p.Left != "" {
				continue
			}
			c, err := s.Compose(p, nil, bring.Options{})
			if err == nil && strings.Contains(c.Post.HTML, "<script") {
				t.Errorf("a script: %s", c.Post.HTML)
			}
			for _, path := range p.Paths {
				if !strings.HasPrefix(path, "/") || path == "/" {
					t.Errorf("it was at %q", path)
				}
			}
		}
	})
}
