package web

import (
	"net/http"
	"strings"
)

// known is the form of the content that the reader has already (RFC 9110 section
// 13.2.2): by If-None-Match when it sends one, else by If-Modified-Since. A tag that
// a proxy made weak will do, and that of another form than the reader would get, if
// it takes that one: the 304 bears the tag of what it has, by which a cache knows
// which of its copies is good (RFC 9111 section 4.3.4). A shared cache asks with the
// tags of all copies it has; one that this reader cannot unpack must not be called
// good.
func (a *answer) known(r *http.Request) (have form, ok bool) {
	tags := r.Header["If-None-Match"]
	switch {
	case len(tags) == 0 && !a.unmodified(r), len(tags) > 0 && a.etag == nil:
		return form{}, false
	case len(tags) == 0:
		return a.form(r.Header), true
	}
	first := a.form(r.Header)
	for _, list := range tags {
		for tag := range strings.SplitSeq(list, ",") {
			tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
			if tag == first.etag[0] || tag == "*" {
				return first, true
			}
			if other, is := a.tagged(tag, r.Header); is {
				have, ok = other, true
			}
		}
	}
	return have, ok
}

// tagged is the form that has the tag, when the reader takes that form.
func (a *answer) tagged(tag string, h http.Header) (form, bool) {
	switch {
	case tag == a.etag[0]:
		return form{a.body, a.etag, a.length, nil}, true
	case a.zipped != nil && tag == a.zippedETag[0]:
		return a.gzipped(), wanted(h).gzip > 0
	case a.brotli != nil && tag == a.brotli.etag[0]:
		return *a.brotli, wanted(h).brotli > 0
	}
	return form{}, false
}

// unmodified tells whether nothing changed since the date that a reader sends.
func (a *answer) unmodified(r *http.Request) bool {
	since := r.Header["If-Modified-Since"]
	if len(since) == 0 || a.modified == nil {
		return false
	}
	if since[0] == a.modified[0] {
		return true
	}
	at, err := http.ParseTime(since[0])
	return err == nil && !at.Before(a.modifiedAt)
}
