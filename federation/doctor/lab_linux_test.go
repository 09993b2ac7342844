package doctor_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	host     = "blog.test"
	patience = 60 * time.Second
)

// lab is one node, one nginx with a server for each fault, and a proxy for what
// nginx cannot be made to do wrong.
type lab struct {
	t       *testing.T
	program string // limelight, built
	dir     string // of the node
	web     string // of nginx
	node    string // host:port
	twister string // host:port
	tls     string // port of the servers, each of which has an address of its own
	plain   string // port of those without TLS
	serve   *exec.Cmd
	bare    bool // nothing is configured
	alone   bool // the blog's is the only name
}

func newLab(t *testing.T) *lab {
	t.Helper()
	if _, err := exec.LookPath("nginx"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("nginx is missing, and CI is set; scripts/test-deps installs it")
		}
		t.Skip("nginx is missing; scripts/test-deps installs it")
	}
	l := &lab{t: t, dir: t.TempDir(), web: t.TempDir(), tls: freePort(t), plain: freePort(t)}
	l.build()
	l.startNode()
	l.startTwister()
	return l
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func (l *lab) build() {
	l.t.Helper()
	l.program = filepath.Join(l.t.TempDir(), "limelight")
	if out, err := exec.Command("go", "build", "-o", l.program, "limelight/cmd/limelight").CombinedOutput(); err != nil {
		l.t.Fatalf("go build: %v\n%s", err, out)
	}
}

// env is the configuration of the node, and of doctor beside it.
func (l *lab) env() []string {
	if l.bare {
		return append(os.Environ(), "LIMELIGHT_CONFIG=")
	}
	return append(os.Environ(), "LIMELIGHT_CONFIG=", "LIMELIGHT_SERVER_BASE_URL=https://"+host, "LIMELIGHT_SERVER_LISTEN=127.0.0.1:0",
		"LIMELIGHT_SERVER_TRUSTED_PROXIES=127.0.0.1/32", "LIMELIGHT_SERVER_SELF_CHECK=false", "LIMELIGHT_FEDERATION_HANDLE_DOMAIN=handle.test")
}

func (l *lab) command(args ...string) *exec.Cmd {
	cmd := exec.Command(l.program, args...)
	cmd.Dir, cmd.Env = l.dir, l.env()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

func (l *lab) startNode() {
	l.t.Helper()
	l.node = l.startServe(`(?m)^ +local +http://(\S+)`)
}

// startServe starts the node, which prints where it listens as the pattern says.
func (l *lab) startServe(pattern string) (address string) {
	l.t.Helper()
	l.serve = l.command("serve")
	var logs bytes.Buffer
	l.serve.Stderr = &logs
	stdout, err := l.serve.StdoutPipe()
	if err == nil {
		err = l.serve.Start()
	}
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(l.stopNode)
	printed := ""
	for s := bufio.NewScanner(stdout); s.Scan() && !strings.HasPrefix(s.Text(), "listening on "); {
		printed += s.Text() + "\n"
	}
	found := regexp.MustCompile(pattern).FindStringSubmatch(printed)
	if found == nil {
		l.stopNode()
		l.t.Fatalf("serve does not say where it listens:\n%s%s", printed, &logs)
	}
	go io.Copy(io.Discard, stdout)
	return found[1]
}

func (l *lab) stopNode() {
	if l.serve != nil {
		l.serve.Process.Signal(syscall.SIGTERM)
		l.serve.Wait()
		l.serve = nil
	}
}

func (l *lab) publish(name, text string) {
	l.t.Helper()
	write(l.t, filepath.Join(l.dir, name), []byte(text))
	if out, err := l.command("publish", name).CombinedOutput(); err != nil {
		l.t.Fatalf("publish: %v\n%s", err, out)
	}
}

// startTwister passes requests on to the node and does to the answer what the
// header Twist says.
func (l *lab) startTwister() {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: l.node})
	proxy.ModifyResponse = func(r *http.Response) error {
		switch r.Request.Header.Get("Twist") {
		case "date":
			r.Header.Set("Date", time.Now().Add(-3*time.Hour).UTC().Format(http.TimeFormat))
		case "gzip twice":
			return repack(r, func(body []byte) []byte {
				var b bytes.Buffer
				z := gzip.NewWriter(&b)
				z.Write(body)
				z.Close()
				return b.Bytes()
			})
		case "gzip cut":
			return repack(r, func(body []byte) []byte { return body[:len(body)/2] })
		}
		return nil
	}
	server := httptest.NewServer(proxy)
	l.t.Cleanup(server.Close)
	l.twister = server.Listener.Addr().String()
}

