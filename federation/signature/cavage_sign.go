package signature

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-fed/httpsig"
)

// signCavage sets Signature and, unless digest is empty, Digest.
func (k Key) signCavage(req *http.Request, digest string) error {
	// httpsig signs the decoded path and no empty query, while peers verify what
	// they see on the wire, so it is shown a request whose path is just that.
	shown := &http.Request{
		Method: req.Method,
		URL:    &url.URL{Path: req.URL.RequestURI()},
		Header: http.Header{"Host": {hostOf(req)}, "Date": req.Header["Date"]},
	}
	covered := []string{httpsig.RequestTarget, "host", "date"}
	if digest != "" {
		shown.Header.Set("Digest", "SHA-256="+digest)
		covered = append(covered, "digest")
		if contentType := req.Header.Get("Content-Type"); contentType != "" {
			shown.Header.Set("Content-Type", contentType)
			covered = append(covered, "content-type")
		}
	}
	// A signer of its own: httpsig's are not safe for concurrent use.
	signer, _, err := httpsig.NewSigner([]httpsig.Algorithm{httpsig.RSA_SHA256}, httpsig.DigestSha256, covered, httpsig.Signature, 0)
	if err != nil {
		return err
	}
	if err := signer.SignRequest(k.Private, k.ID, shown, nil); err != nil {
		return err
	}
	if digest != "" {
		req.Header["Digest"] = shown.Header["Digest"]
	}
	req.Header.Set("Signature", sayRSA(shown.Header.Get("Signature")))
	return nil
}

// sayRSA names the algorithm as every peer knows it: httpsig always writes
// hs2019, which some refuse. The parameter is not part of what is signed.
func sayRSA(signature string) string {
	return strings.Replace(signature, `",algorithm="hs2019",`, `",algorithm="rsa-sha256",`, 1)
}
