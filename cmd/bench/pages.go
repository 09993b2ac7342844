//go:build linux

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// served is one resource in one form, as the node gives it out.
type served struct {
	what   string
	path   string // at the node
	header string // of the request, "Name: value"; empty for none
	status int
	head   http.Header // of the answer, but for the Date
	body   []byte
}

const (
	wrkConnections = "64"
	wrkThreads     = "2"
	pageRounds     = 10
)

// pages has wrk ask the node, a bare net/http handler that writes the same
// answer, head and body, and nginx with the same body in a file.
func pages(ctx context.Context, l *lab) error {
	for _, program := range []string{"wrk", "nginx"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is needed; scripts/bench-deps installs it on Debian", program)
		}
	}
	n, err := l.talkedAbout(ctx)
	if err != nil {
		return err
	}
	defer n.stop()
	all, err := forms(ctx, n.url)
	if err != nil {
		return err
	}
	web, err := l.nginx(ctx, all)
	if err != nil {
		return err
	}
	defer web.stop()
	for _, s := range all {
		if l.wants(s.what) {
			if err := s.measure(ctx, l, n, web.url); err != nil {
				return fmt.Errorf("%s: %w", s.what, err)
			}
		}
	}
	return nil
}

// talkedAbout is a node with twenty posts, the last of which has fifty replies. It
// logs no requests, as neither nginx nor the bare handler does here.
func (l *lab) talkedAbout(ctx context.Context) (*node, error) {
	n, post, err := l.openNode(ctx, "LIMELIGHT_LOG_REQUESTS=false")
	if err != nil {
		return nil, err
	}
	for i := 0; i < 19 && err == nil; i++ {
		var file string
		if file, err = n.post(fmt.Sprintf("older-%d", i), 3<<10); err == nil {
			err = n.run(ctx, "publish", file)
		}
	}
	if err == nil {
		_, err = l.sendReplies(ctx, n.process, senderOrders{Inbox: n.url + "/ap/inbox", Blog: n.url, Post: post, Count: 1, Actors: 49, Workers: 4})
	}
	if err != nil {
		return nil, errors.Join(err, n.stop())
	}
	return n, nil
}

// forms asks the node for each resource once.
func forms(ctx context.Context, url string) ([]served, error) {
	const feed, page = "/feed.xml", "/posts/talked-about"
	all := []served{
		{what: "feed (RSS), as it is", path: feed},
		{what: "feed (RSS), gzip", path: feed, header: "Accept-Encoding: gzip"},
		{what: "feed (RSS), not modified", path: feed, header: "If-None-Match: "},
		{what: "post page with 50 comments, as it is", path: page},
		{what: "post page with 50 comments, gzip", path: page, header: "Accept-Encoding: gzip"},
	}
	etags := map[string]string{}
	for i := range all {
		s := &all[i]
		if s.header == "If-None-Match: " {
			s.header += etags[s.path]
		}
		if err := s.fetch(ctx, url); err != nil {
			return nil, err
		}
		if s.header == "" {
			etags[s.path] = s.head.Get("ETag")
		}
	}
	return all, nil
}

func (s *served) fetch(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+s.path, nil)
	if err != nil {
		return err
	}
	if name, value, ok := strings.Cut(s.header, ": "); ok {
		req.Header.Set(name, value)
	}
	// No transport decodes gzip when the request asks for it itself.
	resp, err := (&http.Transport{DisableCompression: true}).RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	s.status, s.head = resp.StatusCode, resp.Header
	s.head.Del("Date") // every server writes its own
	s.body, err = io.ReadAll(resp.Body)
	return err
}

func (s *served) measure(ctx context.Context, l *lab, n *node, nginx string) error {
	p, bareURL, err := s.bare(ctx)
	if err != nil {
		return err
	}
	defer p.stop()
	header := s.header
	if s.status == http.StatusNotModified {
		// nginx makes an ETag of its own.
		again := served{path: s.path}
		if err := again.fetch(ctx, nginx); err != nil {
			return err
		}
		header = "If-None-Match: " + again.head.Get("ETag")
	}
	var node, bare, static load
	rounds := l.n(pageRounds)
	for range rounds {
		err := node.add(ctx, n.url+s.path, s, s.header, n.process)
		if err == nil {
			err = bare.add(ctx, bareURL+s.path, s, s.header, p)
		}
		if err == nil {
			err = static.add(ctx, nginx+s.path, s, header, nil)
		}
		if err != nil {
			return err
		}
	}
	aim := ""
	if strings.HasPrefix(s.what, "feed") {
		aim = ">= 0.90"
	}
	l.add(result{group: "pages", what: fmt.Sprintf("%s, %d KB", s.what, (len(s.body)+512)/1024), figure: fmt.Sprintf("%.0f/s", node.answers/float64(rounds)),
		bare: fmt.Sprintf("%.0f/s", bare.answers/float64(rounds)), ratio: node.answers / bare.answers, aim: aim, node: node.cpu,
		note: fmt.Sprintf("nginx %.0f/s, ratio %.2f; processor time of an answer %s, bare %s", static.answers/float64(rounds),
			node.answers/static.answers, node.each(), bare.each())})
	return nil
}

