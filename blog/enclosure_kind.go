package blog

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// sniffed is how much of a file tells what it is, in bytes.
const sniffed = 512

// enclosureKind is a kind of file that browsers and podcast players play.
type enclosureKind struct {
	key    string // of the front matter
	ending string // of the file's name
	media  string // type
	starts func(head []byte) bool
}

// enclosureKinds are all that may be enclosed. Files that hold either, such as
// MP4 and WebM, go by their usual endings.
var enclosureKinds = []enclosureKind{
	{"audio", ".mp3", "audio/mpeg", startsMP3},
	{"audio", ".m4a", "audio/mp4", startsMP4},
	{"audio", ".ogg", "audio/ogg", startsOgg},
	{"audio", ".opus", "audio/ogg", startsOgg},
	{"audio", ".flac", "audio/flac", startsFLAC},
	{"video", ".mp4", "video/mp4", startsMP4},
	{"video", ".webm", "video/webm", startsWebM},
}

// kindOf is the kind that a name's ending stands for under the key.
func kindOf(key, name string) (enclosureKind, bool) {
	ending := strings.ToLower(path.Ext(name))
	i := slices.IndexFunc(enclosureKinds, func(k enclosureKind) bool { return k.key == key && k.ending == ending })
	if i < 0 {
		return enclosureKind{}, false
	}
	return enclosureKinds[i], true
}

// endingsOf lists what a file's name may end in under the key.
func endingsOf(key string) string {
	var all []string
	for _, k := range enclosureKinds {
		if k.key == key {
			all = append(all, k.ending)
		}
	}
	return strings.Join(all, ", ")
}

// startsMP3 knows ID3v2 and the header of a frame of layer III (ISO/IEC
// 11172-3 section 2.4.1.3) with a bit rate and a sampling rate that exist.
func startsMP3(head []byte) bool {
	if bytes.HasPrefix(head, []byte("ID3")) {
		return true
	}
	return len(head) > 2 && head[0] == 0xff && head[1]&0xe6 == 0xe2 && head[1]&0x18 != 0x08 && head[2]>>4 != 15 && head[2]>>2&3 != 3
}

func startsMP4(head []byte) bool {
	return len(head) >= 12 && string(head[4:8]) == "ftyp" // ISO/IEC 14496-12 section 4.3
}

func startsOgg(head []byte) bool { return bytes.HasPrefix(head, []byte("OggS")) } // RFC 3533 section 6

func startsFLAC(head []byte) bool { return bytes.HasPrefix(head, []byte("fLaC")) } // RFC 9639 section 6

// startsWebM tells WebM from other Matroska by the DocType, which stands
// within the EBML header (RFC 8794 section 11.2.1) after its size.
func startsWebM(head []byte) bool {
	_, docType, found := bytes.Cut(head[:min(len(head), 64)], []byte("\x42\x82"))
	return found && bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")) && bytes.Contains(docType[:min(len(docType), 12)], []byte("webm"))
}
