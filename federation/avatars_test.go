package federation

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestAvatars has somebody for each thing that may lie at a picture's address.
// Whatever that is, nobody is asked twice.
func TestAvatars(t *testing.T) {
	w := newAvatarWorld(t)
	noted := append(picture(t, "jpeg", 200, 100, color.White), "where it was taken"...)
	cases := map[string]struct {
		at            string
		handler       http.HandlerFunc
		width, height int // of our copy; 0 when there is none
	}{
		"png":         {"/png", served("image/png", picture(t, "png", 300, 300, color.White)), 128, 128},
		"jpeg":        {"/jpeg", served("image/jpeg", noted), 128, 64},
		"gif":         {"/gif", served("image/gif", picture(t, "gif", 60, 90, color.White)), 60, 90},
		"typeless":    {"/octets", served("application/octet-stream", picture(t, "png", 8, 8, color.Black)), 8, 8},
		"misnamed":    {"/misnamed", served("image/webp", picture(t, "png", 8, 8, color.Black)), 8, 8},
		"moved":       {"/moved", moved("/png"), 128, 128},
		"svg":         {"/svg", served("image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)), 0, 0},
		"svg as png":  {"/svg-png", served("image/png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)), 0, 0},
		"page":        {"/page", served("text/html", picture(t, "png", 8, 8, color.Black)), 0, 0},
		"half":        {"/half", served("image/png", picture(t, "png", 300, 300, color.White)[:100]), 0, 0},
		"nothing":     {"/empty", served("image/png", nil), 0, 0},
		"heavy":       {"/heavy", served("image/png", append(picture(t, "png", 8, 8, color.Black), make([]byte, avatarBytes)...)), 0, 0},
		"immense":     {"/immense", served("image/png", picture(t, "png", 2049, 2048, color.White)), 0, 0},
		"overflowing": {"/overflow", served("image/png", claiming(t, 1<<31-1, 1<<31-1)), 0, 0},
		"missing":     {"/missing", answers(http.StatusNotFound), 0, 0},
		"failing":     {"/failing", answers(http.StatusInternalServerError), 0, 0},
		"private":     {"http://10.0.0.1/png", nil, 0, 0},
		"to private":  {"/inward", moved("http://169.254.169.254/latest/meta-data"), 0, 0},
		"ours":        {w.blog.BaseURL + "/media/icon.png", nil, 0, 0},
		"no http":     {"data:image/png;base64,AAAA", nil, 0, 0},
	}
	for name, c := range cases {
		w.comes(name, c.at, c.handler)
	}
	w.fetch()
	w.fetch() // what a second batch has
	same(t, "due", w.due(), 0)
	for name, c := range cases {
		data := w.kept(name)
		got, _, err := image.DecodeConfig(bytes.NewReader(data))
		if (data == nil) != (c.width == 0) || data != nil && (err != nil || got.Width != c.width || got.Height != c.height) {
			t.Errorf("%s: %d bytes, %d x %d, %v", name, len(data), got.Width, got.Height, err)
		}
		if bytes.Contains(data, []byte("taken")) {
			t.Errorf("%s: the original's bytes", name)
		}
		if strings.HasPrefix(c.at, "/") && c.at != "/png" && w.peer.Fetches(c.at) != 1 {
			t.Errorf("%s: asked for %d times", name, w.peer.Fetches(c.at))
		}
	}
}

// TestAvatarFailure is remembered, and costs nobody the picture that was there.
func TestAvatarFailure(t *testing.T) {
	w := newAvatarWorld(t)
	w.comes("ann", "/ann", answers(http.StatusServiceUnavailable))
	w.fetch()
	w.clock.Advance(23 * time.Hour)
	w.fetch()
	same(t, "asked within a day", w.peer.Fetches("/ann"), 1)
	w.peer.Handle("/ann", served("image/png", picture(t, "png", 8, 8, color.Black)))
	w.clock.Advance(time.Hour)
	w.fetch()
	before := w.kept("ann")
	if before == nil {
		t.Fatal("no picture after a day")
	}
	w.peer.Handle("/ann", answers(http.StatusGone))
	w.clock.Advance(31 * 24 * time.Hour)
	w.fetch()
	same(t, "asked in all", w.peer.Fetches("/ann"), 3)
	same(t, "the old picture", bytes.Equal(w.kept("ann"), before), true)
}

// TestAvatarMoved fetches at once what has a new address.
func TestAvatarMoved(t *testing.T) {
	w := newAvatarWorld(t)
	w.comes("ann", "/old", served("image/png", picture(t, "png", 8, 8, color.Black)))
	w.fetch()
	before := w.kept("ann")
	w.peer.Handle("/new", served("image/png", picture(t, "png", 9, 9, color.White)))
	a := blog.Actor{IRI: w.iri("ann"), Type: "Person", Inbox: w.iri("ann") + "/inbox", AvatarURL: w.peer.URL + "/new"}
	if err := w.db.SaveActor(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	same(t, "until then", bytes.Equal(w.kept("ann"), before), true)
	w.fetch()
	if data := w.kept("ann"); data == nil || bytes.Equal(data, before) {
		t.Error("the old picture is still there")
	}
	same(t, "asked for", w.peer.Fetches("/old")+w.peer.Fetches("/new"), 2)
}

// TestAvatarsOfADeadHost are not all waited for.
func TestAvatarsOfADeadHost(t *testing.T) {
	w := newAvatarWorld(t)
	var asked atomic.Int32
	dead := w.inbox(func(http.ResponseWriter, *http.Request) {
		asked.Add(1)
		panic(http.ErrAbortHandler)
	})
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		w.comes(name, dead.URL+"/"+name, nil)
	}
	w.comes("z", "/z", served("image/png", picture(t, "png", 8, 8, color.Black)))
	w.fetch()
	same(t, "asked", asked.Load(), troubleAfter)
	same(t, "due", w.due(), 0)
	same(t, "elsewhere", w.kept("z") != nil, true)
}

func TestAvatarSurvivesAPanic(t *testing.T) {
	w := newAvatarWorld(t)
	bad := w.inbox(http.NotFound)
	w.node.client.plain.Transport = panicking{w.node.client.plain.Transport, strings.TrimPrefix(bad.URL, "http://")}
	w.comes("ann", bad.URL, nil)
	w.comes("bob", "/bob", served("image/png", picture(t, "png", 8, 8, color.Black)))
	w.fetch()
	same(t, "due", w.due(), 0)
	same(t, "pictures", []bool{w.kept("ann") != nil, w.kept("bob") != nil}, []bool{false, true})
}

// TestAvatarsStop in the middle of one, which is due as before.
func TestAvatarsStop(t *testing.T) {
	w := newAvatarWorld(t)
	handler, arrived := silent(1)
	w.comes("ann", w.inbox(handler).URL, nil)
	w.comes("bob", "/bob", served("image/png", picture(t, "png", 8, 8, color.Black)))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.node.FetchAvatars(ctx) }()
	<-arrived
	cancel()
	<-ended
	if w.kept("ann") != nil || w.due() == 0 {
		t.Errorf("%d due", w.due())
	}
}

// TestAvatarsRestWhenStorageFails so that others are not asked for the same
// again and again.
func TestAvatarsRestWhenStorageFails(t *testing.T) {
	clock := storagetest.NewClock(time.Now())
	o := storagetest.Options(t, storagetest.At(clock))
	db, err := storage.Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := &avatarWorld{deliverWorld: newDeliverWorldOn(t, db, clock), peer: peertest.New(t)}
	w.post = w.publish("hello", "Hello")
	for _, name := range []string{"ann", "bob"} {
		w.comes(name, "/"+name, served("image/png", picture(t, "png", 8, 8, color.Black)))
	}
	folder := filepath.Join(o.Media, "avatars")
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.node.keepAvatars(t.Context(), newTroubled()); err == nil {
		t.Fatal("no error")
	}
	same(t, "asked for", w.peer.Fetches("/ann")+w.peer.Fetches("/bob"), 1)
}
