package main

import (
	"net/http"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"limelight/storage"
	"limelight/storage/storagetest"
)

// bucketKey is where a script keeps its S3 server.
type bucketKey struct{}

// scriptBucket starts one when a script asks for it.
func scriptBucket(t *testing.T) func() *storagetest.S3 {
	return sync.OnceValue(func() *storagetest.S3 { return storagetest.NewS3(t) })
}

// bucket starts an S3 server that the script's settings name, has it be away, or
// be back.
func bucket(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(bucketKey{}).(func() *storagetest.S3)()
	switch {
	case neg || len(args) != 1:
		ts.Fatalf("usage: bucket start|away|back")
	case args[0] == "start":
		var o storage.Options
		s.Options(&o)
		ts.Setenv("BUCKET", o.Media)
		ts.Setenv("LIMELIGHT_STORAGE_S3_ENDPOINT", o.S3.Endpoint)
		ts.Setenv("LIMELIGHT_STORAGE_S3_ACCESS_KEY", o.S3.AccessKey)
		ts.Setenv("LIMELIGHT_STORAGE_S3_SECRET_KEY", o.S3.SecretKey)
	case args[0] == "away":
		s.Fail(func(w http.ResponseWriter, r *http.Request) bool {
			storagetest.Refuse(w, r, http.StatusServiceUnavailable, "SlowDown")
			return true
		})
	case args[0] == "back":
		s.Fail(nil)
	default:
		ts.Fatalf("bucket cannot %s", args[0])
	}
}
