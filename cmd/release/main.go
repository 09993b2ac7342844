// Command release makes what people download: static programs for each system
// that is supported, archives and Debian packages of them, a container image, the
// list of what is inside each (SBOM) and the checksums of all.
//
// A release is of a commit, not of what lies in a folder: the sources are cloned
// into a folder of their own and built there, in a surrounding that is said in
// full (buildEnv), with the commit's time wherever a time is written. So the same
// commit, built with the same Go anywhere, gives the same bytes (make reproducible).
//
// It is a module of its own: who builds or tests limelight need not download what
// writes packages and images.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("release", flag.ContinueOnError)
	root := f.String("C", ".", "the `FOLDER` of limelight's repository")
	out := f.String("o", "dist", "the `FOLDER` to write to, beside which nothing is touched; what is in it is replaced")
	only := f.String("only", "", "the `TARGETS` to make, by commas, in place of all: linux_amd64,linux_armv7")
	uncommitted := f.Bool("uncommitted", false, "of the files as they are, and not of the commit: for trying, and never to be given away")
	notices := f.Bool("licenses", false, "write cmd/limelight/licenses.txt anew, and nothing else")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *notices {
		return writeNotices(ctx, *root)
	}
	chosen, err := chooseTargets(*only)
	if err != nil {
		return err
	}
	source, err := takeSource(ctx, *root, *uncommitted)
	if err != nil {
		return err
	}
	defer source.remove()
	if changed, err := git(ctx, *root, nil, "status", "--porcelain"); err == nil && changed != "" && !*uncommitted {
		fmt.Fprintf(os.Stderr, "release: of %.12s, without what is not committed:\n%s\n", source.commit, changed)
	}
	return makeRelease(ctx, source, chosen, *out)
}

// chooseTargets finds the targets by their names.
func chooseTargets(names string) ([]target, error) {
	if names == "" {
		return targets, nil
	}
	var chosen []target
	for name := range strings.SplitSeq(names, ",") {
		t, ok := targetNamed(name)
		if !ok {
			return nil, fmt.Errorf("there is no target %q", name)
		}
		chosen = append(chosen, t)
	}
	return chosen, nil
}
