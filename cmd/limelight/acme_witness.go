package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	acmeTimeout   = time.Minute // of one request to the authority
	maxACMEAnswer = 1 << 20
	maxReason     = 300 // bytes of what an authority says
	maxReasons    = 4
)

// witness hears what the authority says is wrong: autocert tries one kind of
// challenge after the other, and tells only that none is left.
type witness struct {
	next http.RoundTripper

	mu    sync.Mutex
	heard map[string][]reason // by the host that it is about, empty for all; the newest last
}

// reason is something that was wrong.
type reason struct {
	text string
	at   time.Time
}

// client speaks with the authority that the configuration names, and with no
// other host: whatever a stranger can name goes through federation's.
func (w *witness) client() *http.Client {
	return &http.Client{Transport: w, Timeout: acmeTimeout}
}

// acmeAnswer is what of an authority's answers tells of faults: a problem document
// (RFC 7807), or an authorization with one in each challenge (RFC 8555 section
// 7.1.4).
type acmeAnswer struct {
	Type       string `json:"type"`
	Detail     string `json:"detail"`
	Identifier struct {
		Value string `json:"value"`
	} `json:"identifier"`
	Challenges []struct {
		Type  string      `json:"type"`
		Error *acmeAnswer `json:"error"`
	} `json:"challenges"`
}

// RoundTrip reads answers on their way.
func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(r)
	if err != nil {
		w.note("", err.Error())
		return nil, err
	}
	if !strings.Contains(resp.Header.Get("Content-Type"), "json") {
		return resp, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxACMEAnswer))
	resp.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", r.URL.Host, err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var said acmeAnswer
	if json.Unmarshal(body, &said) == nil {
		w.hear(said, resp.StatusCode)
	}
	return resp, nil
}

func (w *witness) hear(said acmeAnswer, status int) {
	// A used nonce is answered with a fresh one, and the request made again.
	if status >= http.StatusBadRequest && said.Detail != "" && !strings.HasSuffix(said.Type, ":badNonce") {
		w.note("", said.Detail)
	}
	for _, c := range said.Challenges {
		if c.Error != nil {
			w.note(said.Identifier.Value, c.Type+": "+c.Error.Detail)
		}
	}
}

func (w *witness) note(host, text string) {
	text = printable(text[:min(len(text), maxReason)])
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.heard == nil {
		w.heard = map[string][]reason{}
	}
	list := slices.DeleteFunc(w.heard[host], func(r reason) bool { return r.text == text })
	list = append(list, reason{text, time.Now()})
	w.heard[host] = list[max(0, len(list)-maxReasons):]
}

// explain says of an error about a host what the authority said since then.
func (w *witness) explain(host string, since time.Time, err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var texts []string
	for _, about := range []string{host, ""} {
		for _, r := range w.heard[about] {
			if !r.at.Before(since) {
				texts = append(texts, r.text)
			}
		}
	}
	if len(texts) == 0 {
		return fmt.Errorf("certificate for %s: %w", host, err)
	}
	return fmt.Errorf("certificate for %s: %s", host, strings.Join(texts, "; "))
}
