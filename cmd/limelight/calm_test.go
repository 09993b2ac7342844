package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestCalm(t *testing.T) {
	var out bytes.Buffer
	c := newCalm(slog.NewTextHandler(&out, nil))
	now := time.Now()
	c.said.now = func() time.Time { return now }
	log := slog.New(c).With("node", 1)
	away := fmt.Errorf("read the revisions: %w", io.ErrUnexpectedEOF)
	for range 3 {
		log.Error("changes cannot be seen", "err", away)
		log.Error("deliveries cannot be claimed", "err", away)
		log.Error("deliveries cannot be claimed", "err", errors.New("a mistake of ours"))
	}
	for range 2 {
		log.Warn("a relay cannot be asked", "err", away)
	}
	if n := strings.Count(out.String(), "\n"); n != 7 {
		t.Errorf("%d lines, not one of each kind, three mistakes and two of others:\n%s", n, out.String())
	}
	out.Reset()
	now = now.Add(calmPeriod)
	log.Error("changes cannot be seen", "err", away)
	if !strings.Contains(out.String(), "repeated=2") || !strings.Contains(out.String(), "node=1") {
		t.Errorf("a minute later: %s", out.String())
	}
}
