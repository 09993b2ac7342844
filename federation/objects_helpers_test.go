package federation

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage"
	"limelight/storage/storagetest"
)

var updateGoldens = flag.Bool("update", false, "write the golden files anew")

// objectWorld is a node that others look at, on a database of its own with a
// clock that the test moves.
type objectWorld struct {
	t      *testing.T
	db     *storage.DB
	clock  *storagetest.Clock
	blog   *blog.Blog
	node   *Node
	mux    *http.ServeMux
	number int
}

func newObjectWorld(t *testing.T, changes ...func(*blog.Blog)) *objectWorld {
	t.Helper()
	clock := storagetest.NewClock(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	w := &objectWorld{t: t, clock: clock, db: storagetest.New(t, storagetest.At(clock)), mux: http.NewServeMux()}
	w.blog = &blog.Blog{
		BaseURL: "https://blog.example.test", Handle: "blog", Title: "Limelight Blog", Description: "Notes on <small> servers.",
		Discoverable: true, Indexable: true,
		Language: "en", Timezone: time.UTC, ObjectType: "article", Created: clock.Now(), Version: "1.2.3",
		Avatar: blog.Image{Path: "/media/icon.png", Type: "image/png", Alt: "Blog logo"},
		Header: blog.Image{Path: "/media/header.jpg", Type: "image/jpeg"},
		Fields: []blog.Field{{Name: "Website", Value: "https://www.example.test/?a=1&b=2"}, {Name: "Likes", Value: "<tea> & javascript:alert(1)"}},
	}
	for _, change := range changes {
		change(w.blog)
	}
	var err error
	w.node, err = New(Options{Blog: w.blog, DB: w.db, Key: peertest.ProcessKey(), Now: clock.Now,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	w.node.objects.grace = 0 // the clock stands, so it would never end
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /{$}":                        w.node.RedirectActor,
		"GET /posts/{slug}":               w.node.RedirectPost,
		"GET /.well-known/webfinger":      w.node.WebFinger,
		"GET /.well-known/host-meta":      w.node.HostMeta,
		"GET /.well-known/host-meta.json": w.node.HostMeta,
		"GET /.well-known/nodeinfo":       w.node.NodeInfoLinks,
		"GET /nodeinfo/2.0":               w.node.NodeInfo,
		"GET /nodeinfo/2.1":               w.node.NodeInfo,
		"GET /ap/actor":                   w.node.Actor,
		"GET /ap/instance":                w.node.Instance,
		"GET /ap/instance/outbox":         w.node.InstanceOutbox,
		"GET /ap/outbox":                  w.node.Outbox,
		"GET /ap/followers":               w.node.Followers,
		"GET /ap/following":               w.node.Following,
		"GET /ap/featured":                w.node.Featured,
		"GET /ap/tags":                    w.node.FeaturedTags,
		"GET /ap/posts/{id}":              w.node.PostObject,
		"GET /ap/posts/{id}/replies":      w.node.PostReplies,
		"GET /ap/posts/{id}/likes":        w.node.PostLikes,
		"GET /ap/posts/{id}/shares":       w.node.PostShares,
		"GET /ap/posts/{id}/context":      w.node.PostContext,
		"GET /ap/activities/{id}":         w.node.ActivityObject,
	} {
		w.mux.Handle(pattern, handler)
	}
	return w
}

// ask is a GET, or another method when headers begin with one ("HEAD").
func (w *objectWorld) ask(path string, headers ...string) *http.Response {
	w.t.Helper()
	method := http.MethodGet
	if len(headers)%2 == 1 {
		method, headers = headers[0], headers[1:]
	}
	r := httptest.NewRequest(method, strings.TrimPrefix(path, w.blog.BaseURL), nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	w.mux.ServeHTTP(recorder, r)
	return recorder.Result()
}

// get is the body of a GET whose status and type must be as told.
func (w *objectWorld) get(path string, status int, mediaType string) []byte {
	w.t.Helper()
	resp := w.ask(path)
	body := readBody(w.t, resp)
	if resp.StatusCode != status || resp.Header.Get("Content-Type") != mediaType {
		w.t.Fatalf("%s: %d %s, want %d %s\n%s", path, resp.StatusCode, resp.Header.Get("Content-Type"), status, mediaType, body)
	}
	return body
}

// find is get of an object of ours, decoded.
func (w *objectWorld) find(path string, into any) {
	w.t.Helper()
	if err := json.Unmarshal(w.get(path, http.StatusOK, "application/activity+json"), into); err != nil {
		w.t.Fatal(err)
	}
}

func readBody(t *testing.T, resp *http.Response) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// publish stores a post; what is left out gets a value.
func (w *objectWorld) publish(p blog.Post) blog.Post {
	w.t.Helper()
	w.number++
	if p.Slug == "" {
		p.Slug = fmt.Sprintf("post-%d", w.number)
	}
	if p.HTML == "" {
		p.HTML = fmt.Sprintf("<p>Text %d</p>", w.number)
	}
	stored, _, _, err := w.db.Publish(w.t.Context(), p, storage.PublishOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return stored
}

// comment adds a reply by somebody at a peer.
func (w *objectWorld) comment(p blog.Post, change func(*blog.Comment)) blog.Comment {
	w.t.Helper()
	w.number++
	c := blog.Comment{
		IRI: fmt.Sprintf("https://peer.test/notes/%d", w.number), PostID: p.ID, HTML: "<p>Yes</p>", Text: "Yes", Visibility: blog.Public,
		Author: blog.Actor{IRI: "https://peer.test/users/ann", Type: "Person", Inbox: "https://peer.test/inbox"},
	}
	if change != nil {
		change(&c)
	}
	stored, added, err := w.db.AddComment(w.t.Context(), storage.Incoming{}, c)
	if err != nil || !added {
		w.t.Fatal(added, err)
	}
	return stored
}

// create is the Create of a post.
func (w *objectWorld) create(p blog.Post) blog.Activity {
	w.t.Helper()
	activities, err := w.db.OutboxActivities(w.t.Context(), 0, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range activities {
		if a.Ref == p.ID {
			return a
		}
	}
	w.t.Fatalf("no Create of %s", p.Slug)
	return blog.Activity{}
}

func (w *objectWorld) render(a blog.Activity) []byte {
	w.t.Helper()
	body, err := w.node.Render(w.t.Context(), a)
	if err != nil {
		w.t.Fatal(err)
	}
	return body
}

var (
	uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	pems  = regexp.MustCompile(`-----BEGIN PUBLIC KEY-----[^"]*-----END PUBLIC KEY-----\\n`)
)

// matchGolden compares JSON with testdata/objects, with ids numbered in the
// order in which they appear and keys left out.
func matchGolden(t *testing.T, name string, body []byte) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, body, "", "  "); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	numbers := map[string]string{}
	text := uuids.ReplaceAllStringFunc(pretty.String(), func(id string) string {
		if numbers[id] == "" {
			numbers[id] = fmt.Sprintf("UUID-%d", len(numbers)+1)
		}
		return numbers[id]
	})
	text = pems.ReplaceAllString(text, "PEM") + "\n"
	path := filepath.Join("testdata", "objects", name+".json")
	if *updateGoldens {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Error(diff)
	}
}

// keyPaths are the names in a JSON object in their order, each with those
// above it: "object.image.url". Elements of a list count as one.
func keyPaths(t *testing.T, data []byte) []string {
	t.Helper()
	var out []string
	d := json.NewDecoder(bytes.NewReader(data))
	var walk func(path string)
	walk = func(path string) {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token {
		case json.Delim('{'):
			for d.More() {
				name, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				inner := strings.TrimPrefix(path+"."+name.(string), ".")
				out = append(out, inner)
				walk(inner)
			}
			_, _ = d.Token()
		case json.Delim('['):
			for d.More() {
				walk(path)
			}
			_, _ = d.Token()
		}
	}
	walk("")
	return out
}
