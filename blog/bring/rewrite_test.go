package bring

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
)

func TestRewrite(t *testing.T) {
	r := references{
		image: func(ref string) (string, bool) {
			switch ref {
			case "a.png", "/img/a b.png", "/img/a%20b.png":
				return "new.png", true
			case "gone.png":
				return "", false
			case "far.svg":
				return "https://old.example/far.svg", false
			}
			return ref, true
		},
		link: func(ref string) string {
			switch ref {
			case "drop.pdf":
				return ""
			case "../x/":
				return "/2020/x/"
			}
			return ref
		},
	}
	for in, want := range map[string]string{
		"![A](a.png) and ![A](a.png \"T\")":             "![A](new.png) and ![A](new.png \"T\")",
		"![A](</img/a b.png>) x":                        "![A](<new.png>) x",
		"x ![a *b*](gone.png 'T') y":                    "x a *b* y",
		"![A](far.svg)":                                 "[A](https://old.example/far.svg)",
		"[![A](a.png)](../x/) [w](drop.pdf \"t\") z":    "[![A](new.png)](/2020/x/) w z",
		"![A][ref]\n\n[ref]: a.png \"T\"\n":             "![A][ref]\n\n[ref]: new.png \"T\"\n",
		"`![A](a.png)`\n\n```\n![A](a.png)\n```\n":      "`![A](a.png)`\n\n```\n![A](a.png)\n```\n",
		"- ![A](a.png)\n  [w](../x/)\n> ![A](gone.png)": "- ![A](new.png)\n  [w](/2020/x/)\n> A",
		"[a](same.html) ![b](same.png)":                 "[a](same.html) ![b](same.png)",
		"\\![x](a.png)":                                 "\\![x](a.png)",
		"![a](a.png)![a](a.png)\n\n![a](a.png)\n":       "![a](new.png)![a](new.png)\n\n![a](new.png)\n",
		"| t |\n| - |\n| ![a](a.png) [w](../x/) |\n":    "| t |\n| - |\n| ![a](new.png) [w](/2020/x/) |\n",
		"Ünïcode ![ü](a.png)":                           "Ünïcode ![ü](new.png)",
	} {
		if got := rewrite(in, r); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestRewriteHTML(t *testing.T) {
	for in, want := range map[string]string{
		"a <img src=\"x.png\" alt=\"X\"> b":                       "a ![X](x.png) b",
		"<figure>\n<img src=\"x.png\">\n</figure>\nafter":         "![](x.png)\n\nafter", // the block goes on to the blank line
		"<div>\n\n<img src=x.png>\n\n</div>\n":                    "<div>\n\n![](x.png)\n\n\n</div>\n",
		"`<img src=x>` and <b>bold</b>":                           "`<img src=x>` and <b>bold</b>",
		"<p align=center><img src=\"x.png\"><br>\n<i>c</i></p>\n": "![](x.png)\\\n*c*\n\n",
	} {
		got := rewriteHTML(in, func(format string, args ...any) { t.Logf(format, args...) })
		if got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
}

// TestHeld: the pictures of one post, which are in memory together, are bounded.
func TestHeld(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 3))); err != nil {
		t.Fatal(err)
	}
	p := &Post{}
	c := &composing{source: &Source{}, post: p, files: map[string][]byte{}, names: map[string]string{}, held: maxHeld - int64(b.Len()),
		fetch: func(string) ([]byte, error) { return b.Bytes(), nil }}
	for n, address := range []string{"https://e.example/a.png", "https://e.example/x/a.png", "https://e.example/b.png"} {
		if _, came := c.image(address); came != (n < 2) { // the second is the first again
			t.Errorf("%s came: %t, with %d bytes", address, came, c.held)
		}
	}
	if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, "b.png did not come: the pictures of a post may have") {
		t.Errorf("the report says %q", notes)
	}
}
