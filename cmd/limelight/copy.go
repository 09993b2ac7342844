package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"limelight/storage"
)

const copyUsage = "-to DATABASE"

// copyDatabase moves a blog between SQLite and PostgreSQL.
func copyDatabase(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "copy", "")
	to := f.String("to", "", "the empty `DATABASE` to copy into: postgres://user:password@db.example.com:5432/limelight, or a new file of SQLite.\nA password need not stand here: PGPASSWORD and ~/.pgpass are looked at too")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	if *to == "" {
		return usagef("copy where? (limelight copy -to postgres://...)")
	}
	if err := storage.CheckDatabase(*to); err != nil {
		return usagef("-to %v", err)
	}
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return err
	}
	from, target := c.storage(), c.storageAt(*to)
	bar := newProgress(e.stderr)
	n, err := storage.Copy(ctx, from, target, func(at storage.Copying) { bar.show(at.Table, at.Rows, at.Total) })
	bar.end()
	switch {
	case errors.Is(err, storage.ErrInUse):
		return fmt.Errorf("%w; stop it first: what it takes in while it is copied would be lost", err)
	case err != nil:
		return fmt.Errorf("%w\nNothing was copied, and nothing changed in %s", err, from.Name())
	}
	fmt.Fprintf(e.stdout, "copied: %s, each read back and the same, from %s to %s\n", plural(int(n), "row"), from.Name(), target.Name())
	fmt.Fprintf(e.stdout, "Next: name that database in storage.database and start `limelight serve`. Images stay in %s.\n", target.Media)
	fmt.Fprintf(e.stdout, "Do not serve %s any more: it would be the same blog twice. Keep it until you are sure.\n", from.Name())
	return nil
}

// progress is one line on a terminal that is written anew; elsewhere nothing.
type progress struct {
	out   io.Writer // nil where nobody watches
	last  time.Time
	shown int // letters of the line
}

const (
	progressPeriod = 100 * time.Millisecond
	progressWidth  = 24 // of the bar
)

func newProgress(w io.Writer) *progress {
	if file, ok := w.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &progress{out: w}
		}
	}
	return &progress{}
}

func (p *progress) show(what string, done, total int64) {
	if p.out == nil || total <= 0 || done < total && time.Since(p.last) < progressPeriod {
		return
	}
	p.last = time.Now()
	full := int(done * progressWidth / total)
	line := fmt.Sprintf("[%s%s] %d of %d  %s", strings.Repeat("=", full), strings.Repeat(" ", progressWidth-full), done, total, what)
	fmt.Fprintf(p.out, "\r%-*s", p.shown, line)
	p.shown = len(line)
}

// end leaves the line as it is.
func (p *progress) end() {
	if p.out != nil && p.shown > 0 {
		fmt.Fprintln(p.out)
	}
}
