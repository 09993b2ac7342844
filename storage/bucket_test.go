package storage_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestBucketObjects can be read without this node as well: under the right type,
// for good, and never as a page.
func TestBucketObjects(t *testing.T) {
	s := storagetest.NewS3(t)
	db := storagetest.New(t, s.Options)
	caching := ""
	s.Fail(func(_ http.ResponseWriter, r *http.Request) bool { // gofakes3 does not keep it
		if r.Method == http.MethodPut {
			caching = r.Header.Get("Cache-Control")
		}
		return false
	})
	for _, name := range []string{"a.jpg", "b.html"} {
		ok(t, db.SaveMedia(t.Context(), name, []byte("x")))
	}
	a, b := s.Object("blog/a.jpg").Metadata, s.Object("blog/b.html").Metadata
	equal(t, "type", a["Content-Type"], "image/jpeg")
	equal(t, "shown", a["Content-Disposition"], "")
	equal(t, "caching", caching, "public, max-age=31536000, immutable")
	equal(t, "type", b["Content-Type"], "application/octet-stream")
	equal(t, "for download", b["Content-Disposition"], "attachment")
}

// TestBucketCosts counts what the server is asked.
func TestBucketCosts(t *testing.T) {
	s := storagetest.NewS3(t)
	db := storagetest.New(t, s.Options)
	data := bytes.Repeat([]byte("x"), 9<<20)
	ok(t, db.SaveMediaFrom(t.Context(), "a.mp3", int64(len(data)), bytes.NewReader(data)))
	s.Requests()
	ok(t, db.SaveMediaFrom(t.Context(), "a.mp3", int64(len(data)), bytes.NewReader(data)))
	const object = "/blog-media/blog/a.mp3"
	equal(t, "saved again", s.Requests(), []string{"HEAD " + object})
	f := must[io.ReadSeekCloser](t)(db.OpenMedia(t.Context(), "a.mp3"))
	defer f.Close()
	must[int64](t)(f.Seek(-10, io.SeekEnd))
	must[int64](t)(f.Seek(1<<20, io.SeekStart))
	equal(t, "opened", s.Requests(), []string{"HEAD " + object})
	must[int64](t)(io.Copy(io.Discard, f))
	equal(t, "read", s.Requests(), []string{
		"GET " + object + " bytes=1048576-5242879", "GET " + object + " bytes=5242880-9437183"})
}

// TestBucketRefuses at the start what cannot work, and says what to do; the
// secret is in no message.
func TestBucketRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*storage.Options)
		want   string
	}{
		"bucket": {func(o *storage.Options) { o.Media = "s3://another-bucket" }, "no such bucket"},
		"key":    {func(o *storage.Options) { o.S3.AccessKey = "wrong" }, "does not know the key"},
		"away":   {func(o *storage.Options) { o.S3.Endpoint = "http://127.0.0.1:1" }, "cannot be reached"},
		"name":   {func(o *storage.Options) { o.Media = "s3://A" }, "3 to 63"},
		"server": {func(o *storage.Options) { o.S3.Endpoint = "ann:secret@127.0.0.1" }, "scheme and host"},
	} {
		s := storagetest.NewS3(t)
		o := storagetest.Options(t, s.Options, test.change)
		db, err := storage.Serve(t.Context(), o)
		if err == nil {
			db.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), storagetest.S3Secret) || strings.Contains(err.Error(), "ann:secret") {
			t.Errorf("%s: %v", name, err)
		}
		if shown := fmt.Sprintf("%v %+v %#v", o, o, o.S3); strings.Contains(shown, storagetest.S3Secret) {
			t.Errorf("the options show the secret: %s", shown)
		}
	}
}

// TestBucketAway is what readers and savers meet meanwhile, and that all goes on
// when it is back.
func TestBucketAway(t *testing.T) {
	s := storagetest.NewS3(t)
	db := storagetest.New(t, s.Options)
	ok(t, db.SaveMedia(t.Context(), "a.jpg", []byte("bytes")))
	p := publish(t, db, hello())
	comment(t, db, note(ann, p, "1"))
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"500": func(w http.ResponseWriter, r *http.Request) bool {
			storagetest.Refuse(w, r, http.StatusInternalServerError, "InternalError")
			return true
		},
		"forbidden": func(w http.ResponseWriter, r *http.Request) bool {
			storagetest.Refuse(w, r, http.StatusForbidden, "AccessDenied")
			return true
		},
		"broken off": func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) },
		"no bucket": func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodHead {
				return false
			}
			storagetest.Refuse(w, r, http.StatusNotFound, "NoSuchBucket")
			return true
		},
	} {
		s.Fail(fault)
		err := db.SaveMedia(t.Context(), "b.jpg", []byte("bytes"))
		if !storage.Unavailable(err) {
			t.Errorf("%s: saved: %v", name, err)
		}
		if err := db.SaveAvatar(t.Context(), ann.IRI, "one.png", []byte("one")); !storage.Unavailable(err) {
			t.Errorf("%s: saved an avatar: %v", name, err)
		}
		due, err := db.AvatarsDue(t.Context(), 10)
		if err != nil || len(due) != 1 {
			t.Errorf("%s: the avatar is not due any more: %v, %v", name, due, err)
		}
		f, err := db.OpenMedia(t.Context(), "a.jpg")
		if err == nil { // its size was told
			_, err = io.ReadAll(f)
			f.Close()
		}
		if !storage.Unavailable(err) {
			t.Errorf("%s: read: %v", name, err)
		}
	}
	s.Fail(nil)
	ok(t, db.SaveMedia(t.Context(), "b.jpg", []byte("bytes")))
	ok(t, db.SaveAvatar(t.Context(), ann.IRI, "one.png", []byte("one")))
	equal(t, "what is there", s.Keys(t), []string{"blog/a.jpg", "blog/avatars/one.png", "blog/b.jpg"})
}

