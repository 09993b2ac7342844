package federation

import (
	"html"
	"mime"
	"net/http"
	"strings"

	"limelight/federation/vocab"
)

// HostMeta answers where WebFinger is (RFC 6415), for the few that ask here
// first, and for Mastodon when WebFinger answered 404: as XRD, or as JRD at an
// address that ends in ".json" and to those who accept JSON alone.
func (n *Node) HostMeta(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	w.Header().Set("Vary", "Accept")
	template := n.blog.BaseURL + "/.well-known/webfinger?resource={uri}"
	n.answer(w, r, func() (document, error) {
		if strings.HasSuffix(r.URL.Path, ".json") || acceptsJSONAlone(r) {
			return newDocument(jsonType, askLater, vocab.ResourceDescriptor{
				Links: []vocab.Link{{Rel: "lrdd", Type: jrdType, Template: template}},
			})
		}
		return rawDocument("application/xrd+xml; charset=utf-8", askLater, []byte(`<?xml version="1.0" encoding="UTF-8"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
  <Link rel="lrdd" type="`+jrdType+`" template="`+html.EscapeString(template)+`"/>
</XRD>
`)), nil
	})
}

// acceptsJSONAlone tells whether all that the asker names is JSON (RFC 6415
// section 3): whoever takes XML or anything gets the XRD, which all know.
func acceptsJSONAlone(r *http.Request) bool {
	json := false
	for _, line := range r.Header["Accept"] {
		for part := range strings.SplitSeq(line, ",") {
			switch kind, _, _ := mime.ParseMediaType(part); kind {
			case jsonType, jrdType:
				json = true
			default:
				return false
			}
		}
	}
	return json
}
