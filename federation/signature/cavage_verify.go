package signature

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-fed/httpsig"
)

func (s *Signature) verifyCavage(r *http.Request, body []byte, base string, now time.Time, public crypto.PublicKey) error {
	algorithm, err := s.pick(public)
	if err != nil {
		return err
	}
	if err := s.checkTime(r.Header, now); err != nil {
		return err
	}
	if s.covers("digest") {
		if err := checkDigest(r.Header.Values("Digest"), body); err != nil {
			return err
		}
	}
	for _, h := range hosts(base) {
		for _, target := range targets(r) {
			if err = s.try(r, h, target, public, algorithm); err == nil {
				return nil
			}
		}
	}
	return fmt.Errorf("%w: %w", ErrMismatch, err)
}

// pick is the algorithm for the key. What the sender calls it is only checked
// to be no other: hs2019 says nothing, and means RSA with SHA-256 in practice.
func (s *Signature) pick(public crypto.PublicKey) (httpsig.Algorithm, error) {
	name, algorithm, kind := "rsa-sha256", httpsig.Algorithm(httpsig.RSA_SHA256), "RSA"
	if _, ok := public.(ed25519.PublicKey); ok {
		name, algorithm, kind = "ed25519", httpsig.ED25519, "Ed25519"
	}
	if s.algorithm != "" && s.algorithm != "hs2019" && s.algorithm != name {
		return "", fmt.Errorf("algorithm %q does not go with an %s key; use hs2019 or %s", s.algorithm, kind, name)
	}
	return algorithm, nil
}

// checkTime holds what is covered of Date, (created) and (expires) against now.
func (s *Signature) checkTime(h http.Header, now time.Time) error {
	if s.covers("date") {
		dates := h.Values("Date")
		if len(dates) != 1 {
			return malformed("%d Date headers; send one", len(dates))
		}
		date, err := http.ParseTime(dates[0])
		if err != nil {
			return malformed("the Date should read like %s", http.TimeFormat)
		}
		if off := now.Sub(date); off > window || off < -window {
			return fmt.Errorf("the Date is more than an hour off: here it is %s", now.UTC().Format(http.TimeFormat))
		}
	}
	if s.covers("(created)") {
		if off := now.Sub(time.Unix(s.created, 0)); off > window || off < -ahead {
			return fmt.Errorf("created is too far off: here it is %d", now.Unix())
		}
	}
	if s.covers("(expires)") && now.Sub(time.Unix(s.expires, 0)) > ahead {
		return fmt.Errorf("the signature has expired: here it is %d", now.Unix())
	}
	return nil
}

// checkDigest compares the Digest header, RFC 3230, with the body. Of several
// digests every SHA-256 counts and at least one is needed.
func checkDigest(lines []string, body []byte) error {
	sum := sha256.Sum256(body)
	found := false
	for digest := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		name, value, _ := strings.Cut(strings.Trim(digest, " \t"), "=")
		if !strings.EqualFold(name, "SHA-256") {
			continue
		}
		got, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return malformed("the SHA-256 of Digest is not base64")
		}
		if !bytes.Equal(got, sum[:]) {
			return fmt.Errorf("the Digest is not that of the body: its SHA-256 is %s", base64.StdEncoding.EncodeToString(sum[:]))
		}
		found = true
	}
	if !found {
		return errors.New("the Digest has no SHA-256")
	}
	return nil
}

// hosts are the values of Host that a sender may have signed: Mastodon leaves
// the port out.
func hosts(base string) []string {
	_, host, _ := strings.Cut(base, "://")
	if name, _, err := net.SplitHostPort(host); err == nil {
		return []string{host, name}
	}
	return []string{host}
}

// targets are the paths that a sender may have signed: as on the wire, and
// without the query, which old Mastodons left out.
func targets(r *http.Request) []string {
	target := wireTarget(r)
	if path, _, ok := strings.Cut(target, "?"); ok {
		return []string{target, path}
	}
	return []string{target}
}

// try has httpsig verify the signature over one reading of the request. It is
// shown a copy: it changes the headers, decodes the path, and looks for a
// signature in Authorization too.
func (s *Signature) try(r *http.Request, host, target string, public crypto.PublicKey, algorithm httpsig.Algorithm) error {
	header := http.Header{}
	for _, name := range s.covered {
		name = http.CanonicalHeaderKey(name)
		if values, ok := r.Header[name]; ok {
			header[name] = values
		}
	}
	header["Host"] = []string{host}
	header["Signature"] = []string{s.plain()}
	verifier, err := httpsig.NewVerifier(&http.Request{Method: r.Method, URL: &url.URL{Path: target}, Header: header})
	if err != nil {
		return err
	}
	return verifier.Verify(public, algorithm)
}

// plain is the header in the only form that httpsig reads. The id of the key is
// not part of what is signed, so a stand-in for it does.
func (s *Signature) plain() string {
	var b strings.Builder
	b.WriteString(`keyId="key",algorithm="hs2019",`)
	if s.covers("(created)") {
		b.WriteString("created=" + strconv.FormatInt(s.created, 10) + ",")
	}
	if s.covers("(expires)") {
		b.WriteString("expires=" + strconv.FormatInt(s.expires, 10) + ",")
	}
	b.WriteString(`headers="` + strings.Join(s.covered, " ") + `",signature="` + base64.StdEncoding.EncodeToString(s.value) + `"`)
	return b.String()
}
