//go:build linux

// Command bench measures a built limelight against what this machine could do
// at best, in the same run: every figure stands beside its bare limit, and what
// counts is the ratio. The node, the servers that it speaks to and the bare
// loops each run in a process of their own, so that their processor time is
// told apart. Everything stays on loopback and ends by itself.
//
// What lives here is how to measure; nothing of it is in the released binary.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
)

// benchmark is one of the measurements; it adds its results to the lab's.
type benchmark struct {
	name, what string
	run        func(ctx context.Context, l *lab) error
}

// benchmarks are all of them, in the order of the report.
func benchmarks() []benchmark {
	return []benchmark{
		{"fanout", "a post on its way to its followers' servers", fanout},
		{"inbox", "replies coming in", inbox},
		{"pages", "feeds and pages", pages},
		{"growth", "the same at more and more comments", growth},
		{"nodes", "one node and three on PostgreSQL", nodes},
	}
}

// roles are what this program does as a child of itself.
func roles() map[string]func(ctx context.Context) error {
	return map[string]func(context.Context) error{
		"sink":   sinkRole,
		"sign":   signRole,
		"post":   postRole,
		"sender": senderRole,
		"inbox":  bareInboxRole,
		"page":   pageRole,
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 1 {
		if role, ok := roles()[args[0]]; ok {
			return role(ctx)
		}
	}
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	only := flags.String("only", "", "run these alone, of "+strings.Join(names(), ", ")+" (a comma between)")
	short := flags.Bool("short", false, "smaller numbers, to see that it works")
	match := flags.String("case", "", "of those, only the cases whose name holds this text")
	report := flags.String("o", "", "also write the report to this file, as Markdown")
	binary := flags.String("binary", "", "measure this limelight instead of one built now")
	verbose := flags.Bool("v", false, "show the node's log")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := choose(*only)
	if err != nil {
		return err
	}
	l, err := newLab(ctx, *binary)
	if err != nil {
		return err
	}
	defer l.close()
	l.short, l.verbose, l.match = *short, *verbose, *match
	fmt.Println(l.machine())
	for _, b := range wanted {
		fmt.Printf("\n%s: %s\n", b.name, b.what)
		if err := b.run(ctx, l); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		// After each, so that what was measured is there whatever comes.
		if *report == "" {
			continue
		}
		if err := os.WriteFile(*report, l.markdown(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func names() []string {
	var out []string
	for _, b := range benchmarks() {
		out = append(out, b.name)
	}
	return out
}

// choose reads -only.
func choose(only string) ([]benchmark, error) {
	if only == "" {
		return benchmarks(), nil
	}
	var out []benchmark
	for name := range strings.SplitSeq(only, ",") {
		i := slices.Index(names(), strings.TrimSpace(name))
		if i < 0 {
			return nil, fmt.Errorf("there is no benchmark %q, only %s", name, strings.Join(names(), ", "))
		}
		out = append(out, benchmarks()[i])
	}
	return out, nil
}
