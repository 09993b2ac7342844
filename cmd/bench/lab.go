//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// lab is where the measurements are made: a folder, the binary that is
// measured, and the results so far.
type lab struct {
	dir     string
	binary  string
	short   bool   // smaller numbers
	verbose bool   // the node's log is shown
	match   string // cases that do not hold it are left out
	results []result
}

// result is one line of the report.
type result struct {
	group  string        // the benchmark it belongs to
	what   string        // is measured
	figure string        // with its unit
	bare   string        // the limit measured in the same run; empty for none
	ratio  float64       // 0 for none
	aim    string        // of the ratio or figure; empty for none
	node   time.Duration // processor time of the node; 0 when it does not matter
	others time.Duration // of the servers or clients at the other end
	note   string
}

func newLab(ctx context.Context, binary string) (*lab, error) {
	dir, err := os.MkdirTemp("", "limelight-bench-")
	if err != nil {
		return nil, err
	}
	l := &lab{dir: dir, binary: binary}
	if binary != "" {
		l.binary, err = filepath.Abs(binary)
		return l, err
	}
	// As the Makefile builds it.
	l.binary = filepath.Join(dir, "limelight")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", l.binary, "limelight/cmd/limelight")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		l.close()
		return nil, fmt.Errorf("build limelight: %w\n%s", err, out)
	}
	return l, nil
}

func (l *lab) close() { os.RemoveAll(l.dir) }

// folder is a new one inside the lab's.
func (l *lab) folder(name string) (string, error) { return os.MkdirTemp(l.dir, name+"-") }

// n is how many of something to use: n, or in the short form a tenth.
func (l *lab) n(n int) int {
	if l.short {
		return max(1, n/10)
	}
	return n
}

// wants tells whether a case is to be run.
func (l *lab) wants(what string) bool { return strings.Contains(what, l.match) }

// add tells of a result at once and keeps it for the report.
func (l *lab) add(r result) {
	l.results = append(l.results, r)
	line := fmt.Sprintf("  %-58s %18s", r.what, r.figure)
	if r.bare != "" {
		line += fmt.Sprintf("   bare %18s", r.bare)
	}
	if r.ratio > 0 {
		line += fmt.Sprintf("   ratio %.2f", r.ratio)
	}
	if r.aim != "" {
		line += " (aim " + r.aim + ")"
	}
	if r.node > 0 {
		line += fmt.Sprintf("   CPU: node %.2f s, others %.2f s", r.node.Seconds(), r.others.Seconds())
	}
	fmt.Println(line)
	if r.note != "" {
		fmt.Println("      " + r.note)
	}
}

// machine is what the figures were measured on.
func (l *lab) machine() string {
	cpu := "unknown processor"
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				cpu = strings.Trim(name, "\t :\n")
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores of %s, %s/%s, %s", time.Now().Format(time.DateOnly), runtime.NumCPU(), cpu, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// markdown is the report.
func (l *lab) markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Benchmarks\n\nMade by `make bench` on %s.\n\n", l.machine())
	fmt.Fprintf(&b, "Each figure stands beside the bare limit that was measured in the same run; the ratio is what to\n"+
		"compare, since absolute figures are the machine's. Everything runs on the same cores: the node, the\n"+
		"servers or clients at the other end (\"others\") and the bare loops. CPU is processor time in seconds.\n")
	group := ""
	for _, r := range l.results {
		if r.group != group {
			group = r.group
			fmt.Fprintf(&b, "\n## %s\n\n| what | measured | bare limit | ratio | aim | CPU node | CPU others |\n|---|---|---|---|---|---|---|\n", title(group))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.what+note(r), r.figure, r.bare, number(r.ratio, "%.2f"), r.aim,
			number(r.node.Seconds(), "%.2f"), number(r.others.Seconds(), "%.2f"))
	}
	return b.Bytes()
}

func title(name string) string {
	for _, b := range benchmarks() {
		if b.name == name {
			return strings.ToUpper(b.what[:1]) + b.what[1:]
		}
	}
	return name
}

func note(r result) string {
	if r.note == "" {
		return ""
	}
	return " (" + r.note + ")"
}

// number is empty for zero.
func number(f float64, format string) string {
	if f == 0 {
		return ""
	}
	return fmt.Sprintf(format, f)
}
