package blog_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

var (
	red  = color.NRGBA{R: 255, A: 255}
	blue = color.NRGBA{B: 255, A: 255}
)

// picture is w x h pixels of red on the left and blue on the right.
func picture(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			if x < w/2 {
				img.Set(x, y, red)
			} else {
				img.Set(x, y, blue)
			}
		}
	}
	return img
}

func pngBytes(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegBytes(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gifBytes is a GIF of so many frames, red and blue in turn.
func gifBytes(t testing.TB, w, h, frames int) []byte {
	t.Helper()
	g := &gif.GIF{}
	for i := range frames {
		frame := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{red, blue})
		for p := range frame.Pix {
			frame.Pix[p] = uint8(i % 2)
		}
		g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 10)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webpBytes is one white pixel, lossless.
func webpBytes(t testing.TB) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhwAAABXRUJQVlA4TA8AAAAvAAAAAAcQ/Y/+ByKi/wEA")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// hugePNG is a file of some 60 bytes that claims w x h pixels.
func hugePNG(w, h uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	header = append(binary.BigEndian.AppendUint32(header, h), 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	b = binary.BigEndian.AppendUint32(append(b, header...), crc32.ChecksumIEEE(header))
	return append(b, "\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e"...)
}

// withEXIF puts an APP1 segment into a JPEG: the orientation, a camera's name
// and a GPS block that says 52 degrees north.
func withEXIF(data []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	entry := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		return order.AppendUint32(order.AppendUint32(b, count), value)
	}
	tiff := []byte("MM\x00*")
	short := uint32(orientation) << 16
	if order.String() == binary.LittleEndian.String() {
		tiff, short = []byte("II*\x00"), uint32(orientation)
	}
	tiff = order.AppendUint16(order.AppendUint32(tiff, 8), 3)
	tiff = entry(tiff, 0x0110, 2, 8, 50) // Model, at 50
	tiff = entry(tiff, 0x0112, 3, 1, short)
	tiff = entry(tiff, 0x8825, 4, 1, 58) // GPS IFD, at 58
	tiff = append(order.AppendUint32(tiff, 0), "SECRETC\x00"...)
	tiff = entry(order.AppendUint16(tiff, 1), 0x0002, 5, 3, 76)
	tiff = order.AppendUint32(tiff, 0)
	for _, v := range []uint32{52, 1, 30, 1, 0, 1} {
		tiff = order.AppendUint32(tiff, v)
	}
	segment := append([]byte("Exif\x00\x00"), tiff...)
	// Some cameras pad with fill bytes before a marker.
	out := append([]byte{0xff, 0xd8, 0xff, 0xff, 0xe1}, byte((len(segment)+2)>>8), byte(len(segment)+2))
	return append(append(out, segment...), data[2:]...)
}

// at is the colour of a pixel after lossy coding.
func at(img image.Image, x, y int) string {
	r, g, b, _ := img.At(img.Bounds().Min.X+x, img.Bounds().Min.Y+y).RGBA()
	switch {
	case r > 0xa000 && g < 0x6000 && b < 0x6000:
		return "red"
	case b > 0xa000 && r < 0x6000 && g < 0x6000:
		return "blue"
	}
	return "other"
}
