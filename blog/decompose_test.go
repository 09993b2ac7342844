package blog_test

import (
	"image"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
)

// TestDecompose takes a post apart and puts it together again: all that an author
// said of it is still there.
func TestDecompose(t *testing.T) {
	picture := pngBytes(t, noise(30, 20))
	files := map[string][]byte{"img/a b.png": picture, "lead.png": pngBytes(t, noise(40, 40))}
	read := func(name string) ([]byte, error) { return files[name], nil }
	source := "---\ntitle: 'Quotes: \"here\"'\nslug: other\ndate: 2024-02-03T04:05:06.789Z\nupdated: 2024-03-01\nsummary: '#no comment'\n" +
		"tags: [self hosting, 'yes', '1, 2']\nlanguage: de\nvisibility: unlisted\nimage: lead.png\nimage_alt: Lead\nimage_focus: [0.5, -0.25]\n" +
		"sensitive: true\npinned: true\ncomments: closed\naudio: https://example.com/a.mp3\naudio_size: 77\nduration: 61\nseason: 2\nepisode: 3\nexplicit: true\n---\n" +
		"![One](img/a%20b.png)\n\ntext ![again](<img/a b.png>) <img src=\"x.png\" alt=\"raw\"> ![far](https://example.com/far.png)\n"
	first, err := blog.Compose("hello.md", []byte(source), blog.ComposeOptions{ReadFile: read, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	d, err := blog.Decompose(&first.Post)
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(d.Files)); !slices.Equal(got, []string{first.Post.Image.Path[len("/media/"):], "img/a b.png"}) || len(d.Lost) > 0 {
		t.Errorf("files are %q, lost %q", got, d.Lost)
	}
	media := map[string][]byte{}
	for _, m := range first.Media {
		media[m.Name] = m.Data
	}
	again, err := blog.Compose("index.md", d.Text, blog.ComposeOptions{Now: time.Now(),
		ReadFile: func(name string) ([]byte, error) { return media[d.Files[name]], nil }})
	if err != nil {
		t.Fatalf("%v\n%s", err, d.Text)
	}
	if diff := cmp.Diff(first.Post, again.Post); diff != "" {
		t.Errorf("it comes back as another one: %s\n%s", diff, d.Text)
	}
	first.Post.HTML = strings.Replace(first.Post.HTML, "<img", "<i", 1)
	if d, err = blog.Decompose(&first.Post); err != nil || !slices.Equal(d.Lost, []string{"img/a b.png"}) {
		t.Errorf("of HTML with other images it guesses: %q %v", d.Lost, err)
	}
}

// noise is a picture of w times h pixels, each with a colour of its own.
func noise(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i*w) | 1
	}
	return img
}
