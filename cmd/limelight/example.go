package main

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"limelight/blog"
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
	fmt.Fprintln(w, "# limelight's configuration. Copy it to limelight.toml beside the program, or name it with -config.")
	writeSettings(w, defaults())
}

// writeSettings writes every setting with its documentation: its value where c
// has another than the default, and else, commented out, the default.
func writeSettings(w io.Writer, c *Config) {
	fmt.Fprint(w, `# Every line that starts with #name = shows a default: remove the # to change it.
# LIMELIGHT_SECTION_NAME in the environment overrides a setting: LIMELIGHT_SERVER_LISTEN=:8080.
`)
	section, usual := "", settings(defaults())
	for i, s := range settings(c) {
		if s.section != section {
			section = s.section
			fmt.Fprintf(w, "\n[%s]\n", section)
		} else {
			fmt.Fprintln(w)
		}
		for line := range strings.SplitSeq(s.doc, "\n") {
			fmt.Fprintln(w, "#", line)
		}
		if reflect.DeepEqual(s.value.Interface(), usual[i].value.Interface()) {
			fmt.Fprintf(w, "#%s = %s\n", s.name, s.tomlDefault())
		} else {
			fmt.Fprintf(w, "%s = %s\n", s.name, s.tomlValue())
		}
	}
}

// tomlValue is the value as TOML has it.
func (s setting) tomlValue() string {
	switch v := s.value.Interface().(type) {
	case string:
		return tomlString(v)
	case []string:
		quoted := make([]string, len(v))
		for i, item := range v {
			quoted[i] = tomlString(item)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case []blog.Field:
		quoted := make([]string, len(v))
		for i, field := range v {
			quoted[i] = fmt.Sprintf("{name = %s, value = %s}", tomlString(field.Name), tomlString(field.Value))
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	default:
		return fmt.Sprint(v)
	}
}

// tomlString is a basic string of TOML, which knows fewer escapes than Go.
func tomlString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
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
