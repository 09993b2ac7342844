package blog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // so that image.Decode reads WebP
)

// Bounds on an image from a file or another server.
const (
	MaxPixels   = 24_000_000 // in all, told by the header before anything is decoded
	jpegQuality = 85
)

// MediaFile is an image ready to be served: its name comes from its content.
type MediaFile struct {
	Name   string
	Type   string // media type
	Data   []byte
	Width  int // pixels
	Height int

	Blurhash string // see Image
}

// ErrImage is wrapped by every error about the bytes of an image.
var ErrImage = errors.New("not a usable image")

// ShrinkImage makes a JPEG, PNG, GIF or WebP fit for the web: its size in
// pixels is checked before it is decoded, its metadata (place, camera) is left
// behind after the orientation in it was applied, its longer side is at most
// maxSide, and it is encoded anew. An animated GIF keeps its frames and its
// size, and loses its metadata.
func ShrinkImage(data []byte, maxSide int) (MediaFile, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return MediaFile{}, fmt.Errorf("%w: it should be a JPEG, PNG, GIF or WebP (%v)", ErrImage, err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > MaxPixels/config.Height {
		return MediaFile{}, fmt.Errorf("%w: %d x %d pixels are more than %d megapixels", ErrImage, config.Width, config.Height, MaxPixels/1_000_000)
	}
	if format == "gif" {
		if m, moves, err := animation(data, config); moves || err != nil {
			return m, err
		}
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return MediaFile{}, fmt.Errorf("%w: %v", ErrImage, err)
	}
	img = shrink(img, maxSide) // before it is turned: that takes time for every pixel
	if format == "jpeg" {
		img = upright(img, exifOrientation(data))
	}
	return encode(img, format)
}

// shrink scales an image down so that its longer side is at most maxSide.
func shrink(img image.Image, maxSide int) image.Image {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if w <= maxSide && h <= maxSide {
		return img
	}
	if w >= h {
		w, h = maxSide, max(1, h*maxSide/w)
	} else {
		w, h = max(1, w*maxSide/h), maxSide
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	// Bilinear is ten times as fast as Catmull-Rom and looks as good here.
	draw.ApproxBiLinear.Scale(small, small.Bounds(), img, img.Bounds(), draw.Src, nil)
	return small
}

// encode writes photographs as JPEG, and what was drawn or is transparent as
// PNG.
func encode(img image.Image, format string) (MediaFile, error) {
	var b bytes.Buffer
	kind := "image/jpeg"
	var err error
	if format == "png" || format == "gif" || !opaque(img) {
		kind = "image/png"
		err = png.Encode(&b, img)
	} else {
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: jpegQuality})
	}
	if err != nil {
		return MediaFile{}, fmt.Errorf("%w: encode: %v", ErrImage, err)
	}
	// A photograph saved as PNG is several times as large as it need be.
	if kind == "image/png" && opaque(img) && b.Len() > 512<<10 {
		var smaller bytes.Buffer
		if err := jpeg.Encode(&smaller, img, &jpeg.Options{Quality: jpegQuality}); err == nil && smaller.Len() < b.Len()/2 {
			b, kind = smaller, "image/jpeg"
		}
	}
	m := named(b.Bytes(), kind, img.Bounds().Dx(), img.Bounds().Dy())
	m.Blurhash = blurhash(img)
	return m, nil
}

func named(data []byte, kind string, width, height int) MediaFile {
	sum := sha256.Sum256(data)
	extension := map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}[kind]
	return MediaFile{Name: hex.EncodeToString(sum[:16]) + extension, Type: kind, Data: data, Width: width, Height: height}
}

func opaque(img image.Image) bool {
	if o, ok := img.(interface{ Opaque() bool }); ok {
		return o.Opaque()
	}
	return img.ColorModel() == color.YCbCrModel || img.ColorModel() == color.GrayModel
}
