package storagetest

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"limelight/storage"
)

// What an S3 has from its start.
const (
	S3Bucket = "blog-media"
	S3Key    = "test-key"
	S3Secret = "test-secret"
)

// S3 is a server with one bucket, on loopback.
type S3 struct {
	URL     string
	backend *s3mem.Backend

	mu       sync.Mutex
	fault    func(http.ResponseWriter, *http.Request) bool
	requests []string
}

// NewS3 starts one, which ends with the test.
func NewS3(t testing.TB) *S3 {
	t.Helper()
	s := &S3{backend: s3mem.New()}
	if err := s.backend.CreateBucket(S3Bucket); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(s.backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		fault := s.fault
		s.requests = append(s.requests, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.Header.Get("Range")))
		s.mu.Unlock()
		switch {
		case fault != nil && fault(w, r):
		case !strings.Contains(r.Header.Get("Authorization"), "Credential="+S3Key+"/"):
			Refuse(w, r, http.StatusForbidden, "InvalidAccessKeyId")
		default:
			fake.ServeHTTP(w, r)
		}
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // gofakes3 answers some questions twice
	server.Start()
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Refuse answers as an S3 server does that will not.
func Refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>No.</Message></Error>`, code)
	}
}

// Fail has requests be answered by fault, as far as that returns true; nil ends it.
func (s *S3) Fail(fault func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// Requests are method, path and range of what was asked for since the last call.
func (s *S3) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.requests
	s.requests = nil
	return got
}

// Options has a database keep its media here.
func (s *S3) Options(o *storage.Options) {
	o.Media = "s3://" + S3Bucket + "/blog"
	o.S3 = storage.S3{Endpoint: s.URL, AccessKey: S3Key, SecretKey: S3Secret}
}

// Object is one with its metadata, as it was put; nil when there is none.
func (s *S3) Object(key string) *gofakes3.Object {
	o, err := s.backend.HeadObject(S3Bucket, key)
	if err != nil {
		return nil
	}
	return o
}

// Keys are those of everything that is there, sorted.
func (s *S3) Keys(t testing.TB) []string {
	t.Helper()
	list, err := s.backend.ListBucket(S3Bucket, &gofakes3.Prefix{}, gofakes3.ListBucketPage{})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, o := range list.Contents {
		keys = append(keys, o.Key)
	}
	slices.Sort(keys)
	return keys
}

// Media is a place for media in a test.
type Media struct {
	Use   func(*storage.Options)      // has a database keep its media there
	Names func(t testing.TB) []string // all that is there, from the top
}

// EachMedia runs the test for every kind of place that media may lie in, as the
// sub-tests "folder" and "s3".
func EachMedia(t *testing.T, test func(t *testing.T, place Media)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) {
		root := t.TempDir()
		test(t, Media{func(o *storage.Options) { o.Media = root }, func(t testing.TB) []string { return folderNames(t, root) }})
	})
	t.Run("s3", func(t *testing.T) {
		s := NewS3(t)
		test(t, Media{s.Options, func(t testing.TB) []string {
			var names []string
			for _, key := range s.Keys(t) {
				names = append(names, strings.TrimPrefix(key, "blog/"))
			}
			return names
		}})
	})
}

// folderNames are the files in the folder and one deeper.
func folderNames(t testing.TB, root string) []string {
	var names []string
	for _, below := range []string{"", "avatars/"} {
		entries, err := os.ReadDir(root + "/" + below)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !e.IsDir() {
				names = append(names, below+e.Name())
			}
		}
	}
	slices.Sort(names)
	return names
}
