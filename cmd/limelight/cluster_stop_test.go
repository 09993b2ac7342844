package main

import (
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"limelight/storage/storagetest"
)

// TestStoppingNodeIsNotDead: a node that is told to stop and has a request to
// finish is not taken for dead by the others meanwhile.
func TestStoppingNodeIsNotDead(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for all of the time that requests have at the end")
	}
	c := newCluster(t, storagetest.Postgres(t))
	first, second := c.add(), c.add()
	slow, err := net.Dial("tcp", strings.TrimPrefix(first.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	fmt.Fprint(slow, "POST /ap/inbox HTTP/1.1\r\nHost: blog.test\r\nContent-Type: application/activity+json\r\nContent-Length: 9\r\n\r\n{")
	first.get("/healthz") // a connection that was made later: the slow one is taken up
	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	first.done <- <-first.done
	if took := time.Since(began); took < shutdownGrace/2 {
		t.Fatalf("it had nothing to finish: it ended after %v", took)
	}
	if logs := second.logs.String(); strings.Contains(logs, "another node is dead") {
		t.Errorf("the second node took the first one for dead:\n%s", logs)
	}
}
