//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// bareReport is how fast a bare loop was.
type bareReport struct {
	Count  int
	Took   time.Duration
	CPU    time.Duration
	Failed int
}

func (r bareReport) rate() float64 { return float64(r.Count) / r.Took.Seconds() }

// perCPU is how many one second of processor time was enough for.
func (r bareReport) perCPU() float64 { return float64(r.Count) / r.CPU.Seconds() }

// add counts another run in.
func (r *bareReport) add(other bareReport) {
	r.Count, r.Took, r.CPU, r.Failed = r.Count+other.Count, r.Took+other.Took, r.CPU+other.CPU, r.Failed+other.Failed
}

// signRole signs with RSA-2048 on all cores for as long as it is told.
func signRole(context.Context) error {
	var span time.Duration
	if err := json.NewDecoder(os.Stdin).Decode(&span); err != nil {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	var count atomic.Int64
	var workers sync.WaitGroup
	began, before := time.Now(), ownCPU()
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			sum := sha256.Sum256([]byte("what is signed"))
			for time.Since(began) < span {
				if _, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:]); err == nil {
					count.Add(1)
				}
			}
		})
	}
	workers.Wait()
	return json.NewEncoder(os.Stdout).Encode(bareReport{Count: int(count.Load()), Took: time.Since(began), CPU: ownCPU() - before})
}

// postOrders tell the bare loop whom to post to.
type postOrders struct {
	Inboxes []string
	Size    int // of the body in bytes
	Workers int
	Warm    bool   // each host is spoken to once before the measurement
	CA      string // file of the certificates to trust; empty for the machine's
}

// postRole signs and posts, and does nothing else.
func postRole(ctx context.Context) error {
	var orders postOrders
	if err := json.NewDecoder(os.Stdin).Decode(&orders); err != nil {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	client, err := bareClient(orders.CA)
	if err != nil {
		return err
	}
	body := bytes.Repeat([]byte("x"), orders.Size)
	digest := digestOf(body)
	loop := func(inboxes []string) (failed int64) {
		work := make(chan string)
		var bad atomic.Int64
		var workers sync.WaitGroup
		for range orders.Workers {
			workers.Go(func() {
				for inbox := range work {
					if err := post(ctx, client, key, inbox, body, digest); err != nil {
						bad.Add(1)
					}
				}
			})
		}
		for _, inbox := range inboxes {
			work <- inbox
		}
		close(work)
		workers.Wait()
		return bad.Load()
	}
	if orders.Warm {
		loop(onePerHost(orders.Inboxes))
	}
	began, before := time.Now(), ownCPU()
	failed := loop(orders.Inboxes)
	return json.NewEncoder(os.Stdout).Encode(bareReport{Count: len(orders.Inboxes), Took: time.Since(began), CPU: ownCPU() - before, Failed: int(failed)})
}

// bareClient keeps connections, and writes to them, as the node does.
func bareClient(ca string) (*http.Client, error) {
	config := &tls.Config{ClientSessionCache: tls.NewLRUClientSessionCache(512)}
	if ca != "" {
		data, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(data)
	}
	return &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, MaxIdleConns: 256, MaxIdleConnsPerHost: 4, WriteBufferSize: 16 << 10, TLSClientConfig: config}}, nil
}

func onePerHost(inboxes []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, inbox := range inboxes {
		if u, err := url.Parse(inbox); err == nil && !seen[u.Host] {
			seen[u.Host] = true
			out = append(out, inbox)
		}
	}
	return out
}

// signed is what sign covers of a request.
func signed(path, host, date, digest string) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "(request-target): post %s\nhost: %s\ndate: %s\ndigest: %s", path, host, date, digest))
}

// sign gives a POST the headers that Mastodon asks for, with nothing of what the
// node does around it.
func sign(req *http.Request, key *rsa.PrivateKey, keyID, digest string) error {
	date := time.Now().UTC().Format(http.TimeFormat)
	sum := signed(req.URL.RequestURI(), req.URL.Host, date, digest)
	sig, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	req.Header = http.Header{"Date": {date}, "Digest": {digest}, "Content-Type": {"application/activity+json"},
		"Signature": {fmt.Sprintf(`keyId="%s",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="%s"`,
			keyID, base64.StdEncoding.EncodeToString(sig))}}
	return err
}

// digestOf is the Digest of a body.
func digestOf(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// post is one delivery with nothing around it.
func post(ctx context.Context, client *http.Client, key *rsa.PrivateKey, inbox string, body []byte, digest string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, inbox, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if err := sign(req, key, "http://127.0.0.1/#key", digest); err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}