// TestBucketBreaksOff in the midst of a piece, as servers do to slow readers.
func TestBucketBreaksOff(t *testing.T) {
	s := storagetest.NewS3(t)
	db := storagetest.New(t, s.Options)
	data := bytes.Repeat([]byte("0123456789"), 100_000)
	ok(t, db.SaveMedia(t.Context(), "a.mp3", data))
	broken := 0
	s.Fail(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || broken > 0 {
			return false
		}
		broken++
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusPartialContent)
		w.Write(data[:300_000])
		panic(http.ErrAbortHandler)
	})
	f := must[io.ReadSeekCloser](t)(db.OpenMedia(t.Context(), "a.mp3"))
	defer f.Close()
	if got := must[[]byte](t)(io.ReadAll(f)); !bytes.Equal(got, data) || broken != 1 {
		t.Errorf("%d bytes came of %d, after %d breaks", len(got), len(data), broken)
	}
}

// TestBucketStalls ends with whoever waits.
func TestBucketStalls(t *testing.T) {
	s := storagetest.NewS3(t)
	db := storagetest.New(t, s.Options)
	ok(t, db.SaveMedia(t.Context(), "a.jpg", []byte("bytes")))
	release := make(chan struct{})
	defer close(release)
	s.Fail(func(http.ResponseWriter, *http.Request) bool { <-release; return false })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := db.OpenMedia(ctx, "a.jpg")
	if !storage.Unavailable(err) {
		t.Errorf("opened: %v", err)
	}
	if err := db.SaveMedia(ctx, "b.jpg", []byte("x")); !storage.Unavailable(err) {
		t.Errorf("saved: %v", err)
	}
}

func TestCopyMedia(t *testing.T) {
	s := storagetest.NewS3(t)
	from, there, back := storagetest.Options(t), storagetest.Options(t, s.Options), storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), from))
	defer db.Close()
	p := publish(t, db, hello())
	comment(t, db, note(ann, p, "1"))
	large := bytes.Repeat([]byte("0123456789"), 600_000)
	ok(t, db.SaveMedia(t.Context(), "a.mp3", large))
	ok(t, db.SaveMedia(t.Context(), "b.jpg", []byte("bytes")))
	ok(t, db.SaveAvatar(t.Context(), ann.IRI, "one.png", []byte("one")))
	size := int64(len(large) + 8)
	copied := func(what string, from, to storage.Options, n int) {
		t.Helper()
		var last storage.MediaCopied
		got := must[storage.MediaCopied](t)(storage.CopyMedia(t.Context(), from, to, func(c storage.MediaCopied) { last = c }))
		equal(t, what, got, storage.MediaCopied{Files: 3, Total: 3, Copied: n, Bytes: size})
		equal(t, what+": told last", last, got)
	}
	copied("there", from, there, 3)
	equal(t, "what is there", s.Keys(t), []string{"blog/a.mp3", "blog/avatars/one.png", "blog/b.jpg"})
	copied("again", from, there, 0)

	s.Fail(func(w http.ResponseWriter, r *http.Request) bool { // answers with other bytes of the same size
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "b.jpg") {
			return false
		}
		w.Header().Set("Content-Length", "5")
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		io.WriteString(w, "BYTES")
		return true
	})
	_, err := storage.CopyMedia(t.Context(), from, there, nil)
	if err == nil || !strings.Contains(err.Error(), "not what left") {
		t.Errorf("others came: %v", err)
	}
	s.Fail(nil)
	copied("back", there, back, 3)
	copied("back again", there, back, 0)
	again := must[*storage.DB](t)(storage.Serve(t.Context(), back))
	defer again.Close()
	f := must[io.ReadSeekCloser](t)(again.OpenMedia(t.Context(), "a.mp3"))
	defer f.Close()
	if got := must[[]byte](t)(io.ReadAll(f)); !bytes.Equal(got, large) {
		t.Errorf("%d bytes came back", len(got))
	}
}
