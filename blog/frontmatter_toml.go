package blog

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// tomlFields reads the block that starts on the file's second line. It stops
// at a key that no front matter has, which apply then refuses.
func tomlFields(name, block string) ([]field, error) {
	var values map[string]any
	meta, err := toml.Decode(block, &values)
	if err != nil {
		line, msg := 1, err.Error()
		if parse := (toml.ParseError{}); errors.As(err, &parse) {
			line, msg = parse.Position.Line, parse.Message
		}
		return nil, &InputError{name, line + 1, "the front matter is no TOML: " + msg}
	}
	var fields []field
	seen := map[string]bool{}
	after := 0
	for _, key := range meta.Keys() {
		if seen[key[0]] {
			continue // title.x = 1 and title.y = 2 are one key, title
		}
		seen[key[0]] = true
		after = tomlKeyLine(block, key[0], after)
		f := field{key: key[0], line: after + 1}
		if _, known := metaKeys[f.key]; !known {
			return append(fields, f), nil
		}
		if err := f.setTOML(values[f.key]); err != nil {
			return nil, &InputError{name, f.line, err.Error()}
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// tomlKeyLine is the line of the block, counted from 1, that sets key. Keys
// come in the order of the file, so only the lines from the last one on are
// looked at; a line within a longer string or list is none, for the block
// makes no sense up to there.
func tomlKeyLine(block, key string, from int) int {
	lines := strings.Split(block, "\n")
	for i := max(0, from-1); i < len(lines); i++ {
		left, _, _ := strings.Cut(strings.TrimLeft(lines[i], " \t["), "=")
		rest, ok := strings.CutPrefix(strings.TrimLeft(left, `"'`), key)
		if !ok || rest != "" && !strings.ContainsAny(rest[:1], "\"' \t.]") {
			continue
		}
		var ignored map[string]any
		if _, err := toml.Decode(strings.Join(lines[:i], "\n"), &ignored); err == nil {
			return i + 1
		}
	}
	return max(1, from)
}

func (f *field) setTOML(value any) error {
	switch value := value.(type) {
	case map[string]any, []map[string]any:
		return errors.New(f.key + " should be a single value or a list")
	case []any:
		f.isList = true
		for _, item := range value {
			switch item.(type) {
			case map[string]any, []map[string]any, []any:
				return errors.New(f.key + " should be a list of words")
			}
			f.list = append(f.list, tomlText(item))
		}
	default:
		f.text = tomlText(value)
	}
	return nil
}

// tomlText writes a TOML scalar the way YAML would have it.
func tomlText(v any) string {
	t, ok := v.(time.Time)
	if !ok {
		return fmt.Sprint(v)
	}
	switch t.Location().String() { // toml's mark for what the file left out
	case "datetime-local":
		return t.Format("2006-01-02T15:04:05.999999999")
	case "date-local":
		return t.Format(time.DateOnly)
	case "time-local":
		return t.Format(time.TimeOnly)
	}
	return t.Format(time.RFC3339Nano)
}