// repack changes the body of an answer that is compressed.
func repack(r *http.Response, change func([]byte) []byte) error {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	body = change(body)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", fmt.Sprint(len(body)))
	return err
}

// startNginx has a server for each case: at an address of its own.
func (l *lab) startNginx(cases []faultCase) {
	l.t.Helper()
	var servers strings.Builder
	for i, c := range cases {
		servers.WriteString(l.server(c, addressOf(i)))
	}
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;\n" // the folder is ours alone
	}
	text := fmt.Sprintf(`%[4]sworker_processes 1;
daemon off;
pid %[1]s/pid;
error_log %[1]s/error.log;
events { worker_connections 512; }
http {
	access_log off;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	proxy_cache_path %[1]s/cache keys_zone=kept:1m;
	upstream node { server %[2]s; }
	upstream twister { server %[3]s; }
	server_names_hash_bucket_size 128;
%[5]s}
`, l.web, l.node, l.twister, user, &servers)
	config := filepath.Join(l.web, "nginx.conf")
	write(l.t, config, []byte(text))
	cmd := exec.Command("nginx", "-c", config)
	var out bytes.Buffer
	cmd.Stderr = &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	l.t.Cleanup(func() { cmd.Process.Signal(syscall.SIGTERM); <-done })
	for deadline := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp4", net.JoinHostPort(addressOf(0), l.tls))
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-done:
			l.t.Fatalf("nginx ended: %s", &out)
		case <-time.After(20 * time.Millisecond):
			if time.Now().After(deadline) {
				l.t.Fatalf("nginx does not listen: %s", &out)
			}
		}
	}
}

func addressOf(i int) string { return fmt.Sprintf("127.0.1.%d", i+1) }

// server is that of one case: as the README has it, but for what the case does
// wrong.
func (l *lab) server(c faultCase, address string) string {
	cert := c.cert
	if cert == "" {
		cert = "good"
	}
	location := c.location
	if location == "" {
		location = headers
	}
	upstream := c.upstream
	if upstream == "" {
		upstream = "node"
	}
	handle := c.handle
	if handle == "" {
		handle = "return 302 https://" + host + "$request_uri;"
	}
	plain := c.plain
	if plain == "" {
		plain = "return 301 https://" + host + "$request_uri;"
	}
	files := fmt.Sprintf("ssl_certificate %[1]s/%[2]s.pem; ssl_certificate_key %[1]s/%[2]s.key;", l.web, cert)
	handles := fmt.Sprintf("ssl_certificate %[1]s/good.pem; ssl_certificate_key %[1]s/good.key;", l.web)
	main := fmt.Sprintf("listen %s:%s ssl; %s", address, l.tls, files)
	if c.noTLS {
		main, handles = fmt.Sprintf("listen %s:%s;", address, l.tls), ""
	}
	second := fmt.Sprintf("server { listen %s:%s ssl; server_name handle.test www.%s; %s location / { %s } }", address, l.tls, host, handles, handle)
	if c.noTLS {
		second = ""
	}
	return fmt.Sprintf("server { %s server_name %s; %s\n location / { proxy_pass http://%s; %s } }\n%s\nserver { listen %s:%s; location / { %s } }\n",
		main, host, c.server, upstream, location, second, address, l.plain, plain)
}

// headers are those of the README.
const headers = "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;"

// check is one of doctor's, as -json has it.
type check struct {
	ID, About, State, Found, Means string
	Remedies                       []struct{ For, Lines string }
}

// doctor runs `limelight doctor -json` against the server at the address and
// returns its checks and exit code.
func (l *lab) doctor(address string, args ...string) (checks []check, code int) {
	l.t.Helper()
	args = append([]string{"doctor", "-json", "-ca", filepath.Join(l.web, "root.pem")}, args...)
	names := []string{host, "www." + host, "handle.test"}
	if l.alone {
		names = names[:1]
	}
	for _, name := range names {
		args = append(args, "-resolve", name+":443:"+address+":"+l.tls, "-resolve", name+":80:"+address+":"+l.plain)
	}
	cmd := l.command(args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		l.t.Fatal(err)
	}
	if err := json.Unmarshal(out, &checks); err != nil {
		l.t.Fatalf("%v\n%s%s", err, out, &stderr)
	}
	return checks, cmd.ProcessState.ExitCode()
}

// get is what the server at the address answers about the blog.
func (l *lab) get(address, path string) string {
	l.t.Helper()
	transport := &http.Transport{
		DisableCompression: true,
		TLSClientConfig:    &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(address, l.tls))
		},
	}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get("https://" + host + path)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return string(body)
}
