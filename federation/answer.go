package federation

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"limelight/federation/vocab"
	"limelight/storage"
)

const (
	jrdType  = "application/jrd+json" // RFC 7033 section 10.2
	jsonType = "application/json"

	// askAlways is for what may change any moment: Ghost fetches an object again
	// as soon as it was delivered, and no cache may answer with the last one.
	askAlways = "public, max-age=0, must-revalidate"
	askLater  = "public, max-age=300"
)

// document is what an address answers.
type document struct {
	status    int // 0 means 200
	mediaType string
	cache     string
	body      []byte
	etag      string
}

// activityDocument is an ActivityStreams object as an answer.
func activityDocument(v any) (document, error) {
	return newDocument(activityType, askAlways, v)
}

func newDocument(mediaType, cache string, v any) (document, error) {
	body, err := vocab.Encode(v)
	if err != nil {
		return document{}, err
	}
	return rawDocument(mediaType, cache, body), nil
}

func rawDocument(mediaType, cache string, body []byte) document {
	sum := sha256.Sum256(body)
	return document{mediaType: mediaType, cache: cache, body: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`}
}

// refusal is an error that is an HTTP status and nothing to log.
type refusal int

func (r refusal) Error() string { return http.StatusText(int(r)) }

// statusOf is the HTTP status that an error means.
func statusOf(err error) int {
	var r refusal
	switch {
	case errors.As(err, &r):
		return int(r)
	case errors.Is(err, storage.ErrNotFound), errors.Is(err, storage.ErrDeleted), errors.Is(err, ErrMoot):
		return http.StatusNotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), storage.Unavailable(err):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// answer sends the document that find makes, or its error as a small one.
func (n *Node) answer(w http.ResponseWriter, r *http.Request, find func() (document, error)) {
	d, err := find()
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", d.mediaType)
	h.Set("Cache-Control", d.cache)
	if d.status == 0 {
		h.Set("Etag", d.etag)
		if isKnown(r, d.etag) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		d.status = http.StatusOK
	}
	h.Set("Content-Length", strconv.Itoa(len(d.body)))
	w.WriteHeader(d.status)
	if r.Method != http.MethodHead {
		// Who does not wait for the answer need not be told.
		_, _ = w.Write(d.body)
	}
}

// refuse answers an error. What went wrong here is logged and not told.
func (n *Node) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	if status >= http.StatusInternalServerError && r.Context().Err() == nil {
		n.log.Error("an answer to another server failed", "path", r.URL.Path, "err", err)
	}
	h := w.Header()
	h.Set("Content-Type", jsonType)
	h.Set("Cache-Control", "no-store")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryLater)
	}
	body := fmt.Sprintf("{\"error\":%q}\n", http.StatusText(status))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(body))
	}
}

// isKnown tells whether the asker has what the tag stands for (RFC 9110 section
// 13.1.2).
func isKnown(r *http.Request, etag string) bool {
	for _, list := range r.Header["If-None-Match"] {
		for tag := range strings.SplitSeq(list, ",") {
			if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == etag || tag == "*" {
				return true
			}
		}
	}
	return false
}
