package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// BenchmarkFeedServed compares the feed over connections with a bare net/http
// handler that writes the same bytes, and with nginx where it is installed and
// has the same bytes as a file. They take turns, so that what else the machine
// does meets all alike; ratio is ours to the bare one's.
func BenchmarkFeedServed(b *testing.B) {
	site := feedSite(b)
	ours := httptest.NewServer(site.Headers(routes(site)))
	b.Cleanup(ours.Close)
	for _, form := range []struct {
		name, header string
		known        bool
	}{
		{"plain", "", false}, {"gzip", "Accept-Encoding: gzip\r\n", false}, {"brotli", "Accept-Encoding: gzip, deflate, br\r\n", false}, {"unchanged", "", true},
	} {
		b.Run(form.name, func(b *testing.B) {
			header := form.header
			status, like, body := once(b, ours.Listener.Addr().String(), "/feed.xml", header)
			nginx, known := startNginx(b, like, body), ""
			if form.known {
				header = "If-None-Match: " + like.Get("Etag") + "\r\n"
				status, like, body = once(b, ours.Listener.Addr().String(), "/feed.xml", header)
				if nginx != "" {
					_, file, _ := once(b, nginx, "/feed", "")
					known = "If-None-Match: " + file.Get("Etag") + "\r\n"
				}
			}
			bare := httptest.NewServer(bareHandler(status, like, body))
			b.Cleanup(bare.Close)
			racers := []*racer{newRacer(b, ours.Listener.Addr().String(), "/feed.xml", header), newRacer(b, bare.Listener.Addr().String(), "/feed.xml", header)}
			if nginx != "" {
				racers = append(racers, newRacer(b, nginx, "/feed", known))
			}
			race(b, racers)
		})
	}
}

