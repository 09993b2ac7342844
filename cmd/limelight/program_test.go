package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"limelight/storage"
	"limelight/storage/storagetest"
)

// patience is how long a test waits for something that should happen soon. It
// is long because a busy machine under the race detector is slow; a test that
// passes never waits that long.
const patience = 60 * time.Second

// program is a running `limelight serve`.
type program struct {
	t    *testing.T
	dir  string   // its working folder
	env  []string // NAME=value, beside the machine's own
	data storage.Options
	cmd  *exec.Cmd
	url  string // what it said it listens on
	out  string // what it printed before that
	logs *lockedBuffer
	done chan error
}

// lockedBuffer is a bytes.Buffer that a process writes and a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newProgram prepares a node that may talk to this machine, in a folder with a
// database whose tables are made already.
func newProgram(t *testing.T, env ...string) *program {
	t.Helper()
	p := bareProgram(t, env...)
	if storagetest.OnPostgres() {
		p.useDatabase(storagetest.Postgres(t))
	} else {
		storagetest.Prepare(t, p.data.Database)
	}
	return p
}

// emptyProgram is newProgram in an empty folder, as a newcomer has it.
func emptyProgram(t *testing.T, env ...string) *program {
	t.Helper()
	p := bareProgram(t, env...)
	if storagetest.OnPostgres() {
		p.useDatabase(storagetest.BlankPostgres(t))
	}
	return p
}

func bareProgram(t *testing.T, env ...string) *program {
	dir := t.TempDir()
	return &program{t: t, dir: dir, env: append([]string{
		"LIMELIGHT_SERVER_LISTEN=127.0.0.1:0",
		"LIMELIGHT_SERVER_SELF_CHECK=false", // example.com is not ours to ask
		"LIMELIGHT_FEDERATION_ALLOW_PRIVATE_NETWORKS=127.0.0.0/8,::1/128",
	}, env...), data: storage.Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")}}
}

// useDatabase is before start.
func (p *program) useDatabase(url string) {
	p.data.Database = url
	p.env = append(p.env, "LIMELIGHT_STORAGE_DATABASE="+url)
}

// open opens the node's database as a command does, until the test ends.
func (p *program) open() *storage.DB {
	p.t.Helper()
	db, err := storage.Open(p.t.Context(), p.data)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { db.Close() })
	return db
}

// startProgram is newProgram and start.
func startProgram(t *testing.T, env ...string) *program {
	t.Helper()
	p := newProgram(t, env...)
	p.start()
	return p
}

// start runs `limelight serve` until the test ends. A node that ran before
// keeps its port, as its address is known elsewhere.
func (p *program) start() {
	p.t.Helper()
	if port, ok := strings.CutPrefix(p.url, "http://localhost:"); ok {
		p.env = append(p.env, "LIMELIGHT_SERVER_LISTEN=127.0.0.1:"+port)
	}
	p.cmd = programCommand(context.Background(), p.dir, p.env, "serve")
	p.logs = &lockedBuffer{}
	p.cmd.Stderr = p.logs
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		p.kill()
		if p.t.Failed() {
			p.t.Logf("log of %s:\n%s", p.url, p.logs)
		}
	})
	p.url, p.out = awaitListening(stdout)
	p.done = make(chan error, 1)
	go func() {
		io.Copy(p.logs, stdout)
		p.done <- p.cmd.Wait()
	}()
	if p.url == "" {
		err := <-p.done
		p.done <- err // the cleanup waits for it too
		p.t.Fatalf("serve ended before it listened: %v\n%s%s", err, p.out, p.logs)
	}
}

// programCommand runs limelight in dir.
func programCommand(ctx context.Context, dir string, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	return cmd
}

// awaitListening reads what serve prints up to its last, fixed line.
func awaitListening(stdout io.Reader) (url, printed string) {
	scanner := bufio.NewScanner(stdout)
	for scanner.Scan() {
		printed += scanner.Text() + "\n"
		if rest, ok := strings.CutPrefix(scanner.Text(), "listening on "); ok {
			return rest, printed
		}
	}
	return "", printed
}

// stop ends the program as an operator does and waits for it.
func (p *program) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.done:
		p.done <- err
		if err != nil {
			p.t.Fatalf("serve ended with %v\n%s", err, p.logs)
		}
	case <-time.After(patience):
		p.t.Fatalf("serve did not stop\n%s", p.logs)
	}
}

// kill ends the program at once, as a power cut does.
func (p *program) kill() {
	p.cmd.Process.Kill()
	if p.done != nil {
		err := <-p.done
		p.done <- err
	}
}

// run runs another limelight command in the node's folder and returns what it
// printed.
func (p *program) run(args ...string) string {
	p.t.Helper()
	out, stderr, err := p.try(args...)
	if err != nil {
		p.t.Fatalf("limelight %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr)
	}
	return out
}

// try is run for a command that may fail.
func (p *program) try(args ...string) (stdout, stderr string, err error) {
	var o, e bytes.Buffer
	cmd := programCommand(p.t.Context(), p.dir, p.env, args...)
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	return o.String(), e.String(), err
}

// write puts a file into the node's folder.
func (p *program) write(name, text string) {
	p.t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// get asks the node for a path and returns status and body.
func (p *program) get(path string, header ...string) (int, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// page is get for what must be there.
func (p *program) page(path string) string {
	p.t.Helper()
	status, body := p.get(path)
	if status != http.StatusOK {
		p.t.Fatalf("GET %s: %d\n%s", path, status, body)
	}
	return body
}

// await polls until ok, and fails the test when patience ends.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain: %s", patience, what)
		}
		tick := time.NewTimer(20 * time.Millisecond)
		<-tick.C
	}
}

// needProgram skips the test without an outside program, but fails it in CI,
// where everything is to be there.
func needProgram(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing, and CI is set; scripts/test-deps installs it", name)
	}
	t.Skipf("%s is missing; scripts/test-deps installs it", name)
	return ""
}
