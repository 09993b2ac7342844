package federation

import (
	"html"
	"net/http"
	"strings"

	"limelight/federation/vocab"
)

// HostMeta answers where WebFinger is (RFC 6415), for the few that ask here
// first: as XRD, or at an address that ends in ".json" as JRD.
func (n *Node) HostMeta(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	template := n.blog.BaseURL + "/.well-known/webfinger?resource={uri}"
	n.answer(w, r, func() (document, error) {
		if strings.HasSuffix(r.URL.Path, ".json") {
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
