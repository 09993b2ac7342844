package blog_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"limelight/blog"
)

// folder is a post's folder with a picture in it, a link that leaves it, and a
// file outside.
func folder(t *testing.T) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"secret.png": pngBytes(t, picture(8, 8)), "posts/a.png": pngBytes(t, picture(8, 4)), "posts/sub/my b.png": pngBytes(t, picture(4, 8)),
		"posts/copy.png": pngBytes(t, picture(8, 4)), "posts/c.svg": []byte("<svg/>"), "posts/half.jpg": jpegBytes(t, picture(400, 300))[:900],
		"posts/wide.jpg": jpegBytes(t, picture(2000, 1000)), "posts/huge.png": hugePNG(6000, 5000),
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join("..", "secret.png"), filepath.Join(dir, "posts", "out.png")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(filepath.Join(dir, "posts"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func TestImagesBesideThePost(t *testing.T) {
	c, err := blog.Compose("x.md", []byte(strings.Join([]string{
		"---", "image: a.png", `image_alt: The "lead"`, "image_focus: [0.5, -0.25]", "---",
		`![One *a*](a.png "T")`, "", "and ![again](./a.png), ![copied](copy.png), ![below](<sub/my b.png>), ![escaped](sub/my%20b.png), ![wide](wide.jpg).",
	}, "\n")), blog.ComposeOptions{ReadFile: folder(t).ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Media) != 3 {
		t.Fatalf("%d media, want 3: the same picture under two names is one", len(c.Media))
	}
	a, b, wide := c.Media[0], c.Media[1], c.Media[2]
	equal(t, "lead image", c.Post.Image, blog.Image{Path: "/media/" + a.Name, Type: "image/png", Alt: `The "lead"`, Width: 8, Height: 4,
		Blurhash: a.Blurhash, Focus: blog.Focus{X: 0.5, Y: -0.25}})
	equal(t, "images", c.Post.Images, []blog.Image{
		{Path: "/media/" + a.Name, Type: "image/png", Alt: "One a", Width: 8, Height: 4, Blurhash: a.Blurhash},
		{Path: "/media/" + b.Name, Type: b.Type, Alt: "below", Width: 4, Height: 8, Blurhash: b.Blurhash},
		{Path: "/media/" + wide.Name, Type: wide.Type, Alt: "wide", Width: 1600, Height: 800, Blurhash: wide.Blurhash},
	})
	if len(a.Blurhash) != 36 || a.Blurhash == b.Blurhash {
		t.Errorf("blurhashes %q, %q", a.Blurhash, b.Blurhash)
	}
	equal(t, "shrunk", []int{wide.Width, wide.Height}, []int{1600, 800})
	contains(t, "HTML", c.Post.HTML,
		`<figure><img src="/media/`+a.Name+`" alt="One a" width="8" height="4" loading="lazy"><figcaption>T</figcaption></figure>`,
		`<img src="/media/`+a.Name+`" alt="again" width="8" height="4" loading="lazy">`,
		`<img src="/media/`+a.Name+`" alt="copied"`, `<img src="/media/`+b.Name+`" alt="below" width="4" height="8"`,
		`<img src="/media/`+b.Name+`" alt="escaped"`, `<img src="/media/`+wide.Name+`" alt="wide" width="1600" height="800"`)
	if strings.Contains(c.Post.Source, "/media/") {
		t.Error("the source was changed")
	}
}

func TestImageFaults(t *testing.T) {
	root := folder(t)
	for _, test := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"missing", "nope.png is missing:\n\n![a](nope.png)", 3, "nope.png: there is no such file beside the post"},
		{"missing after a heading", "# T\n\n\nText\nand ![a](nope.png)", 5, "no such file"},
		{"missing lead", "---\ntitle: a\nimage: nope.png\n---\nT", 3, "no such file"},
		{"missing in a list", "---\ntitle: a\n---\n\n- a\n- b\n\n  > ![c](nope.png)\n", 8, "no such file"},
		{"the second of two", "![a](a.png)\n\n![a][n]\n\n[n]: nope.png", 3, "no such file"},
		{"above", "![a](../secret.png)", 1, "lies outside"},
		{"far above", "a\n![a](../../../../etc/passwd)", 2, "lies outside"},
		{"above in disguise", "![a](sub/..%2f..%2fsecret.png)", 1, "lies outside"},
		{"above as the lead", "---\nimage: ../secret.png\n---\nT", 2, "lies outside"},
		{"absolute as the lead", "---\nimage: /etc/passwd\n---\nT", 2, "beside this one"},
		{"file as the lead", "---\nimage: file:///etc/passwd\n---\nT", 2, "beside this one"},
		{"a link out of the folder", "![a](out.png)", 1, "out.png: cannot be read beside the post"},
		{"a folder", "![a](sub)", 1, "sub: cannot be read"},
		{"NUL in the name", "![a](a%00.png)", 1, "cannot be read"},
		{"SVG", "a\n\n![a](c.svg)", 3, "JPEG, PNG, GIF or WebP"},
		{"cut off", "![a](half.jpg)", 1, "half.jpg: not a usable image"},
		{"too many pixels", "![a](huge.png)", 1, "6000 x 5000 pixels are more than 24 megapixels"},
		{"a file that is no image", "a [b](a.pdf)", 1, "only images are taken along"},
		{"an address without a scheme", "a\n[b](www.example.com)", 2, "would lead nowhere"},
		{"a post whose name gives no slug", "[b](日本.md)", 1, "give that post one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := fault(t, "x.md", []byte(test.text), blog.ComposeOptions{ReadFile: root.ReadFile})
			equal(t, "line", got.Line, test.line)
			contains(t, "message", got.Msg, test.want)
		})
	}
}

// References that name no file beside the post are left alone, and nothing is
// read for them.
func TestReferencesElsewhere(t *testing.T) {
	c, err := blog.Compose("x.md", []byte("![a](/etc/passwd) ![b](https://example.com/b.png) ![c](//example.com/c.png) ![d](%2Fetc%2Fpasswd)\n"+
		"![e](file:///etc/passwd) [f](/about) [g](#part) [h](2026-01-01-Other%20Post.md#part) [i](tel:1) <https://example.com/x.md>"), blog.ComposeOptions{
		ReadFile: func(name string) ([]byte, error) { t.Errorf("read %s", name); return nil, fs.ErrNotExist },
	})
	if err != nil || len(c.Media) != 0 {
		t.Fatalf("%d media, %v", len(c.Media), err)
	}
	contains(t, "HTML", c.Post.HTML, `src="/etc/passwd"`, `src="https://example.com/b.png"`, `src="//example.com/c.png"`, `src="%2Fetc%2Fpasswd"`,
		`<img alt="e">`, `href="/about"`, `href="#part"`, `href="/posts/other-post#part"`, `href="tel:1"`, `href="https://example.com/x.md"`)
}

func TestImagesAreReadOnce(t *testing.T) {
	files, reads := fstest.MapFS{"a.png": {Data: pngBytes(t, picture(8, 4))}}, 0
	c, err := blog.Compose("x.md", []byte(strings.Repeat("![a](a.png)\n", 500)), blog.ComposeOptions{
		ReadFile: func(name string) ([]byte, error) { reads++; return files.ReadFile(name) },
	})
	if err != nil || len(c.Media) != 1 || reads != 1 {
		t.Errorf("%d media by %d reads, %v; want 1 by 1", len(c.Media), reads, err)
	}
	got := fault(t, "x.md", []byte("![a](a.png)"), blog.ComposeOptions{})
	contains(t, "without a folder", got.Msg, "cannot be taken along")
}
