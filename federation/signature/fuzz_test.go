package signature

import (
	"bytes"
	"encoding/base64"
	"slices"
	"testing"
)

// FuzzSignatureHeader mutates the header and the target of a rightly signed
// request. Whatever comes of it must not panic, and verifies only where all that
// was signed is what it was.
func FuzzSignatureHeader(f *testing.F) {
	genuine := delivery()
	signed := genuine.params(f)
	want, err := Parse(genuine.arrive(f))
	if err != nil {
		f.Fatal(err)
	}
	made, _ := base64.StdEncoding.DecodeString(want.value)
	f.Add(signed, "/ap/inbox")
	f.Add("Signature "+signed, "/ap/inbox?x=1")
	f.Fuzz(func(t *testing.T, header, target string) {
		r := genuine.arrive(t)
		r.Header.Set("Signature", header)
		if len(target) == 0 || target[0] != '/' {
			target = "/" + target
		}
		r.RequestURI = target
		s, err := Parse(r)
		if err != nil {
			return
		}
		if len(s.covered) > maxNames || s.KeyID == "" {
			t.Fatalf("read as %+v", s)
		}
		if err := s.Verify(r, []byte(hello), ourHost, noon, &key().PublicKey); err != nil {
			return
		}
		got, _ := base64.StdEncoding.DecodeString(s.value)
		if !bytes.Equal(got, made) || !slices.Equal(s.covered, want.covered) || targets(r)[len(targets(r))-1] != genuine.target {
			t.Fatalf("verified with %q and %q", header, target)
		}
	})
}
