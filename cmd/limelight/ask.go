package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

const (
	askTries  = 5
	askWithin = 5 * time.Second // for an answer where nobody sits at a terminal
)

// asker settles questions: by flag, else by asking, else as usual.
type asker struct {
	e     *env
	given map[string]bool // flags
	quiet bool
	lines chan answer // of standard input; nil before the first is wanted
}

type answer struct {
	line string
	err  error
}

// given are the flags that were typed.
func (f *flags) given() map[string]bool {
	given := map[string]bool{}
	f.Visit(func(f *flag.Flag) { given[f.Name] = true })
	return given
}

// settle gives c the answer to a question. A wrong one is asked for again at a
// terminal, and ends it elsewhere.
func (a *asker) settle(ctx context.Context, c *Config, q question) error {
	take := func(text string) error {
		if err := q.take(c, text); err != nil {
			return err
		}
		// What is wrong is this answer: the others passed.
		return c.validate(func(string) string { return "-" + q.flag })
	}
	if a.given[q.flag] {
		if err := take(strings.TrimSpace(*q.value)); err != nil {
			return usagef("%v", err)
		}
		return nil
	}
	usual := q.usual(c)
	if a.quiet {
		return take(usual)
	}
	for try := 1; ; try++ {
		text, err := a.ask(ctx, q.ask, usual)
		if err != nil {
			return err
		}
		if text == "" {
			text = usual
		}
		err = take(text)
		switch {
		case err == nil:
			return nil
		case try == askTries || !a.atTerminal():
			return err
		}
		fmt.Fprintln(a.e.stderr, strings.TrimPrefix(err.Error(), "-"+q.flag+": "))
	}
}

// ask reads one line. Without a terminal an answer may come from a pipe or a file,
// but is not waited for: nobody may be there to give one.
func (a *asker) ask(ctx context.Context, what, usual string) (string, error) {
	if usual != "" {
		usual = " [" + usual + "]"
	}
	fmt.Fprintf(a.e.stderr, "%s%s: ", what, usual)
	if a.lines == nil {
		a.lines = make(chan answer)
		go a.read()
	}
	var late <-chan time.Time
	if !a.atTerminal() {
		timer := time.NewTimer(askWithin)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.e.stderr)
		return "", errors.New("stopped; nothing was written")
	case <-late:
		return "", a.nobody()
	case got := <-a.lines:
		if errors.Is(got.err, io.EOF) && got.line == "" {
			return "", a.nobody()
		}
		if got.err != nil && !errors.Is(got.err, io.EOF) {
			return "", fmt.Errorf("read the answer: %w", got.err)
		}
		return strings.TrimSpace(got.line), nil
	}
}

func (a *asker) nobody() error {
	fmt.Fprintln(a.e.stderr)
	return usagef("nobody is there to answer; limelight init -yes asks nothing, and `limelight init -h` tells the flags")
}

// read hands on the lines of standard input. It ends with the program.
func (a *asker) read() {
	var in io.Reader = strings.NewReader("")
	if a.e.stdin != nil {
		in = a.e.stdin
	}
	for lines := bufio.NewReader(in); ; {
		line, err := lines.ReadString('\n')
		a.lines <- answer{line, err}
		if err != nil {
			return
		}
	}
}

func (a *asker) atTerminal() bool {
	f, ok := a.e.stdin.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
