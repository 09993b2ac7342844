package web

import (
	"net/http"
	"strings"
)

// known tells whether the reader has the content already (RFC 9110 section
// 13.2.2): by If-None-Match when it sends one, else by If-Modified-Since. A tag
// of either encoding will do, also one that a proxy made weak.
func (a *answer) known(r *http.Request) bool {
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		if a.etag == nil {
			return false
		}
		for _, list := range tags {
			for tag := range strings.SplitSeq(list, ",") {
				tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
				if tag == a.etag[0] || tag == a.zippedETag[0] || tag == "*" {
					return true
				}
			}
		}
		return false
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" || a.modified == nil {
		return false
	}
	if since == a.modified[0] {
		return true
	}
	at, err := http.ParseTime(since)
	return err == nil && !at.Before(a.modifiedAt)
}

// acceptsGzip reads Accept-Encoding (RFC 9110 section 12.5.3): gzip, or
// anything, unless its weight is zero.
func acceptsGzip(h http.Header) bool {
	answer := false
	for _, list := range h["Accept-Encoding"] {
		for part := range strings.SplitSeq(list, ",") {
			coding, params, _ := strings.Cut(part, ";")
			coding = strings.TrimSpace(coding)
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				return !weighsNothing(params)
			case coding == "*":
				answer = !weighsNothing(params)
			}
		}
	}
	return answer
}

// weighsNothing tells whether a parameter is q=0, or q=0.000.
func weighsNothing(params string) bool {
	name, value, found := strings.Cut(strings.TrimSpace(params), "=")
	return found && strings.EqualFold(strings.TrimSpace(name), "q") && strings.Trim(strings.TrimSpace(value), "0.") == ""
}
