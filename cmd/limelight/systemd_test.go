package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestServiceManagerIsTold when the blog can be asked, and when it stops.
func TestServiceManagerIsTold(t *testing.T) {
	dir, err := os.MkdirTemp("", "limelight") // the path of a socket has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "notify")
	told, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer told.Close()
	hear := func() string {
		t.Helper()
		_ = told.SetReadDeadline(time.Now().Add(patience))
		state := make([]byte, 100)
		n, err := told.Read(state)
		if err != nil {
			t.Fatal(err)
		}
		return string(state[:n])
	}
	p := startProgram(t, "NOTIFY_SOCKET="+socket)
	if got := hear(); got != serviceReady {
		t.Errorf("told %q when it was ready", got)
	}
	p.stop()
	if got := hear(); got != serviceStopping {
		t.Errorf("told %q when it stopped", got)
	}
}
