package blog

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"gopkg.in/yaml.v3"
)

// field is one key of a front matter, whether it was YAML or TOML. A scalar is
// kept as text; a list in list.
type field struct {
	key    string
	line   int
	text   string
	list   []string
	isList bool
}

// splitFrontMatter cuts the block between two lines of --- (YAML) or +++
// (TOML) off the start of a post. offset is the line that body starts at,
// counted from 0.
func splitFrontMatter(name, text string) (fields []field, body string, found bool, err error) {
	first, rest, _ := strings.Cut(text, "\n")
	fence := strings.TrimRight(first, " \t")
	if fence != "---" && fence != "+++" {
		return nil, text, false, nil
	}
	lines := strings.Split(rest, "\n")
	for i, line := range lines {
		if strings.TrimRight(line, " \t") != fence {
			continue
		}
		block := strings.Join(lines[:i], "\n")
		body = strings.Join(lines[i+1:], "\n")
		if fence == "---" {
			fields, err = yamlFields(name, block)
		} else {
			fields, err = tomlFields(name, block)
		}
		return fields, body, true, err
	}
	if fence == "---" && strings.TrimSpace(rest) == "" {
		return nil, text, false, nil // a lone rule, not a front matter
	}
	return nil, "", false, &InputError{name, 1, fmt.Sprintf("the front matter that starts here has no closing line %s", fence)}
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// yamlFields reads the block that starts on the file's second line.
func yamlFields(name, block string) ([]field, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(block), &doc); err != nil {
		msg, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
		if m := yamlLine.FindStringSubmatch(msg); m != nil {
			n, _ := strconv.Atoi(m[1])
			line, msg = n+1, strings.Replace(msg, m[0], "", 1)
		}
		return nil, &InputError{name, line, "the front matter is no YAML: " + msg}
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, &InputError{name, root.Line + 1, "the front matter should be lines of key: value"}
	}
	var fields []field
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		f := field{key: key.Value, line: key.Line + 1}
		switch value.Kind {
		case yaml.ScalarNode:
			if value.Tag != "!!null" {
				f.text = value.Value
			}
		case yaml.SequenceNode:
			f.isList = true
			for _, item := range value.Content {
				if item.Kind != yaml.ScalarNode {
					return nil, &InputError{name, item.Line + 1, f.key + " should be a list of words"}
				}
				f.list = append(f.list, item.Value)
			}
		default:
			return nil, &InputError{name, f.line, f.key + " should be a single value or a list"}
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// tomlFields reads the block that starts on the file's second line.
func tomlFields(name, block string) ([]field, error) {
	var values map[string]any
	meta, err := toml.Decode(block, &values)
	if err != nil {
		line, msg := 1, err.Error()
		if parse := (toml.ParseError{}); errors.As(err, &parse) {
			line, msg = parse.Position.Line+1, parse.Message
		}
		return nil, &InputError{name, line, "the front matter is no TOML: " + msg}
	}
	var fields []field
	for _, key := range meta.Keys() {
		if len(key) != 1 {
			continue
		}
		f := field{key: key[0], line: tomlKeyLine(block, key[0])}
		if items, ok := values[key[0]].([]any); ok {
			f.isList = true
			for _, item := range items {
				f.list = append(f.list, tomlText(item))
			}
		} else if _, table := values[key[0]].(map[string]any); table {
			return nil, &InputError{name, f.line, f.key + " should be a single value or a list"}
		} else {
			f.text = tomlText(values[key[0]])
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func tomlKeyLine(block, key string) int {
	for i, line := range strings.Split(block, "\n") {
		left, _, _ := strings.Cut(line, "=")
		if strings.Trim(strings.TrimSpace(left), `"'[]`) == key {
			return i + 2
		}
	}
	return 1
}

// tomlText writes a TOML scalar the way YAML would have it.
func tomlText(v any) string {
	t, ok := v.(time.Time)
	if !ok {
		return fmt.Sprint(v)
	}
	switch t.Location().String() {
	case "datetime-local":
		return t.Format("2006-01-02T15:04:05")
	case "date-local":
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}
