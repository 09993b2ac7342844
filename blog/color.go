package blog

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// Color is an opaque colour.
type Color struct{ R, G, B uint8 }

// ParseColor reads a colour as CSS writes it: #rgb, #rrggbb or a name such as
// teal.
func ParseColor(text string) (Color, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if c, ok := colornames.Map[text]; ok {
		return ofRGBA(c), nil
	}
	digits, ok := strings.CutPrefix(text, "#")
	n, err := strconv.ParseUint(digits, 16, 32)
	switch {
	case !ok || err != nil || strings.HasPrefix(digits, "+"):
	case len(digits) == 3:
		r, g, b := uint8(n>>8)&15, uint8(n>>4)&15, uint8(n)&15
		return Color{r * 17, g * 17, b * 17}, nil
	case len(digits) == 6:
		return Color{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
	}
	return Color{}, fmt.Errorf("%q is no colour; it should look like #2a6f97 or teal", text)
}

func ofRGBA(c color.RGBA) Color { return Color{c.R, c.G, c.B} }

// String is #rrggbb.
func (c Color) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// Contrast is the ratio of two colours' luminances, 1 to 21 (WCAG 2.2).
func (c Color) Contrast(d Color) float64 {
	a, b := c.luminance(), d.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func (c Color) luminance() float64 {
	return 0.2126*linearLight(c.R) + 0.7152*linearLight(c.G) + 0.0722*linearLight(c.B)
}

func linearLight(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

// Readable is the colour, or the nearest on its way to black or to white, that
// has at least the contrast with each of the backgrounds. When those lie so far
// apart that none has, it is black or white.
func (c Color) Readable(contrast float64, backgrounds ...Color) Color {
	end := Color{}
	for _, b := range backgrounds {
		if b.luminance() < 0.18 { // white is the better ink on it
			end = Color{255, 255, 255}
		}
	}
	for step := range 256 {
		m := c.mix(end, step)
		good := true
		for _, b := range backgrounds {
			good = good && m.Contrast(b) >= contrast
		}
		if good {
			return m
		}
	}
	return end
}

// mix is c with so many 255ths of d.
func (c Color) mix(d Color, share int) Color {
	part := func(a, b uint8) uint8 { return uint8((int(a)*(255-share) + int(b)*share) / 255) }
	return Color{part(c.R, d.R), part(c.G, d.G), part(c.B, d.B)}
}
