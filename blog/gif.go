package blog

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
)

// Bounds on a GIF that moves. Each frame may bring a palette of its own, so
// their number counts even when they are tiny.
const (
	maxAnimation = 8 << 20 // bytes
	maxFrames    = 1000
)

// animation passes a GIF of several frames through, without its metadata, when
// their pixels, added up, stay within bounds.
func animation(data []byte, config image.Config) (m MediaFile, moves bool, err error) {
	bare, frames := bareGIF(data)
	if frames < 2 {
		return MediaFile{}, false, nil
	}
	if len(data) > maxAnimation || frames > min(maxFrames, 8*MaxPixels/(config.Width*config.Height)) {
		return MediaFile{}, true, fmt.Errorf("%w: an animation of %d frames and %d bytes is too large", ErrImage, frames, len(data))
	}
	moving, err := gif.DecodeAll(bytes.NewReader(bare))
	if err != nil {
		return MediaFile{}, true, fmt.Errorf("%w: %v", ErrImage, err)
	}
	m = named(bare, "image/gif", config.Width, config.Height)
	m.Blurhash = blurhash(moving.Image[0])
	return m, true, nil
}

// bareGIF counts the frames of a GIF without decoding it, and copies what
// shows them: comments, texts, other programs' data (XMP tells places) and what
// follows the end are left out. GIF89a, sections 17 to 27.
func bareGIF(data []byte) (bare []byte, frames int) {
	at := 13
	if len(data) < at {
		return nil, 0
	}
	if data[10]&0x80 != 0 {
		at += 3 << (data[10]&7 + 1)
	}
	bare = append(bare, data[:min(at, len(data))]...)
	for at+1 < len(data) {
		start, keep := at, true
		switch data[at] {
		case 0x21: // extension: label, then blocks
			keep = shownExtension(data[at+1:])
			at += 2
		case 0x2c: // image: descriptor, colour table, code size, then blocks
			frames++
			if at+9 < len(data) && data[at+9]&0x80 != 0 {
				at += 3 << (data[at+9]&7 + 1)
			}
			at += 11
		default:
			return append(bare, 0x3b), frames
		}
		for at < len(data) && data[at] != 0 {
			at += int(data[at]) + 1
		}
		if at >= len(data) {
			return append(bare, data[min(start, len(data)):]...), frames // cut off: decoding will say so
		}
		at++
		if keep {
			bare = append(bare, data[start:at]...)
		}
	}
	return append(bare, 0x3b), frames
}

// shownExtension tells whether an extension, from its label on, changes what is
// seen: how long a frame stays, and how often all is repeated.
func shownExtension(b []byte) bool {
	if b[0] == 0xf9 {
		return true
	}
	return b[0] == 0xff && len(b) >= 13 && (string(b[2:13]) == "NETSCAPE2.0" || string(b[2:13]) == "ANIMEXTS1.0")
}
