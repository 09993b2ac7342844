package blog

import (
	"image"
	"image/color"
	"math"
	"strings"

	"golang.org/x/image/draw"
)

// How much of a picture its blurhash tells: as much as Mastodon's own.
const (
	blurWide, blurHigh = 4, 4 // components
	blurSide           = 32   // pixels that are looked at on the longer side
)

const base83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

// blurhash is a picture in 36 characters, to be shown in its place while it
// loads: its first cosine components, as github.com/woltapp/blurhash has it in
// Algorithm.md. What is transparent shows the page, which is taken to be white.
func blurhash(img image.Image) string {
	parts := components(linear(img))
	var b strings.Builder
	digits(&b, (blurWide-1)+(blurHigh-1)*9, 1)
	largest := 0.0
	for _, c := range parts[1:] {
		largest = max(largest, math.Abs(c[0]), math.Abs(c[1]), math.Abs(c[2]))
	}
	scale := int(min(82, max(0, math.Floor(largest*166-0.5))))
	digits(&b, scale, 1)
	digits(&b, sRGB(parts[0][0])<<16|sRGB(parts[0][1])<<8|sRGB(parts[0][2]), 4)
	for _, c := range parts[1:] {
		code := 0
		for _, v := range c {
			v /= float64(scale+1) / 166
			root := math.Copysign(math.Sqrt(math.Abs(v)), v)
			code = code*19 + int(min(18, max(0, math.Floor(root*9+9.5))))
		}
		digits(&b, code, 2)
	}
	return b.String()
}

// linear is a picture as light: red, green and blue from 0 to 1, in rows.
func linear(img image.Image) [][][3]float64 {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if longer := max(w, h); longer > blurSide {
		w, h = max(1, w*blurSide/longer), max(1, h*blurSide/longer)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.BiLinear.Scale(small, small.Bounds(), img, img.Bounds(), draw.Over, nil)
	rows := make([][][3]float64, h)
	for y := range rows {
		rows[y] = make([][3]float64, w)
		for x := range rows[y] {
			c := small.RGBAAt(x, y)
			rows[y][x] = [3]float64{light(c.R), light(c.G), light(c.B)}
		}
	}
	return rows
}

func components(rows [][][3]float64) [][3]float64 {
	w, h := float64(len(rows[0])), float64(len(rows))
	out := make([][3]float64, 0, blurWide*blurHigh)
	for j := range blurHigh {
		for i := range blurWide {
			var sum [3]float64
			for y, row := range rows {
				for x, c := range row {
					basis := math.Cos(math.Pi*float64(i)*float64(x)/w) * math.Cos(math.Pi*float64(j)*float64(y)/h)
					for n := range sum {
						sum[n] += basis * c[n]
					}
				}
			}
			norm := 2 / (w * h)
			if i == 0 && j == 0 {
				norm = 1 / (w * h)
			}
			out = append(out, [3]float64{norm * sum[0], norm * sum[1], norm * sum[2]})
		}
	}
	return out
}

// light is a byte of sRGB as a share of light, sRGB the way back (IEC 61966-2-1).
func light(b uint8) float64 {
	v := float64(b) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func sRGB(v float64) int {
	v = max(0, min(1, v))
	if v <= 0.0031308 {
		return int(v*12.92*255 + 0.5)
	}
	return int((1.055*math.Pow(v, 1/2.4)-0.055)*255 + 0.5)
}

// digits writes n in base 83.
func digits(b *strings.Builder, n, length int) {
	for i := length - 1; i >= 0; i-- {
		b.WriteByte(base83[n/int(math.Pow(83, float64(i)))%83])
	}
}