// feedSite is a site with a feed of some 60 KB.
func feedSite(b *testing.B) *Site {
	db := storagetest.New(b)
	profile := &blog.Blog{BaseURL: "https://blog.example.com", Handle: "blog", Title: "Blog", Timezone: time.UTC, Avatar: DefaultAvatar(), Created: time.Now()}
	site, err := New(Options{Blog: profile, DB: db, Now: func() time.Time { return time.Now().Add(time.Hour) }}) // the feed is dated
	if err != nil {
		b.Fatal(err)
	}
	words := blog.Words("Readers subscribe and never miss an item that somebody wrote for them on a small machine of their own far away from the noise of the crowd")
	for i := range 20 {
		var text strings.Builder
		for j := range 70 {
			fmt.Fprintf(&text, "<p>%s %s %d %s</p>\n", words[(i*7+j)%len(words)], words[(i+j*j)%len(words)], i*j*7919, words[(i*j+3)%len(words)])
		}
		p := blog.Post{Slug: fmt.Sprintf("p%d", i), Title: fmt.Sprintf("Post %d", i), HTML: text.String(), Source: "x"}
		if _, _, _, err := db.Publish(b.Context(), p, storage.PublishOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	return site
}

// bareHandler writes the same answer, byte for byte but for the date, and does
// nothing else.
func bareHandler(status int, like http.Header, body []byte) http.Handler {
	same := like.Clone()
	delete(same, "Date")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, value := range same {
			h[name] = value
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

// once is one answer.
func once(b *testing.B, address, path, header string) (int, http.Header, []byte) {
	b.Helper()
	r := newRacer(b, address, path, header)
	return r.once(b, r.conns[0])
}

// racer asks one server over some connections at once.
type racer struct {
	conns   []net.Conn
	request []byte
	length  int // of a whole answer
	took    time.Duration
	cpu     time.Duration // of this process, which is both ends
	asked   int
}

const racing = 16 // connections

func newRacer(b *testing.B, address, path, header string) *racer {
	b.Helper()
	r := &racer{request: []byte("GET " + path + " HTTP/1.1\r\nHost: blog.example.com\r\nUser-Agent: reader/1.0\r\nAccept: */*\r\n" + header + "\r\n")}
	for i := range racing {
		c, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.Close() })
		r.conns = append(r.conns, c)
		if i == 0 {
			r.length = r.measure(b)
		}
	}
	return r
}

// measure is how long an answer is; all are, since Date always is.
func (r *racer) measure(b *testing.B) int {
	b.Helper()
	var all bytes.Buffer
	_, _, body := r.once(b, io.TeeReader(r.conns[0], &all))
	head, _, found := bytes.Cut(all.Bytes(), []byte("\r\n\r\n"))
	if !found {
		b.Fatalf("no answer: %.200q", all.Bytes())
	}
	return len(head) + 4 + len(body)
}

func (r *racer) once(b *testing.B, in io.Reader) (int, http.Header, []byte) {
	b.Helper()
	if _, err := r.conns[0].Write(r.request); err != nil {
		b.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(in), nil)
	if err != nil {
		b.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return resp.StatusCode, resp.Header, body
}

// run asks n times on every connection.
func (r *racer) run(n int) error {
	start, cpu := time.Now(), processorTime()
	failed := make(chan error, len(r.conns))
	for _, c := range r.conns {
		go func() {
			in := bufio.NewReaderSize(c, 64<<10)
			var err error
			for range n {
				if _, err = c.Write(r.request); err != nil {
					break
				}
				if _, err = in.Discard(r.length); err != nil {
					break
				}
			}
			failed <- err
		}()
	}
	for range r.conns {
		if err := <-failed; err != nil {
			return err
		}
	}
	r.took += time.Since(start)
	r.cpu += processorTime() - cpu
	r.asked += n * len(r.conns)
	return nil
}

// processorTime is what this process has used. It is what a busy machine leaves
// comparable.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// race has them run in turns, and reports how many answers each gave in a second.
func race(b *testing.B, racers []*racer) {
	const turn = 50
	for _, r := range racers {
		if err := r.run(20); err != nil {
			b.Fatal(err)
		}
		r.took, r.cpu, r.asked = 0, 0, 0
	}
	for round := 0; b.Loop(); round++ {
		for i := range racers {
			if err := racers[(i+round)%len(racers)].run(turn); err != nil {
				b.Fatal(err)
			}
		}
	}
	rate := func(r *racer) float64 { return float64(r.asked) / r.took.Seconds() }
	b.ReportMetric(rate(racers[0]), "feeds/s")
	b.ReportMetric(rate(racers[1]), "bare/s")
	b.ReportMetric(rate(racers[0])/rate(racers[1]), "ratio")
	each := func(r *racer) float64 { return r.cpu.Seconds() / float64(r.asked) }
	b.ReportMetric(each(racers[1])/each(racers[0]), "cpu-ratio")
	if len(racers) > 2 {
		b.ReportMetric(rate(racers[2]), "nginx/s")
		b.ReportMetric(rate(racers[0])/rate(racers[2]), "nginx-ratio")
	}
}

// startNginx serves the bytes as a file and returns where, or nothing when there
// is no nginx (NGINX may name one).
func startNginx(b *testing.B, like http.Header, body []byte) string {
	b.Helper()
	nginx, err := exec.LookPath("nginx")
	if named := os.Getenv("NGINX"); named != "" {
		nginx, err = named, nil
	}
	if err != nil {
		return ""
	}
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "feed"), body, 0o644); err != nil {
		b.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	encoding := ""
	if e := like.Get("Content-Encoding"); e != "" {
		encoding = "add_header Content-Encoding " + e + ";"
	}
	config := fmt.Sprintf(`daemon off; worker_processes 2; pid %[1]s/pid; error_log %[1]s/error.log;
events { worker_connections 512; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=10; default_type "%[3]s";
client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
server { listen %[2]s; root %[1]s; %[4]s } }`, dir, address, like.Get("Content-Type"), encoding)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(nginx, "-c", filepath.Join(dir, "nginx.conf"), "-p", dir, "-e", filepath.Join(dir, "error.log"))
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(10 * time.Second); ; {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return address
		}
		if time.Now().After(deadline) {
			b.Fatalf("nginx does not answer: %v", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
