package web

import (
	"net/http"
	"strings"
)

// known tells whether the reader has the content already (RFC 9110 section
// 13.2.2): by If-None-Match when it sends one, else by If-Modified-Since. A tag
// of any encoding will do, also one that a proxy made weak.
func (a *answer) known(r *http.Request) bool {
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		if a.etag == nil {
			return false
		}
		for _, list := range tags {
			for tag := range strings.SplitSeq(list, ",") {
				tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
				if tag == a.etag[0] || tag == a.zippedETag[0] || tag == "*" || a.brotli != nil && tag == a.brotli.etag[0] {
					return true
				}
			}
		}
		return false
	}
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
