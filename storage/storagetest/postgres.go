package storagetest

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"limelight/storage"
)

// Main runs the tests of a package that may use PostgreSQL and then stops the
// server that they started, if any. Call it from TestMain.
func Main(m *testing.M) { os.Exit(Tests{m}.Run()) }

// Tests are the tests of such a package, for a TestMain that has more to do
// than Main does.
type Tests struct{ M *testing.M }

// Run runs them and returns the exit code.
func (t Tests) Run() int {
	shared.mu.Lock()
	shared.allowed = true
	shared.mu.Unlock()
	code := t.M.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		code = 1
	}
	return code
}

// shared is the one PostgreSQL of a test process. It is state of the package
// because Main, which ends it, and Each have nothing else in common.
var shared server

type server struct {
	mu      sync.Mutex
	allowed bool // Main will stop it
	started bool
	missing string // why there is none
	err     error
	dir     string // socket and data
	cmd     *exec.Cmd
	ended   chan error
	count   int      // databases made
	free    []string // migrated and empty ones of tests that are over
}

// startTimeout bounds how long a new PostgreSQL may take on a busy machine.
const startTimeout = 60 * time.Second

// Postgres makes an empty, migrated database for one test and returns its URL.
// Without PostgreSQL's binaries the test is skipped, or fails when CI is set.
func Postgres(t testing.TB) string {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.need(t)
	s, name := &shared, ""
	if n := len(s.free); n > 0 {
		name, s.free = s.free[n-1], s.free[:n-1]
	} else {
		name = s.create(t, "limelight")
	}
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if err := s.reset(name); err != nil {
			t.Errorf("empty the test's database: %v", err)
			return
		}
		s.free = append(s.free, name)
	})
	return s.url(name)
}

// BlankPostgres is Postgres before anything is in it.
func BlankPostgres(t testing.TB) string {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.need(t)
	name := shared.create(t, "template0")
	t.Cleanup(func() {
		if err := shared.admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return shared.url(name)
}

// need starts the server when it does not run yet.
func (s *server) need(t testing.TB) {
	t.Helper()
	if !s.allowed {
		t.Fatal("the package's TestMain must call storagetest.Main")
	}
	if !s.started {
		s.started = true
		s.start()
	}
	if s.missing != "" {
		if os.Getenv("CI") != "" {
			t.Fatal(s.missing)
		}
		t.Skip(s.missing)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
}

func (s *server) create(t testing.TB, template string) (name string) {
	t.Helper()
	s.count++
	name = fmt.Sprintf("test%d", s.count)
	if err := s.admin("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	return name
}

// start makes a private cluster that is reached only through a socket in a
// folder of its own, without fsync, and in it the migrated template.
func (s *server) start() {
	bin := binaries()
	if bin == "" {
		s.missing = "PostgreSQL's initdb and postgres are neither in PATH nor in /usr/lib/postgresql/*/bin (Debian: apt-get install postgresql)"
		return
	}
	if s.dir, s.err = os.MkdirTemp(socketFolder(), "limelight-pg-"); s.err != nil {
		return
	}
	if s.err = giveAway(s.dir); s.err != nil {
		return
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "limelight", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir = s.dir
	unprivileged(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		s.err = fmt.Errorf("initdb: %w\n%s", err, out)
		return
	}
	var log bytes.Buffer
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir, "-c", "listen_addresses=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=300")
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.dir, &log, &log
	unprivileged(s.cmd)
	s.ended = make(chan error, 1)
	begun := make(chan error)
	go func() {
		// The kernel ends a child with the thread that started it, if that was asked for.
		runtime.LockOSThread()
		err := s.cmd.Start()
		begun <- err
		if err == nil {
			s.ended <- s.cmd.Wait()
		}
	}()
	if s.err = <-begun; s.err != nil {
		s.cmd = nil
		return
	}
	if s.err = s.prepare(); s.err != nil {
		s.halt()
		s.err = fmt.Errorf("start PostgreSQL: %w\n%s", s.err, log.String())
	}
}

// prepare waits until the server answers and makes the template.
func (s *server) prepare() error {
	for deadline := time.Now().Add(startTimeout); ; {
		err := s.admin("CREATE DATABASE limelight TEMPLATE template0")
		if err == nil {
			break
		}
		select {
		case ended := <-s.ended:
			s.ended <- ended
			return fmt.Errorf("it ended: %v", ended)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return err
		}
	}
	db, err := storage.Serve(context.Background(), storage.Options{Database: s.url("limelight"), Media: filepath.Join(s.dir, "media")})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	return s.run("limelight", keepSeeds)
}

// admin runs one statement outside the tests' databases.
func (s *server) admin(statement string) error { return s.run("postgres", statement) }

func (s *server) url(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {s.dir}, "user": {"limelight"}}.Encode()
}

// stop ends the server and removes its files.
func (s *server) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.halt()
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// halt ends the process: at once with SIGQUIT, since nothing is to be kept.
func (s *server) halt() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		s.cmd.Process.Kill()
		<-s.ended
	}
	s.cmd = nil
}

// binaries is the folder with initdb and postgres, of the newest version;
// empty when there is none.
func binaries() string {
	var found string
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for _, dir := range append(dirs, filepath.SplitList(os.Getenv("PATH"))...) {
		_, err1 := os.Stat(filepath.Join(dir, "initdb"))
		_, err2 := os.Stat(filepath.Join(dir, "postgres"))
		if err1 == nil && err2 == nil && newer(dir, found) {
			found = dir
		}
	}
	return found
}

// newer compares Debian's folders by the version in their names; others come
// after them only when nothing else is there.
func newer(dir, than string) bool {
	var a, b int
	fmt.Sscanf(strings.TrimPrefix(dir, "/usr/lib/postgresql/"), "%d", &a)
	fmt.Sscanf(strings.TrimPrefix(than, "/usr/lib/postgresql/"), "%d", &b)
	return than == "" || a > b
}

// socketFolder is a short path, since a socket's may have 107 bytes, which the
// unprivileged user can reach too.
func socketFolder() string {
	if info, err := os.Stat("/tmp"); err == nil && info.IsDir() {
		return "/tmp"
	}
	return os.TempDir()
}
