package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// commandWith runs a command in this process, with these variables alone.
func commandWith(t *testing.T, vars map[string]string, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	code = run(t.Context(), &env{stdout: &out, stderr: &out, getenv: getenvFrom(vars)}, args)
	return code, out.String()
}

func TestHealth(t *testing.T) {
	p := startProgram(t)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(p.url, "http://"))
	for _, listen := range []string{"127.0.0.1:" + port, ":" + port, "0.0.0.0:" + port} {
		if code, said := commandWith(t, map[string]string{"LIMELIGHT_SERVER_LISTEN": listen}, "health"); code != 0 || !strings.Contains(said, "is well") {
			t.Errorf("limelight health of %s: %d: %s", listen, code, said)
		}
	}
}

func TestHealthTellsWhatIsWrong(t *testing.T) {
	unwell := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the database is away", http.StatusServiceUnavailable)
	}))
	defer unwell.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for listen, want := range map[string]string{
		unwell.Listener.Addr().String(): "the blog is not well: 503 Service Unavailable: the database is away",
		gone.Listener.Addr().String():   "the blog does not answer",
		"localhost:0":                   "takes a free port",
	} {
		if code, said := commandWith(t, map[string]string{"LIMELIGHT_SERVER_LISTEN": listen}, "health"); code != 1 || !strings.Contains(said, want) {
			t.Errorf("limelight health of %s: %d: %s, want 1 and %s", listen, code, said, want)
		}
	}
}

// The system's configuration is the last that is looked for, and only by the
// program that the system installed.
func TestSystemConfig(t *testing.T) {
	if got := systemConfig("/usr/bin/limelight", nil); got != "/etc/limelight/limelight.toml" {
		t.Errorf("a program of the system's looks at %q", got)
	}
	for _, elsewhere := range []string{"/usr/local/bin/limelight", "/home/ann/limelight", "limelight"} {
		if got := systemConfig(elsewhere, nil); got != "" {
			t.Errorf("%s looks at %q", elsewhere, got)
		}
	}
	t.Chdir(t.TempDir())
	system := filepath.Join(t.TempDir(), configName)
	e := &env{getenv: getenvFrom(nil), systemConfig: system}
	find := func() string {
		t.Helper()
		file, err := findConfig(e, "")
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	if got := find(); got != "" {
		t.Errorf("without any: %q", got)
	}
	write := func(file string) {
		if err := os.WriteFile(file, []byte("[blog]\ntitle = \"x\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(system)
	if got := find(); got != system {
		t.Errorf("with the system's: %q", got)
	}
	write(configName)
	if got := find(); got != configName {
		t.Errorf("with one here and the system's: %q", got)
	}
}

func TestVersionTellsCommitAndDate(t *testing.T) {
	var out bytes.Buffer
	build{commit: "80dcc02", date: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), changed: true}.write(&out)
	for _, want := range []string{"limelight " + version + "\n", "\ncommit 80dcc02 and what was not committed\n", "\ndate   2026-11-25T00:00:00Z\n", "\ngo     go1."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("limelight version prints %q, without %q", &out, want)
		}
	}
}

func TestLicensesArePrinted(t *testing.T) {
	code, said := commandWith(t, nil, "licenses")
	for _, want := range []string{"the limelight authors", "modernc.org/sqlite", "The Go programming language", "THE SOFTWARE IS PROVIDED"} {
		if code != 0 || !strings.Contains(said, want) {
			t.Errorf("limelight licenses (%d) says nothing of %q", code, want)
		}
	}
}
