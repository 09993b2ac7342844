package signature

import (
	"bytes"
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
		if err := s.Verify(r, []byte(hello), ourBase, noon, &key().PublicKey); err != nil {
			return
		}
		if !bytes.Equal(s.value, want.value) || !slices.Equal(s.covered, want.covered) || targets(r)[len(targets(r))-1] != genuine.target {
			t.Fatalf("verified with %q and %q", header, target)
		}
	})
}

// FuzzSignatureInput mutates both headers, the target and a header of a request
// that is rightly signed by RFC 9421. What verifies in the end must have the very
// components and parameters that were signed.
func FuzzSignatureInput(f *testing.F) {
	genuine := newPost()
	signed := genuine.arrive(f)
	want, err := Parse(signed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed.Header.Get("Signature-Input"), signed.Header.Get("Signature"), "/ap/inbox", sha256Of(hello))
	f.Fuzz(func(t *testing.T, input, value, target, digest string) {
		r := signed.Clone(t.Context())
		r.Header.Set("Signature-Input", input)
		r.Header.Set("Signature", value)
		r.Header.Set("Content-Digest", digest)
		if len(target) == 0 || target[0] != '/' {
			target = "/" + target
		}
		r.RequestURI = target
		s, err := Parse(r)
		if err != nil {
			return
		}
		if len(s.covered) == 0 || len(s.covered) > maxNames || s.KeyID == "" || len(s.value) == 0 || s.created <= 0 {
			t.Fatalf("read as %+v", s)
		}
		if err := s.Verify(r, []byte(hello), ourBase, noon, genuine.key.Public()); err != nil {
			return
		}
		if !bytes.Equal(s.value, want.value) || s.params != want.params || !slices.Equal(s.covered, want.covered) || target != genuine.target {
			t.Fatalf("verified with %q, %q, %q and %q", input, value, target, digest)
		}
	})
}
