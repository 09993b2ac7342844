package blog_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"strings"
	"testing"

	"limelight/blog"
)

func TestShrinkImage(t *testing.T) {
	clear := picture(40, 30)
	clear.Set(0, 0, color.NRGBA{R: 255, A: 100})
	for _, test := range []struct {
		name          string
		data          []byte
		max           int
		kind          string
		width, height int
	}{
		{"small JPEG", jpegBytes(t, picture(40, 30)), 100, "image/jpeg", 40, 30},
		{"wide JPEG", jpegBytes(t, picture(400, 300)), 100, "image/jpeg", 100, 75},
		{"tall PNG", pngBytes(t, picture(300, 400)), 100, "image/png", 75, 100},
		{"transparent PNG", pngBytes(t, clear), 20, "image/png", 20, 15},
		{"a line", pngBytes(t, picture(3000, 1)), 100, "image/png", 100, 1},
		{"grey JPEG", jpegBytes(t, image.NewGray(image.Rect(0, 0, 50, 20))), 100, "image/jpeg", 50, 20},
		{"still GIF", gifBytes(t, 40, 30, 1), 20, "image/png", 20, 15},
		{"moving GIF", gifBytes(t, 40, 30, 3), 20, "image/gif", 40, 30},
		{"WebP", webpBytes(t), 100, "image/jpeg", 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := blog.ShrinkImage(test.data, test.max)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "type", got.Type, test.kind)
			equal(t, "size", []int{got.Width, got.Height}, []int{test.width, test.height})
			config, format, err := image.DecodeConfig(bytes.NewReader(got.Data))
			if err != nil || "image/"+format != test.kind || config.Width != test.width || config.Height != test.height {
				t.Errorf("the bytes are %s, %d x %d, %v", format, config.Width, config.Height, err)
			}
			again, err := blog.ShrinkImage(test.data, test.max)
			if err != nil || again.Name != got.Name {
				t.Errorf("the second time it is %s, %v; want %s", again.Name, err, got.Name)
			}
		})
	}
}

// A photograph saved as PNG goes out as JPEG.
func TestShrinkImageLargePNG(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 900, 900))
	noise := uint32(1)
	for i := range img.Pix {
		noise = noise*1664525 + 1013904223
		img.Pix[i] = byte(i/16000) + byte(noise>>28)
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	got, err := blog.ShrinkImage(pngBytes(t, img), 1600)
	if err != nil || got.Type != "image/jpeg" || !strings.HasSuffix(got.Name, ".jpg") {
		t.Errorf("%s %s, %v; want a JPEG", got.Name, got.Type, err)
	}
}

func TestShrinkImageRefuses(t *testing.T) {
	photo, moving := jpegBytes(t, picture(400, 300)), gifBytes(t, 40, 30, 3)
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "JPEG, PNG, GIF or WebP"},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "JPEG, PNG, GIF or WebP"},
		{"text", []byte("hello"), "JPEG, PNG, GIF or WebP"},
		{"BMP", []byte("BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"), "JPEG, PNG, GIF or WebP"},
		{"25 megapixels", hugePNG(5000, 5000), "24 megapixels"},
		{"more than an int32 can tell", hugePNG(1<<31-1, 1<<31-1), ""},
		{"one side huge", hugePNG(1, 1<<30), "24 megapixels"},
		{"24 megapixels but no data", hugePNG(6000, 4000), "not a usable image"},
		{"half a JPEG", photo[:len(photo)/2], "not a usable image"},
		{"a JPEG's header", photo[:200], "JPEG, PNG, GIF or WebP"},
		{"half a PNG", pngBytes(t, picture(400, 300))[:300], "not a usable image"},
		{"half a GIF", moving[:len(moving)-20], "not a usable image"},
		{"half a WebP", webpBytes(t)[:34], "not a usable image"},
		{"too many frames", gifBytes(t, 1, 1, 1001), "1001 frames"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := blog.ShrinkImage(test.data, 1600)
			if !errors.Is(err, blog.ErrImage) {
				t.Fatalf("%d x %d, %v; want ErrImage", m.Width, m.Height, err)
			}
			contains(t, "error", err.Error(), test.want)
		})
	}
}

// What the camera held upright comes out upright, and says nothing of place
// and camera. The picture is red left and blue right before it is turned.
func TestShrinkImageOrientation(t *testing.T) {
	plain := jpegBytes(t, picture(64, 32))
	type corners struct{ topLeft, topRight, bottomLeft string }
	for orientation, want := range map[uint16]corners{
		0: {"red", "blue", "red"}, 1: {"red", "blue", "red"}, 2: {"blue", "red", "blue"}, 3: {"blue", "red", "blue"}, 4: {"red", "blue", "red"},
		5: {"red", "red", "blue"}, 6: {"red", "red", "blue"}, 7: {"blue", "blue", "red"}, 8: {"blue", "blue", "red"}, 9: {"red", "blue", "red"},
	} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			t.Run(fmt.Sprint(orientation, order), func(t *testing.T) {
				data := withEXIF(plain, order, orientation)
				if !bytes.Contains(data, []byte("SECRETC")) {
					t.Fatal("the test's picture has no EXIF")
				}
				got, err := blog.ShrinkImage(data, 40)
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(got.Data, []byte("Exif")) || bytes.Contains(got.Data, []byte("SECRETC")) {
					t.Error("EXIF is still there")
				}
				w, h := 40, 20
				if orientation >= 5 && orientation <= 8 {
					w, h = 20, 40
				}
				equal(t, "size", []int{got.Width, got.Height}, []int{w, h})
				img, _, err := image.Decode(bytes.NewReader(got.Data))
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "corners", [3]string{at(img, 2, 2), at(img, w-3, 2), at(img, 2, h-3)}, [3]string{want.topLeft, want.topRight, want.bottomLeft})
			})
		}
	}
}

// An animation keeps its frames and their time, and loses what it tells
// besides.
func TestShrinkImageAnimationIsBare(t *testing.T) {
	data := gifBytes(t, 20, 20, 3)
	comment := []byte("\x21\xfe\x07SECRETC\x00")
	xmp := []byte("\x21\xff\x0bXMP DataXMP\x07SECRETX\x00")
	start := 13 // no global colour table: EncodeAll gives each frame its own
	if data[10]&0x80 != 0 {
		start += 3 << (data[10]&7 + 1)
	}
	noisy := bytes.Join([][]byte{data[:start], comment, xmp, data[start : len(data)-1], comment, {0x3b}, []byte("SECRETZ")}, nil)
	got, err := blog.ShrinkImage(noisy, 10)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(got.Data, []byte("SECRET")) {
		t.Errorf("metadata is still there: %q", got.Data)
	}
	decoded, err := gif.DecodeAll(bytes.NewReader(got.Data))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "delays", decoded.Delay, []int{10, 10, 10})
	equal(t, "loops", decoded.LoopCount, 0)
	plain, err := blog.ShrinkImage(data, 10)
	if err != nil || plain.Name != got.Name {
		t.Errorf("without the noise it is %s, %v; want %s", plain.Name, err, got.Name)
	}
}
