package main

import (
	"context"
	"flag"
	"io"
	"regexp"
	"slices"
	"strings"
)

// described is a command with what only its flag set knows: the manual and the
// completions are made of these.
type described struct {
	command
	usage string // of its arguments
	flags []*flag.Flag
}

// describeAll asks each row of the command table what flags it takes. A command
// parses its flags before anything else, and goes no further here.
func describeAll() []described {
	var all []described
	for _, c := range commands() {
		d := described{command: c, usage: c.args}
		e := &env{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
		e.describe = func(f *flags) {
			d.usage = f.args
			f.VisitAll(func(one *flag.Flag) { d.flags = append(d.flags, one) })
		}
		_ = c.run(context.Background(), e, nil) // errHelp
		all = append(all, d)
	}
	return all
}

// value is what a flag takes after it ("FILE"), empty when it is a switch, and
// what it is about.
func value(f *flag.Flag) (placeholder, about string) { return flag.UnquoteUsage(f) }

var between = regexp.MustCompile(`[][ |.]+`)

// verbs are the words that may come first after the command: those that its usage
// writes in small letters.
func (d described) verbs() []string {
	var found []string
	for _, word := range between.Split(d.usage, -1) {
		if word != "" && word == strings.ToLower(word) && word[0] != '-' && !slices.Contains(found, word) {
			found = append(found, word)
		}
	}
	return found
}

// takesFiles tells whether files or folders are among its arguments.
func (d described) takesFiles() bool { return takesFile(d.usage) }

func takesFile(usage string) bool {
	return slices.ContainsFunc(between.Split(usage, -1), func(word string) bool { return word == "FILE" || word == "DIR" || word == "FOLDER" })
}
