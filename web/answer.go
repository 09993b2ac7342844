package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"limelight/storage"
)

// answer is a finished page, feed or file: the bytes, the bytes compressed, and
// the headers, so that sending it is nothing but sending. It is never changed
// once others can see it; header values are shared between requests.
type answer struct {
	body, zipped         []byte // zipped is nil where it would not be smaller
	etag, zippedETag     []string
	length, zippedLength []string
	brotli               *form // nil where there is none, or it would not be smaller than gzip's
	mediaType            []string
	shownAs              []string // media type for a browser that shows it to somebody; nil means mediaType
	feed                 bool     // it is not a page: any origin may read it, and nothing in it leads anywhere
	cacheControl         []string
	vary                 []string
	link                 []string // nil when there is none
	modified             []string // nil when unknown; see date
	modifiedAt, settled  time.Time

	revisions storage.Revisions // of what it was made of
	made      time.Time         // before any of that was read
	talk      bool              // whether it shows comments or counts
	revision  int64             // of its post; 0 when it is not the page of one
	until     time.Time         // when it says something else though nothing changed; zero is never
}

var (
	varyPage      = []string{"Accept, Accept-Encoding"} // some pages answer other servers with a redirect
	varyFile      = []string{"Accept-Encoding"}
	varyFeed      = []string{"Accept-Encoding, Sec-Fetch-Dest"} // see shownAs
	cacheCheck    = []string{"public, max-age=0, must-revalidate"}
	cacheForGood  = []string{"public, max-age=31536000, immutable"}
	cacheSomeTime = []string{"public, max-age=86400"}
)

// newAnswer makes an answer that a browser keeps but asks about each time.
func newAnswer(mediaType string, body []byte) *answer {
	sum := sha256.Sum256(body)
	tag := base64.RawURLEncoding.EncodeToString(sum[:15])
	a := &answer{
		body: body, zipped: squeeze(body), mediaType: []string{mediaType},
		cacheControl: cacheCheck, vary: varyPage,
		// Strong tags differ where the bytes do (RFC 9110 section 8.8.3.3).
		etag: []string{`"` + tag + `"`}, zippedETag: []string{`"` + tag + `-z"`},
		length: []string{strconv.Itoa(len(body))},
	}
	a.zippedLength = []string{strconv.Itoa(len(a.zipped))}
	return a
}

// squeeze is body gzipped, or nil where that gains nothing.
func squeeze(body []byte) []byte {
	var b bytes.Buffer
	// A bytes.Buffer takes everything, and the level exists.
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(body)
	_ = z.Close()
	if b.Len() >= len(body) {
		return nil
	}
	return bytes.Clone(b.Bytes())
}

// unsettled is how long after a revision something may still change within the
// same second of Last-Modified, or an older page be served: a second, and
// Watch's period.
const unsettled = time.Second + 2*watchPeriod

// date notes when the content changed last. Last-Modified counts in seconds,
// and a reader that has nothing else would never see a second change in the
// same one; newsboat drops what is not dated later even when its ETag is
// another (libcurl's time condition). So an answer that young bears no date:
// such a reader gets it once more and is right. Who then sends the time at which it
// asked (RFC 9110 section 13.1.3 knows such caches) may have got what was before the
// change until everybody is served what came of it: that moment is the date.
func (a *answer) date(at time.Time) {
	if at.IsZero() || at.Unix() <= 0 {
		return
	}
	a.settled = at.Add(unsettled)
	a.modifiedAt = a.settled.UTC().Truncate(time.Second)
	a.modified = []string{a.modifiedAt.Format(http.TimeFormat)}
}

// send answers a GET or HEAD: 304 when the reader has it already.
func (a *answer) send(w http.ResponseWriter, r *http.Request, now time.Time) error {
	h := w.Header()
	if a.link != nil {
		h["Link"] = a.link
	}
	if a.modified != nil && !now.Before(a.settled) {
		h["Last-Modified"] = a.modified
	}
	have, known := a.known(r)
	if !known {
		return a.write(w, r, http.StatusOK)
	}
	a.head(h, r)
	h["Etag"] = have.etag
	w.WriteHeader(http.StatusNotModified)
	return nil
}

// head sets the headers that a 304 has too (RFC 9110 section 15.4.5).
func (a *answer) head(h http.Header, r *http.Request) {
	h["Cache-Control"] = a.cacheControl
	h["Vary"] = a.vary
	if a.feed {
		feedHeaders(h, r)
	}
}

// write sends the bytes with the headers that belong to them.
func (a *answer) write(w http.ResponseWriter, r *http.Request, status int) error {
	h := w.Header()
	a.head(h, r)
	f := a.form(r.Header)
	if f.encoding != nil {
		h["Content-Encoding"] = f.encoding
	}
	h["Content-Type"] = a.mediaType
	if a.shownAs != nil && isShown(r.Header) {
		h["Content-Type"] = a.shownAs
	}
	h["Content-Length"] = f.length
	if f.etag != nil {
		h["Etag"] = f.etag
	}
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(f.body)
	return gone(err)
}

// weight is about how many bytes of memory the answer takes.
func (a *answer) weight() int {
	n := len(a.body) + len(a.zipped) + 1024
	if a.brotli != nil {
		n += len(a.brotli.body)
	}
	return n
}
