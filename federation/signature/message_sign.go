package signature

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/dunglas/httpsfv"
)

// label is the name of our signature among those that a request may get.
const label = "sig1"

// signMessage sets Signature-Input and Signature, RFC 9421 section 3.1, and,
// unless digest is empty, Content-Digest.
func (k Key) signMessage(req *http.Request, digest string, now time.Time) error {
	covered := []string{"@method", "@target-uri"}
	if digest != "" {
		req.Header.Set("Content-Digest", "sha-256=:"+digest+":")
		covered = append(covered, "content-digest")
	}
	input := httpsfv.InnerList{Params: httpsfv.NewParams()}
	for _, name := range covered {
		input.Items = append(input.Items, httpsfv.NewItem(name))
	}
	input.Params.Add("created", now.Unix())
	input.Params.Add("keyid", k.ID)
	input.Params.Add("alg", algRSA)
	params, err := httpsfv.Marshal(input)
	if err != nil {
		return err
	}
	m, err := newMessage(req.Method, req.URL.Scheme+"://"+hostOf(req), req.URL.RequestURI(), req.Header)
	if err != nil {
		return err
	}
	text, err := m.base(covered, params)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	value, err := rsa.SignPKCS1v15(rand.Reader, k.Private, crypto.SHA256, sum[:])
	if err != nil {
		return err
	}
	made := httpsfv.NewDictionary()
	made.Add(label, httpsfv.NewItem(value))
	signature, err := httpsfv.Marshal(made)
	if err != nil {
		return err
	}
	req.Header.Set("Signature-Input", label+"="+params)
	req.Header.Set("Signature", signature)
	return nil
}
