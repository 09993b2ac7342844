package federation

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"net/http"
	"testing"

	"limelight/federation/peertest"
	"limelight/federation/vocab"
)

func pngOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// boastingPNG is a small picture that says it is a large one: what a decoder
// would make room for.
func boastingPNG(t *testing.T, width, height uint32) []byte {
	t.Helper()
	data := pngOf(t, 1, 1)
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// TestPicturesOfAComment: those with a copy, a reason why there is none, and
// nothing fetched for what is not shown.
func TestPicturesOfAComment(t *testing.T) {
	w := newInboxWorld(t)
	p := w.peer(2)
	bob := p.Join("bob", peertest.Mastodon)
	serve := func(path, mediaType string, data []byte) string {
		p.Handle(path, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", mediaType)
			rw.Write(data)
		})
		return p.URL + path
	}
	document := func(mediaType, url, alt string) map[string]any {
		return map[string]any{"type": "Document", "mediaType": mediaType, "url": url, "name": alt}
	}
	note := bob.Note(w.postIRI(), "<p>Look :cat: and :dog:</p>")
	note.Attachment = []any{
		document("image/png", serve("/big.png", "image/png", pngOf(t, 2400, 1200)), "A large one"),
		document("image/svg+xml", serve("/drawing.svg", "image/svg+xml", []byte("<svg/>")), "A drawing"),
		document("image/jpeg", serve("/lie.jpg", "text/html", []byte("<script>")), "A lie"),
		document("image/png", serve("/bomb.png", "image/png", boastingPNG(t, 20_000, 20_000)), "Too many pixels"),
		document("image/png", "javascript:alert(1)", "No address"),
	}
	note.Tag = []any{
		map[string]any{"type": "Emoji", "name": ":cat:", "icon": map[string]any{"url": serve("/cat.png", "image/png", pngOf(t, 100, 100))}},
		map[string]any{"type": "Emoji", "name": ":unused:", "icon": map[string]any{"url": p.URL + "/unused.png"}},
		map[string]any{"type": "Emoji", "name": ":<b>:", "icon": map[string]any{"url": p.URL + "/odd.png"}},
	}
	private := bob.Note(w.postIRI(), "<p>Private</p>")
	private.To, private.CC = []string{w.node.blog.ActorIRI()}, nil
	private.Attachment = document("image/png", serve("/private.png", "image/png", pngOf(t, 10, 10)), "Private")
	w.send(bob, 202, bob.Act("Create", note))
	w.send(bob, 202, bob.Act("Create", private))
	w.keepPictures()

	comments, err := w.db.Comments(t.Context(), onPageOf(w.post.ID))
	w.must(err)
	var got []string
	for _, a := range comments[0].Attachments {
		got = append(got, fmt.Sprintf("%s %t %dx%d", a.Alt, a.Copy.File != "", a.Copy.Width, a.Copy.Height))
	}
	want := []string{"A large one true 1200x600", "A drawing false 0x0", "A lie false 0x0", "Too many pixels false 0x0"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the attachments are %q, want %q", got, want)
	}
	if e := comments[0].Emojis; len(e) != 1 || e[0].Name != ":cat:" || e[0].Copy.Width != 64 {
		t.Errorf("the emoji are %+v", e)
	}
	for _, path := range []string{"/drawing.svg", "/unused.png", "/private.png"} {
		if n := p.Fetches(path); n != 0 {
			t.Errorf("%s was fetched", path)
		}
	}
	w.keepPictures()
	if n := p.Fetches("/lie.jpg"); n != 1 {
		t.Errorf("what failed was fetched %d times at once", n)
	}
	w.send(bob, 202, bob.Act("Delete", note.ID))
	if comments, err := w.db.Comments(t.Context(), onPageOf(w.post.ID)); err != nil || len(comments) != 0 {
		t.Errorf("after the deletion: %+v %v", comments, err)
	}
}

func TestShortcodes(t *testing.T) {
	for name, want := range map[string]bool{
		":cat:": true, ":blob_cat-2:": true, ":c+:": true, "::": false, ":": false, ":a b:": false, ":<b>:": false, ":é:": false,
	} {
		if got := isShortcode(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestAttachmentTypes(t *testing.T) {
	for _, c := range []struct {
		in   vocab.Attachment
		want string
	}{
		{vocab.Attachment{MediaType: "Image/PNG"}, "image/png"},
		{vocab.Attachment{Type: "Image"}, "image"},
		{vocab.Attachment{Type: "Document"}, ""},
	} {
		if got := mediaTypeOf(c.in); got != c.want {
			t.Errorf("%+v is %q", c.in, got)
		}
	}
	many := &vocab.Object{}
	for i := range 6 {
		many.Attachments = append(many.Attachments, vocab.Attachment{MediaType: "image/png", URL: fmt.Sprintf("https://peer.test/%d.png", i)})
	}
	pictures := 0
	for _, a := range attachmentsOf(many) {
		if a.IsPicture() {
			pictures++
		}
	}
	if pictures != maxPictures {
		t.Errorf("%d pictures of six are shown", pictures)
	}
}

// keepPictures gets what is due, once.
func (w *inboxWorld) keepPictures() {
	w.t.Helper()
	_, err := w.node.keepPictures(w.t.Context(), newTroubled())
	w.must(err)
}
