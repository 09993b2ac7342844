package storage_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// eachMedia runs a test for a folder and for a bucket, with what it needs of both.
func eachMedia(t *testing.T, test func(t *testing.T, db *storage.DB, names func() []string), changes ...func(*storage.Options)) {
	storagetest.EachMedia(t, func(t *testing.T, place storagetest.Media) {
		test(t, storagetest.New(t, append(changes, place.Use)...), func() []string { return place.Names(t) })
	})
}

func TestMedia(t *testing.T) {
	eachMedia(t, func(t *testing.T, db *storage.DB, names func() []string) {
		ctx := t.Context()
		for range 2 {
			ok(t, db.SaveMedia(ctx, "a.jpg", []byte("bytes")))
		}
		f := must[io.ReadSeekCloser](t)(db.OpenMedia(ctx, "a.jpg"))
		equal(t, "bytes", string(must[[]byte](t)(io.ReadAll(f))), "bytes")
		ok(t, f.Close())
		for _, name := range []string{"", ".", "..", "../secret", "a/b", `a\b`, ".hidden", "avatars", "none", "a\x00b", "avatars/one.png"} {
			_, err := db.OpenMedia(ctx, name)
			is(t, err, storage.ErrNotFound)
			if name != "avatars" && name != "none" {
				if err := db.SaveMedia(ctx, name, []byte("x")); err == nil {
					t.Errorf("%q was saved", name)
				}
			}
		}
		ok(t, db.SaveMedia(ctx, "empty.txt", nil))
		f = must[io.ReadSeekCloser](t)(db.OpenMedia(ctx, "empty.txt"))
		equal(t, "nothing", len(must[[]byte](t)(io.ReadAll(f))), 0)
		ok(t, f.Close())
		equal(t, "files, none half-written", names(), []string{"a.jpg", "empty.txt"})
	})
}

func TestMediaOutsideTheFolder(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	ok(t, os.WriteFile(filepath.Join(filepath.Dir(o.Media), "secret"), []byte("x"), 0o600))
	_, err := db.OpenMedia(t.Context(), "../secret")
	is(t, err, storage.ErrNotFound)
}

// TestMediaInPieces reads here and there in a file larger than any piece.
func TestMediaInPieces(t *testing.T) {
	data := make([]byte, 11<<20)
	for i := range data {
		data[i] = byte(i ^ i>>8 ^ i>>16)
	}
	eachMedia(t, func(t *testing.T, db *storage.DB, names func() []string) {
		ok(t, db.SaveMediaFrom(t.Context(), "a.mp3", int64(len(data)), bytes.NewReader(data)))
		f := must[io.ReadSeekCloser](t)(db.OpenMedia(t.Context(), "a.mp3"))
		defer f.Close()
		equal(t, "size", must[int64](t)(f.Seek(0, io.SeekEnd)), int64(len(data)))
		for _, at := range []struct{ from, n int }{{0, 10}, {10, 5}, {len(data) - 3, 3}, {4<<20 - 1, 2}, {3 << 20, 7 << 20}, {0, len(data)}} {
			must[int64](t)(f.Seek(int64(at.from), io.SeekStart))
			got := make([]byte, at.n)
			must[int](t)(io.ReadFull(f, got))
			if !bytes.Equal(got, data[at.from:at.from+at.n]) {
				t.Fatalf("%d bytes from %d on are others", at.n, at.from)
			}
		}
		n, err := f.Read(make([]byte, 1))
		if n != 0 || err != io.EOF {
			t.Errorf("at the end it reads %d, %v", n, err)
		}
		if _, err := f.Seek(-1, io.SeekStart); err == nil {
			t.Error("one may seek to before the file begins")
		}
	})
}

func TestSaveMediaFrom(t *testing.T) {
	for _, size := range []int{1_000_000, 6 << 20} { // one piece to S3, and two
		data := bytes.Repeat([]byte("01234567"), size/8)
		broken := errors.New("broken")
		stopped, stop := context.WithCancel(t.Context())
		stop()
		eachMedia(t, func(t *testing.T, db *storage.DB, names func() []string) {
			for _, test := range []struct {
				name string
				ctx  context.Context
				r    io.Reader
				want string
			}{
				{"fewer", t.Context(), bytes.NewReader(data[1:]), "more or fewer"},
				{"more", t.Context(), strings.NewReader(string(data) + "x"), "more or fewer"},
				{"endless", t.Context(), endless{}, "more or fewer"},
				{"fails in between", t.Context(), io.MultiReader(bytes.NewReader(data[1:]), iotest.ErrReader(broken)), "broken"},
				{"fails at the end", t.Context(), io.MultiReader(bytes.NewReader(data), iotest.ErrReader(broken)), "broken"},
				{"stopped", stopped, bytes.NewReader(data), "canceled"},
			} {
				err := db.SaveMediaFrom(test.ctx, "a.mp3", int64(len(data)), test.r)
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: %v", test.name, err)
				}
				equal(t, test.name+": what is there", names(), nil)
			}
			ok(t, db.SaveMediaFrom(t.Context(), "a.mp3", int64(len(data)), iotest.HalfReader(bytes.NewReader(data))))
			ok(t, db.SaveMediaFrom(t.Context(), "a.mp3", int64(len(data)), iotest.ErrReader(broken))) // it is there, so nothing is read
			f := must[io.ReadSeekCloser](t)(db.OpenMedia(t.Context(), "a.mp3"))
			defer f.Close()
			if got := must[[]byte](t)(io.ReadAll(f)); !bytes.Equal(got, data) {
				t.Errorf("%d bytes came back, not the %d that were saved", len(got), len(data))
			}
		})
	}
}

// endless is a file that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestAvatarsAreSwept when nobody has them any more, and not before.
func TestAvatarsAreSwept(t *testing.T) {
	clock := storagetest.NewClock(time.Now())
	eachMedia(t, func(t *testing.T, db *storage.DB, names func() []string) {
		ctx := t.Context()
		p := publish(t, db, hello())
		c := note(ann, p, "1")
		c.Attachments = []blog.Attachment{{URL: "https://a.test/big.png", MediaType: "image/png"}}
		c = comment(t, db, c)
		ok(t, db.SaveAvatar(ctx, ann.IRI, "one.png", []byte("one")))
		ok(t, db.SavePicture(ctx, "https://a.test/big.png", blog.MediaFile{Name: "big.png", Data: []byte("big"), Width: 4, Height: 3}))
		ok(t, db.SaveMedia(ctx, "own.png", []byte("own")))
		ok(t, db.SaveAvatar(ctx, ann.IRI, "two.png", []byte("two")))
		all := []string{"avatars/big.png", "avatars/one.png", "avatars/two.png", "own.png"}
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "young ones stay", names(), all)
		clock.Advance(48 * time.Hour)
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "replaced", names(), []string{"avatars/big.png", "avatars/two.png", "own.png"})
		must[blog.Comment](t)(db.DecideComment(ctx, c.ID, blog.Erased))
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "erased", names(), []string{"avatars/two.png", "own.png"})
		clock.Advance(-48 * time.Hour)
	}, storagetest.At(clock))
}
