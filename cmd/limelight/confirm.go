package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// confirm asks for something to be typed and fails when it was something else.
func (e *env) confirm(question, want string) error {
	fmt.Fprintf(e.stderr, "%s ", question)
	var in io.Reader = strings.NewReader("")
	if e.stdin != nil {
		in = e.stdin
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	if strings.TrimSpace(line) != want {
		fmt.Fprintln(e.stderr)
		return errors.New("not confirmed; nothing was changed")
	}
	return nil
}
