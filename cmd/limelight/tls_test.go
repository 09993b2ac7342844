package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// selfSigned is a certificate for a name and its key, in PEM.
func selfSigned(t *testing.T, name string, good time.Duration) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), DNSNames: []string{name}, NotBefore: now, NotAfter: now.Add(good)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

// TestPairOfFiles follows a pair through its life: what is bad is not taken up and
// said once, what is good is.
func TestPairOfFiles(t *testing.T) {
	dir, now, long := t.TempDir(), time.Now(), 90*24*time.Hour
	config := defaults()
	config.dir, config.where = dir, func(string) string { return "limelight.toml:2" }
	config.Server.TLS, config.Server.TLSCert, config.Server.TLSKey = tlsFiles, "cert.pem", "key.pem"
	config.Server.BaseURL = "https://blog.test"
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log strings.Builder
	n := &node{config: config, log: slog.New(slog.NewTextHandler(&log, nil))}
	if _, err := n.newPair(); err == nil || !strings.Contains(err.Error(), "limelight.toml:2: server.tls_cert, server.tls_key: open ") {
		t.Fatalf("without files: %v", err)
	}
	cert, key := selfSigned(t, "blog.test", long)
	write("cert.pem", cert)
	write("key.pem", key)
	p := &pair{cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"), hosts: []string{"blog.test"}, log: n.log}
	first, digest, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	p.take(first, digest)
	look := func(what, want string, at time.Time) {
		t.Helper()
		log.Reset()
		p.look(at)
		if got := log.String(); (got == "") != (want == "") || !strings.Contains(got, want) || strings.Contains(got, "PRIVATE") {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	look("nothing changed", "", now)
	newCert, newKey := selfSigned(t, "blog.test", long)
	write("cert.pem", newCert) // and the key not yet
	look("half a pair", "", now)
	if p.used.Load() != first {
		t.Error("half a pair is in use")
	}
	look("still half a pair", "the old one stays in use", now)
	look("half a pair, said already", "", now)
	write("key.pem", newKey)
	look("the pair", "a new certificate is in use", now)
	second := p.used.Load()
	if second == first {
		t.Error("the new pair is not in use")
	}
	write("key.pem", make([]byte, maxPairFile+1))
	look("a key that is too large", "", now)
	look("a key that is too large", "too large for a certificate", now)
	os.Remove(p.key)
	look("no key", "", now)
	look("no key", "no such file", now)
	look("no key, said already", "", now)
	write("key.pem", newKey)
	look("the same pair again", "", now)
	look("its last days", "ends soon", now.Add(long-time.Hour))
	look("its last days, said already", "", now.Add(long-time.Hour/2))
	other, otherKey := selfSigned(t, "other.test", long)
	write("cert.pem", other)
	write("key.pem", otherKey)
	look("another name's", "not for this name", now)
	if got, _ := p.get(nil); got == second {
		t.Error("the owner's choice is not in use")
	}
}

// TestServesFiles is the whole program with a pair of files, renewed while it runs.
func TestServesFiles(t *testing.T) {
	p := newProgram(t, "LIMELIGHT_SERVER_TLS=files", "LIMELIGHT_SERVER_TLS_CERT=cert.pem", "LIMELIGHT_SERVER_TLS_KEY=key.pem",
		"LIMELIGHT_SERVER_BASE_URL=https://blog.test", "LIMELIGHT_SERVER_TLS_LISTEN=127.0.0.1:0", "LIMELIGHT_SERVER_REDIRECT_LISTEN=127.0.0.1:0")
	write := func() *x509.CertPool {
		cert, key := selfSigned(t, "blog.test", 24*time.Hour)
		p.write("cert.pem", string(cert))
		p.write("key.pem", string(key))
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(cert)
		return pool
	}
	a := &authority{t: t, roots: write()}
	p.start()
	https, redirect := p.addresses()
	resp, err := a.visitor(https).Get("https://blog.test/healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusOK {
		t.Errorf("%s %s", resp.Proto, resp.Status)
	}
	for _, c := range []struct {
		method, url string
		status      int
	}{
		{"GET", "http://blog.test/posts/a%2Fb?x=1", http.StatusMovedPermanently},
		{"POST", "http://blog.test/ap/inbox", http.StatusPermanentRedirect},
		{"GET", "http://192.0.2.1//evil.test/", http.StatusMovedPermanently},
	} {
		r, _ := http.NewRequest(c.method, c.url, nil)
		resp, err := a.visitor(redirect).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if want := "https://blog.test" + r.URL.RequestURI(); resp.StatusCode != c.status || resp.Header.Get("Location") != want {
			t.Errorf("%s %s: %s, to %s", c.method, c.url, resp.Status, resp.Header.Get("Location"))
		}
	}
	a.roots = write()
	a.shows(p, "blog.test")
	// An open connection that asks for nothing does not keep it from stopping.
	idle, err := tls.Dial("tcp", https, &tls.Config{ServerName: "blog.test", RootCAs: a.roots})
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	p.stop()
	for _, address := range []string{https, redirect} {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			t.Errorf("%s is still listened at", address)
		}
	}
}

// TestRedirectStaysHome: whatever stands in a request, it is sent to the blog.
func TestRedirectStaysHome(t *testing.T) {
	config := defaults()
	config.Server.BaseURL = "https://blog.test"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(newOwnHosts(config).redirect)}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	for _, line := range []string{"CONNECT evil.test:443 HTTP/1.1", "GET http:@evil.test HTTP/1.1", "GET http://evil.test HTTP/1.1",
		"GET //evil.test/ HTTP/1.1", "GET /%0d%0aSet-Cookie:x HTTP/1.1", `GET /\evil.test HTTP/1.1`} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conn.Write([]byte(line + "\r\nHost: evil.test\r\nConnection: close\r\n\r\n"))
		answer := make([]byte, 4096)
		n, _ := conn.Read(answer)
		conn.Close()
		head := string(answer[:n])
		if strings.HasPrefix(head, "HTTP/1.1 400") {
			continue
		}
		if !strings.Contains(head, "\nLocation: https://blog.test/") || strings.Contains(head, "\nSet-Cookie") {
			t.Errorf("%s:\n%s", line, head)
		}
	}
}

