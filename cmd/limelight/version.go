package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"time"
)

// version is that of the source; a release's build sets its own
// (-ldflags "-X main.version=...").
var version = "0.1.0-dev"

// build is what the toolchain wrote into the program about where it came from.
type build struct {
	commit  string // empty when it was built outside of a repository
	date    time.Time
	changed bool // with something that was not committed
}

func builtFrom() build {
	var b build
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			b.date, _ = time.Parse(time.RFC3339, s.Value) // zero is no date
		case "vcs.modified":
			b.changed = s.Value == "true"
		}
	}
	return b
}

func printVersion(_ context.Context, e *env, args []string) error {
	if _, err := newFlags(e, "version", "").parse(args, 0); err != nil {
		return err
	}
	builtFrom().write(e.stdout)
	return nil
}

// write has the version in the first line, which programs read.
func (b build) write(w io.Writer) {
	fmt.Fprintln(w, "limelight", version)
	if b.commit != "" {
		changed := ""
		if b.changed {
			changed = " and what was not committed"
		}
		fmt.Fprintf(w, "commit %s%s\n", b.commit, changed)
	}
	if !b.date.IsZero() {
		fmt.Fprintf(w, "date   %s\n", b.date.UTC().Format(time.RFC3339))
	}
	fmt.Fprintf(w, "go     %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
