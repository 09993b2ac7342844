package blog_test

import (
	"math"
	"testing"

	"limelight/blog"
)

func TestParseColor(t *testing.T) {
	for text, want := range map[string]string{
		"#2a6f97": "#2a6f97", "#2A6F97": "#2a6f97", "#abc": "#aabbcc", " Teal ": "#008080", "rebeccapurple": "", "": "", "#12": "", "#1234567": "", "2a6f97": "",
		"#+12": "", "#12345g": "", "red;}body{display:none": "", "rgb(1,2,3)": "", "url(x)": "", "#-1f": "", "#0x1": "",
	} {
		c, err := blog.ParseColor(text)
		if (err == nil) != (want != "") || err == nil && c.String() != want {
			t.Errorf("%q is %s, %v", text, c, err)
		}
	}
}

func TestContrast(t *testing.T) {
	black, white := blog.Color{}, blog.Color{R: 255, G: 255, B: 255}
	if got := black.Contrast(white); math.Abs(got-21) > 0.01 {
		t.Errorf("black on white is %f", got)
	}
	if got := white.Contrast(white); got != 1 {
		t.Errorf("white on white is %f", got)
	}
	for _, back := range []blog.Color{white, black, {0xfc, 0xfb, 0xf6}, {0x15, 0x16, 0x11}} {
		for r := 0; r < 256; r += 51 {
			for g := 0; g < 256; g += 51 {
				for b := 0; b < 256; b += 51 {
					c := blog.Color{R: uint8(r), G: uint8(g), B: uint8(b)}
					if got := c.Readable(4.5, back); got.Contrast(back) < 4.5 || c.Contrast(back) >= 4.5 && got != c {
						t.Fatalf("%s on %s becomes %s", c, back, got)
					}
				}
			}
		}
	}
}
