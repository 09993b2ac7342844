package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

const (
	logBuffer = 32 << 10 // bytes of lines that wait to be written
	logDelay  = 200 * time.Millisecond
	logTime   = "2006-01-02T15:04:05.000Z07:00" // as slog.TextHandler has it
)

// newLog is the log of serve, and the lines that it writes. Those about requests
// are written in pieces, all others at once; lines.Flush writes what waits.
func (c *Config) newLog(to io.Writer) (log *slog.Logger, lines *lineWriter, err error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log.Level)); err != nil {
		return nil, nil, fmt.Errorf("log.level: %w", err)
	}
	lines = &lineWriter{to: to, json: c.Log.Format == "json"}
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(lines, options)
	if lines.json {
		h = slog.NewJSONHandler(lines, options)
	}
	return slog.New(newCalm(&discreet{h, lines})), lines, nil
}

// lineWriter keeps lines for a moment, so that many are written by one call: a
// busy blog has thousands of requests a second.
type lineWriter struct {
	to   io.Writer
	json bool

	mu    sync.Mutex
	lines []byte
	timer bool // Flush is going to be called
}

// Write implements io.Writer.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, p...)
	w.soon()
	return len(p), nil
}

// soon has what waits written in a moment, or now when it is much.
func (w *lineWriter) soon() {
	if len(w.lines) >= logBuffer {
		w.flush()
	} else if !w.timer {
		w.timer = true
		time.AfterFunc(logDelay, w.Flush)
	}
}

// request writes a line about a request as slog's handlers would, in a fraction
// of their time. Method and route are texts of ours, which need no quotes.
func (w *lineWriter) request(method, route string, status int, bytes int64, at time.Time, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.lines
	if w.json {
		b = at.AppendFormat(append(b, `{"time":"`...), time.RFC3339Nano)
		b = append(append(append(b, `","level":"INFO","msg":"`...), requestLine...), `","method":"`...)
		b = append(append(append(b, method...), `","route":"`...), route...)
		b = strconv.AppendInt(append(b, `","status":`...), int64(status), 10)
		b = strconv.AppendInt(append(b, `,"bytes":`...), bytes, 10)
		b = append(strconv.AppendInt(append(b, `,"took":`...), int64(took), 10), "}\n"...)
	} else {
		b = at.AppendFormat(append(b, "time="...), logTime)
		b = append(append(append(b, " level=INFO msg="...), requestLine...), " method="...)
		b = append(append(append(b, method...), " route="...), route...)
		b = strconv.AppendInt(append(b, " status="...), int64(status), 10)
		b = strconv.AppendInt(append(b, " bytes="...), bytes, 10)
		b = append(append(append(b, " took="...), took.String()...), '\n')
	}
	w.lines = b
	w.soon()
}

// Flush writes what waits.
func (w *lineWriter) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = false
	w.flush()
}

func (w *lineWriter) flush() {
	if len(w.lines) > 0 {
		_, _ = w.to.Write(w.lines) // where else could it be said?
		w.lines = w.lines[:0]
	}
}

// discreet is a log that names nobody above level debug: addresses of the network,
// handles, and what of a URL comes after the host are taken out of texts and
// errors, whoever wrote them there.
type discreet struct {
	slog.Handler
	lines *lineWriter
}

// Handle implements slog.Handler.
func (d *discreet) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == requestLine {
		return d.Handler.Handle(ctx, r) // has nothing to take out, and comes often
	}
	if r.Level > slog.LevelDebug {
		tame := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
		r.Attrs(func(a slog.Attr) bool {
			tame.AddAttrs(withoutNames(a))
			return true
		})
		r = tame
	}
	err := d.Handler.Handle(ctx, r)
	d.lines.Flush()
	return err
}

// WithAttrs implements slog.Handler.
func (d *discreet) WithAttrs(attrs []slog.Attr) slog.Handler {
	tame := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		tame[i] = withoutNames(a)
	}
	return &discreet{d.Handler.WithAttrs(tame), d.lines}
}

// WithGroup implements slog.Handler.
func (d *discreet) WithGroup(name string) slog.Handler {
	return &discreet{d.Handler.WithGroup(name), d.lines}
}
