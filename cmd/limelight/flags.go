package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// flags is one command's flag set. Unlike flag.Parse it takes flags before and
// after arguments alike.
type flags struct {
	*flag.FlagSet
	args     string
	out      io.Writer
	describe func(*flags)
	config   *string
}

// newFlags starts the flag set of a command; args is its arguments' usage line.
func newFlags(e *env, name, args string) *flags {
	f := &flags{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), args: args, out: e.stdout, describe: e.describe}
	f.SetOutput(io.Discard)
	f.config = f.String("config", "", "configuration `FILE`")
	return f
}

// parse reads the arguments and returns those that are no flags. limit is how
// many there may be; below 0 any number.
func (f *flags) parse(args []string, limit int) ([]string, error) {
	if f.describe != nil {
		f.describe(f)
		return nil, errHelp
	}
	var rest []string
	for {
		if err := f.FlagSet.Parse(args); err != nil {
			return nil, f.explain(err)
		}
		parsed := len(args) - f.NArg()
		if parsed > 0 && args[parsed-1] == "--" {
			rest = append(rest, f.Args()...)
			break
		}
		if f.NArg() == 0 {
			break
		}
		rest = append(rest, f.Arg(0))
		args = f.Args()[1:]
	}
	if limit >= 0 && len(rest) > limit {
		return nil, usagef("%s takes no argument %q; `limelight %s -h` tells how it is used", f.Name(), rest[limit], f.Name())
	}
	return rest, nil
}

func (f *flags) explain(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		usage := "limelight " + f.Name() + " [FLAGS] " + f.args
		fmt.Fprintf(f.out, "Usage: %s\n\n", strings.TrimSpace(usage))
		for _, c := range commands() {
			if c.name == f.Name() {
				fmt.Fprintf(f.out, "%s.\n\n", hanging(upperFirst(c.summary), 0))
			}
		}
		f.SetOutput(f.out)
		f.PrintDefaults()
		return errHelp
	}
	// The words of package flag, which are no part of its promises: when they change, only the hint is lost.
	if name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: "); unknown {
		return usagef("%s has no flag %s; `limelight %s -h` tells those that it has", f.Name(), name, f.Name())
	}
	return usagef("%s: %v; `limelight %s -h` tells its flags", f.Name(), err, f.Name())
}
