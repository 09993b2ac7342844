package federation

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
)

// avatarWorld is a node with comments of people whose pictures are at a peer.
type avatarWorld struct {
	*deliverWorld
	peer *peertest.Peer
	post blog.Post
}

func newAvatarWorld(t *testing.T) *avatarWorld {
	w := &avatarWorld{deliverWorld: newDeliverWorld(t)}
	w.peer = peertest.New(t)
	w.post = w.publish("hello", "Hello")
	return w
}

// comes has somebody comment whose picture is at a path of the peer, or at an
// address, which answers with h, if any.
func (w *avatarWorld) comes(name, at string, h http.HandlerFunc) {
	w.t.Helper()
	if h != nil {
		w.peer.Handle(at, h)
	}
	if strings.HasPrefix(at, "/") {
		at = w.peer.URL + at
	}
	iri := w.iri(name)
	c := blog.Comment{IRI: iri + "/note", PostID: w.post.ID, HTML: "<p>Hi</p>", Text: "Hi", Visibility: blog.Public,
		Author: blog.Actor{IRI: iri, Type: "Person", Inbox: iri + "/inbox", AvatarURL: at}}
	if _, added, err := w.db.AddComment(w.t.Context(), storage.Incoming{}, c); err != nil || !added {
		w.t.Fatal(added, err)
	}
}

func (w *avatarWorld) iri(name string) string { return w.peer.URL + "/users/" + name }

// fetch does what is due, once.
func (w *avatarWorld) fetch() {
	w.t.Helper()
	if _, err := w.node.keepAvatars(w.t.Context(), newTroubled()); err != nil {
		w.t.Fatal(err)
	}
}

// kept is the picture as readers get it; nil when there is none.
func (w *avatarWorld) kept(name string) []byte {
	w.t.Helper()
	a, err := w.db.Actor(w.t.Context(), w.iri(name))
	if err != nil {
		w.t.Fatal(err)
	}
	if a.Avatar == "" {
		return nil
	}
	f, err := w.db.OpenAvatar(w.t.Context(), a.Avatar)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

// due are those whose picture is still to be fetched.
func (w *avatarWorld) due() int {
	w.t.Helper()
	due, err := w.db.AvatarsDue(w.t.Context(), 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(due)
}

// served answers with a picture.
func served(kind string, data []byte) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", kind)
		_, _ = rw.Write(data)
	}
}

// picture is an image in a format, all in one colour.
func picture(t *testing.T, format string, width, height int, c color.Color) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{c})
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, img)
	case "jpeg":
		err = jpeg.Encode(&b, img, nil)
	case "gif":
		err = gif.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claiming is a PNG whose header tells of another size than it has.
func claiming(t *testing.T, width, height uint32) []byte {
	data := picture(t, "png", 1, 1, color.Black)
	header := data[12:29] // "IHDR" and what is in it
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(header))
	return data
}
