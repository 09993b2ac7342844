package web

import (
	"strings"
	"testing"

	"limelight/blog"
)

func TestWithEmoji(t *testing.T) {
	emojis := []blog.CustomEmoji{
		{Name: ":cat:", Copy: blog.Picture{File: "cat.png"}},
		{Name: ":dog:"}, // not fetched yet
		{Name: ":c+:", Copy: blog.Picture{File: "c.png"}},
	}
	img := func(name, file string) string {
		return `<img class="emoji" src="/avatars/` + file + `" alt="` + name + `" title="` + name + `" width="22" height="22" loading="lazy"/>`
	}
	for in, want := range map[string]string{
		"<p>Hello</p>":                   "<p>Hello</p>",
		"<p>A :cat: and a :dog:</p>":     "<p>A " + img(":cat:", "cat.png") + " and a :dog:</p>",
		"<p>:cat::cat:</p>":              "<p>" + img(":cat:", "cat.png") + img(":cat:", "cat.png") + "</p>",
		"<p>:c+:</p>":                    "<p>" + img(":c+:", "c.png") + "</p>",
		"<p><code>:cat:</code></p>":      "<p><code>:cat:</code></p>",
		`<p title=":cat:">&lt;b&gt;</p>`: `<p title=":cat:">&lt;b&gt;</p>`,
		"<p>\x01:cat:</p>":               "<p>" + img(":cat:", "cat.png") + "</p>",
	} {
		if got := (&Site{blog: &blog.Blog{}}).withEmoji(in, emojis); strings.ReplaceAll(got, "&#1;", "") != want {
			t.Errorf("%q became %s\nwant %s", in, got, want)
		}
	}
}

func TestAttached(t *testing.T) {
	pictures, links := (&Site{blog: &blog.Blog{}}).attached([]blog.Attachment{
		{URL: "https://peer.test/a.jpg", MediaType: "image/jpeg", Alt: `A "cat"`, Copy: blog.Picture{File: "a.jpg", Width: 40, Height: 30}},
		{URL: "https://peer.test/b.jpg", MediaType: "image/jpeg", Alt: "Not fetched"},
		{URL: "https://peer.test/c.svg", MediaType: "image/svg+xml", Copy: blog.Picture{File: "c.svg"}},
		{URL: "https://peer.test/d.mp4", MediaType: "video/mp4"},
		{URL: "javascript:alert(1)", MediaType: "image/png", Copy: blog.Picture{File: "e.png"}},
	})
	if len(pictures) != 1 || pictures[0] != (pictureView{"/avatars/a.jpg", `A "cat"`, "https://peer.test/a.jpg", 40, 30}) {
		t.Errorf("the pictures are %+v", pictures)
	}
	want := []linkView{{"https://peer.test/b.jpg", "🖼", "Not fetched"}, {"https://peer.test/c.svg", "🖼", "https://peer.test/c.svg"}, {"https://peer.test/d.mp4", "🎞", "https://peer.test/d.mp4"}}
	for i, l := range links {
		if l != want[i] {
			t.Errorf("link %d is %+v", i, l)
		}
	}
}