// load is what a server answered under wrk, and its processor time.
type load struct {
	answers float64
	cpu     time.Duration
}

// add has wrk ask for a second. Those who are compared take turns, so that what
// else the machine does meets all of them.
func (l *load) add(ctx context.Context, url string, s *served, header string, p *process) error {
	var before, after time.Duration
	var err error
	if p != nil {
		before, err = p.cpu()
	}
	var rate float64
	if err == nil {
		rate, err = s.wrk(ctx, url, header, time.Second)
	}
	if err == nil && p != nil {
		after, err = p.cpu()
	}
	l.answers += rate
	l.cpu += after - before
	return err
}

// each is the processor time of one answer.
func (l *load) each() string {
	return fmt.Sprintf("%.1f us", float64(l.cpu.Microseconds())/l.answers)
}

var requestsPerSecond = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

// wrk is how many requests a second are answered.
func (s *served) wrk(ctx context.Context, url, header string, span time.Duration) (float64, error) {
	args := []string{"-t" + wrkThreads, "-c" + wrkConnections, "-d" + span.String()}
	if header != "" {
		args = append(args, "-H", header)
	}
	out, err := exec.CommandContext(ctx, "wrk", append(args, url)...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	if strings.Contains(string(out), "Non-2xx") && s.status/100 == 2 {
		return 0, fmt.Errorf("wrk got errors:\n%s", out)
	}
	m := requestsPerSecond.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("wrk printed no rate:\n%s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// bare is a handler that does nothing but write the answer, and its address.
func (s *served) bare(ctx context.Context) (*process, string, error) {
	p, err := role(ctx, "page", pageOrders{s.status, s.head, s.body})
	if err != nil {
		return nil, "", err
	}
	var url string
	if err := p.hear(&url); err != nil {
		return nil, "", errors.Join(err, p.stop())
	}
	return p, url, nil
}

type pageOrders struct {
	Status int
	Head   http.Header
	Body   []byte
}

// pageRole is the bare handler, until standard input ends.
func pageRole(context.Context) error {
	lines := json.NewDecoder(os.Stdin)
	var orders pageOrders
	if err := lines.Decode(&orders); err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			for name, values := range orders.Head {
				h[name] = values
			}
			w.WriteHeader(orders.Status)
			_, _ = w.Write(orders.Body)
		}))
	}()
	if err := json.NewEncoder(os.Stdout).Encode("http://" + listener.Addr().String()); err != nil {
		return err
	}
	var end string
	if err := lines.Decode(&end); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// webServer is an nginx.
type webServer struct {
	cmd *exec.Cmd
	url string
}

func (w *webServer) stop() {
	_ = w.cmd.Process.Signal(syscall.SIGQUIT)
	_ = w.cmd.Wait()
}

// nginx serves the same bytes out of files, gzip made beforehand, with the
// settings that its manual names for speed.
func (l *lab) nginx(ctx context.Context, all []served) (*webServer, error) {
	dir, err := l.folder("nginx")
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		path := filepath.Join(dir, "root", s.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if s.header != "" {
			continue
		}
		var packed bytes.Buffer
		z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := z.Write(s.body); err != nil {
			return nil, err
		}
		if err := errors.Join(z.Close(), os.WriteFile(path, s.body, 0o644), os.WriteFile(path+".gz", packed.Bytes(), 0o644)); err != nil {
			return nil, err
		}
	}
	// Its workers have another user.
	for at := dir; at != filepath.Dir(l.dir); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil {
			return nil, err
		}
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf(`worker_processes auto;
daemon off;
pid %[1]s/pid;
error_log %[1]s/error.log;
events { worker_connections 1024; }
http {
	access_log off;
	types { application/rss+xml xml; }
	default_type text/html;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000;
	open_file_cache max=100;
	gzip_static on;
	server {
		listen %[2]s;
		root %[1]s/root;
	}
}
`, dir, address)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return nil, err
	}
	w := &webServer{exec.CommandContext(ctx, "nginx", "-c", config), "http://" + address}
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp4", address)
		if err == nil {
			return w, conn.Close()
		}
		if time.Now().After(deadline) {
			w.stop()
			return nil, fmt.Errorf("nginx does not listen: %w", err)
		}
	}
}
