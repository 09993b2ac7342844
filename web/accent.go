package web

import (
	"strings"

	"limelight/blog"
)

// The grounds that accent-coloured text stands on, in each scheme: paper and
// shade of site.css, which a test compares.
var (
	lightGrounds = []blog.Color{{R: 0xfc, G: 0xfb, B: 0xf6}, {R: 0xf2, G: 0xf0, B: 0xe6}}
	darkGrounds  = []blog.Color{{R: 0x15, G: 0x16, B: 0x11}, {R: 0x1f, G: 0x20, B: 0x19}}
)

// readable is what WCAG 2.2 AA wants of text, and a little for rounding.
const readable = 4.55

// accentStyles set the accent in both schemes to what of the colour can be read
// there; the light on top of the page takes the colour itself.
func accentStyles(c blog.Color) string {
	return strings.NewReplacer("LIGHT", c.Readable(readable, lightGrounds...).String(), "DARK", c.Readable(readable, darkGrounds...).String(), "COLOUR", c.String()).Replace(`
@media screen { :root { --accent: LIGHT; --light: COLOUR2e; } }
@media screen and (prefers-color-scheme: dark) { :root { --accent: DARK; --light: COLOUR1c; } }
`)
}