func TestCheckTLS(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(c *Config)
		want string // the setting that is wrong
	}{
		"auto":             {func(c *Config) {}, ""},
		"without a domain": {func(c *Config) { c.Server.BaseURL = "" }, "server.base_url"},
		"http":             {func(c *Config) { c.Server.BaseURL = "http://blog.test" }, "server.base_url"},
		"localhost":        {func(c *Config) { c.Server.BaseURL = "https://localhost" }, "server.base_url"},
		"an address":       {func(c *Config) { c.Server.BaseURL = "https://192.0.2.1" }, "server.base_url"},
		"localhost with files": {func(c *Config) {
			c.Server.BaseURL, c.Server.TLS, c.Server.TLSCert, c.Server.TLSKey = "https://localhost:8443", "files", "c", "k"
		}, ""},
		"files without a key":    {func(c *Config) { c.Server.TLS, c.Server.TLSCert = "files", "c" }, "server.tls_key"},
		"files without any":      {func(c *Config) { c.Server.TLS = "files" }, "server.tls_cert"},
		"a port alone":           {func(c *Config) { c.Server.TLSListen = "443" }, "server.tls_listen"},
		"no way for http":        {func(c *Config) { c.Server.RedirectListen = "" }, ""},
		"a wrong way for http":   {func(c *Config) { c.Server.RedirectListen = "http" }, "server.redirect_listen"},
		"staging":                {func(c *Config) { c.Server.ACMEDirectory = "staging" }, ""},
		"an authority over http": {func(c *Config) { c.Server.ACMEDirectory = "http://ca.test/dir" }, "server.acme_directory"},
		"a word for one":         {func(c *Config) { c.Server.ACMEDirectory = "letsencrypt" }, "server.acme_directory"},
		"further names":          {func(c *Config) { c.Server.TLSHosts = []string{"www.blog.test"} }, ""},
		"a name with a port":     {func(c *Config) { c.Server.TLSHosts = []string{"www.blog.test:443"} }, "server.tls_hosts"},
		"every name":             {func(c *Config) { c.Server.TLSHosts = []string{"*.blog.test"} }, "server.tls_hosts"},
		"mail":                   {func(c *Config) { c.Server.ACMEEmail = "ann@example.com" }, ""},
		"no mail":                {func(c *Config) { c.Server.ACMEEmail = "ann" }, "server.acme_email"},
	} {
		config := defaults()
		config.Server.TLS, config.Server.BaseURL = tlsAuto, "https://blog.test"
		c.set(config)
		if key, err := config.checkTLS(); key != c.want || (err != nil) != (c.want != "") {
			t.Errorf("%s: %s %v, want %q", name, key, err, c.want)
		}
	}
}
