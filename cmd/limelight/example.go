package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// printConfig prints what stands in config.example.toml.
func printConfig(_ context.Context, e *env, args []string) error {
	if _, err := newFlags(e, "config", "").parse(args, 0); err != nil {
		return err
	}
	writeExample(e.stdout)
	return nil
}

// writeExample writes every setting with its documentation and, commented
// out, its default.
func writeExample(w io.Writer) {
	fmt.Fprint(w, `# limelight's configuration. Copy it to limelight.toml beside the program, or name it with -config.
# Every line that starts with #name = shows a default: remove the # to change it.
# LIMELIGHT_SECTION_NAME in the environment overrides a setting: LIMELIGHT_SERVER_LISTEN=:8080.
`)
	section := ""
	for _, s := range settings(defaults()) {
		if s.section != section {
			section = s.section
			fmt.Fprintf(w, "\n[%s]\n", section)
		} else {
			fmt.Fprintln(w)
		}
		for line := range strings.SplitSeq(s.doc, "\n") {
			fmt.Fprintln(w, "#", line)
		}
		fmt.Fprintf(w, "#%s = %s\n", s.name, s.tomlDefault())
	}
}

func (s setting) tomlDefault() string {
	switch s.value.Interface().(type) {
	case string:
		return strconv.Quote(s.def)
	case bool, int:
		return s.def
	default:
		quoted := []string{}
		for _, item := range splitList(s.def) {
			quoted = append(quoted, strconv.Quote(item))
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
}
