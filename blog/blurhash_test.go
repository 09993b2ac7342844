package blog

import (
	"image"
	"image/color"
	"testing"
)

// painted is a picture of which each pixel is told.
func painted(w, h int, at func(x, y int) color.Color) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, at(x, y))
		}
	}
	return img
}

// The hashes were made by another implementation, github.com/bbrks/go-blurhash.
func TestBlurhash(t *testing.T) {
	for _, c := range []struct {
		name string
		img  image.Image
		want string
	}{
		{"gradient", painted(32, 24, func(x, y int) color.Color { return color.NRGBA{uint8(x * 8), uint8(y * 10), 128, 255} }), "UxH27k2swxX8mHWWjtf7gJfjfQfjn,WpjtfQ"},
		{"white", painted(1, 1, func(int, int) color.Color { return color.White }), "U~TSUA~q~q~q~q~q~q~q~q~q~q~q~q~q~q~q"},
		{"black", painted(7, 3, func(int, int) color.Color { return color.Black }), "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ"},
		{"halves", painted(20, 20, func(x, _ int) color.Color {
			if x < 10 {
				return color.NRGBA{200, 30, 30, 255}
			}
			return color.NRGBA{20, 90, 200, 255}
		}), "U%G=}P{us8OboMn$jsbHfQfQfQfQoMn$jsbH"},
		{"tall", painted(1, 32, func(_, y int) color.Color { return color.Gray{uint8(y * 8)} }), "U~H2cr~q~q~q4n4n4n4nxuxuxuxuWBWBWBWB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := blurhash(c.img); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestBlurhashOfOthers(t *testing.T) {
	clear := painted(4, 4, func(int, int) color.Color { return color.Transparent })
	white := painted(4, 4, func(int, int) color.Color { return color.White })
	if a, b := blurhash(clear), blurhash(white); a != b {
		t.Errorf("what shows nothing is %s and not %s", a, b)
	}
	stripes := func(n int) image.Image {
		return painted(n, n/2, func(x, _ int) color.Color { return color.Gray{uint8(255 * (x % 2))} })
	}
	// The first six characters are the strength of the others and the mean.
	if a, b := blurhash(stripes(1600)), blurhash(stripes(400)); a[:6] != b[:6] {
		t.Errorf("stripes as fine as pixels look otherwise in another size: %s, %s", a, b)
	}
	if got := blurhash(painted(3000, 1, func(int, int) color.Color { return color.White })); len(got) != 36 {
		t.Errorf("%q", got)
	}
}
