package main

import (
	"bufio"
	"bytes"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// box is where a program of a package or an image runs: another root folder,
// another user.
type box struct {
	root     string
	uid, gid uint32
	dir      string
	env      []string
}

func (b box) command(args ...string) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env = b.dir, b.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: b.root, Credential: &syscall.Credential{Uid: b.uid, Gid: b.gid}}
	return cmd
}

// try runs a command and returns all that it printed.
func (b box) try(args ...string) (string, error) {
	out, err := b.command(args...).CombinedOutput()
	return string(out), err
}

// run is try of what has to go well.
func (b box) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := b.try(args...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// serve starts a blog and asks it whether it is well; stop ends it, or the test's end.
func (b box) serve(t *testing.T, args ...string) (stop func()) {
	t.Helper()
	cmd := b.command(args...)
	var logs bytes.Buffer
	cmd.Stderr = &logs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	url, said := "", ""
	for url == "" && lines.Scan() {
		said += lines.Text() + "\n"
		if after, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			url = after
		}
	}
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, &logs)
		}
	})
	t.Cleanup(stop)
	if url == "" {
		t.Fatalf("%s ended before it listened:\n%s", strings.Join(args, " "), said)
	}
	answer, err := http.Get(url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s/healthz answers %s", url, answer.Status)
	}
	return stop
}
