package bring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"gopkg.in/yaml.v3"
)

const (
	maxMatter = 64 << 10 // bytes of a front matter or configuration
	maxNested = 20
)

// matter is what a front matter or a configuration says: texts, lists and more of
// the same, by names in lower case.
type matter map[string]any

// splitMatter parts the front matter of a file from its text: YAML between ---,
// TOML between +++, or JSON in braces. A file may have none.
func splitMatter(data []byte) (matter, string, error) {
	if !utf8.Valid(data) {
		return nil, "", errors.New("it is no UTF-8 text")
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	text = strings.ReplaceAll(text, "\x00", "")
	first, rest, _ := strings.Cut(text, "\n")
	switch fence := strings.TrimRight(first, " \t"); {
	case fence == "---" || fence == "+++":
		lines := strings.Split(rest, "\n")
		for i, line := range lines {
			if end := strings.TrimRight(line, " \t"); end == fence || fence == "---" && end == "..." {
				m, err := parseMatter(strings.Join(lines[:i], "\n"), map[string]string{"---": "yaml", "+++": "toml"}[fence])
				return m, strings.Join(lines[i+1:], "\n"), err
			}
		}
		return nil, "", errors.New("its front matter has no end")
	case strings.HasPrefix(fence, "{") && !strings.HasPrefix(fence, "{{") && !strings.HasPrefix(fence, "{%"):
		dec := json.NewDecoder(strings.NewReader(text[:min(len(text), maxMatter)]))
		var raw map[string]any
		if err := dec.Decode(&raw); err != nil {
			return nil, "", fmt.Errorf("its front matter is no JSON: %w", err)
		}
		return lowered(raw, 0), text[dec.InputOffset():], nil
	}
	return matter{}, text, nil
}

// parseMatter reads YAML, TOML or JSON.
func parseMatter(text, kind string) (matter, error) {
	if len(text) > maxMatter {
		return nil, fmt.Errorf("it has more than %d bytes of front matter", maxMatter)
	}
	switch kind {
	case "toml":
		var raw map[string]any
		if _, err := toml.Decode(text, &raw); err != nil {
			return nil, fmt.Errorf("its front matter is no TOML: %w", err)
		}
		return lowered(raw, 0), nil
	case "json":
		var raw map[string]any
		if err := json.Unmarshal([]byte(text), &raw); err != nil {
			return nil, fmt.Errorf("it is no JSON: %w", err)
		}
		return lowered(raw, 0), nil
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader([]byte(text))).Decode(&doc); err != nil {
		if strings.TrimSpace(text) == "" {
			return matter{}, nil
		}
		return nil, fmt.Errorf("its front matter is no YAML: %w", err)
	}
	if hasAlias(&doc) {
		return nil, errors.New("it has aliases (*name), which are not followed here; write out what they stand for")
	}
	m, ok := yamlValue(doc.Content[0], 0).(matter)
	if !ok && strings.TrimSpace(text) != "" && doc.Content[0].Kind != yaml.ScalarNode {
		return nil, errors.New("its front matter should be lines of key: value")
	}
	return m, nil
}

// hasAlias tells whether anything is left unsaid where no alias is followed: it may
// be that the post is a draft.
func hasAlias(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || slices.ContainsFunc(n.Content, hasAlias)
}

// yamlValue follows no alias, so that a few lines cannot stand for millions, and
// keeps scalars as they were written.
func yamlValue(n *yaml.Node, depth int) any {
	if depth > maxNested {
		return nil
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil
		}
		return n.Value
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, yamlValue(item, depth+1))
		}
		return list
	case yaml.MappingNode:
		m := matter{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[strings.ToLower(n.Content[i].Value)] = yamlValue(n.Content[i+1], depth+1)
		}
		return m
	}
	return nil
}

func lowered(raw map[string]any, depth int) matter {
	m := matter{}
	for key, value := range raw {
		m[strings.ToLower(key)] = plain(value, depth+1)
	}
	return m
}

// plain is a value of TOML or JSON as yamlValue would have it.
func plain(value any, depth int) any {
	if depth > maxNested {
		return nil
	}
	switch v := value.(type) {
	case map[string]any:
		return lowered(v, depth)
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, plain(item, depth+1))
		}
		return list
	case []map[string]any:
		list := []any{}
		for _, item := range v {
			list = append(list, lowered(item, depth))
		}
		return list
	case time.Time:
		switch v.Location().String() { // toml's mark for what the file left out
		case "datetime-local":
			return v.Format("2006-01-02T15:04:05")
		case "date-local":
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339Nano)
	case nil:
		return nil
	}
	return fmt.Sprint(value)
}

// text is the first of the names that has one.
func (m matter) text(names ...string) string {
	for _, name := range names {
		if text, ok := m.at(name).(string); ok && strings.TrimSpace(text) != "" {
			return strings.TrimSpace(text)
		}
	}
	return ""
}

// at is what a name like cover.image stands for.
func (m matter) at(name string) any {
	first, rest, nested := strings.Cut(name, ".")
	if nested {
		below, _ := m[first].(matter)
		return below.at(rest)
	}
	return m[first]
}

// list is all that the names have, a text parted at blanks or commas.
func (m matter) list(part func(string) []string, names ...string) (all []string) {
	for _, name := range names {
		switch v := m.at(name).(type) {
		case string:
			all = append(all, part(v)...)
		case []any:
			for _, item := range v {
				if text, ok := item.(string); ok {
					all = append(all, text)
				}
			}
		}
	}
	return all
}

func (m matter) truth(name string) bool {
	return slices.Contains([]string{"true", "yes", "on", "1", "t", "y"}, strings.ToLower(m.text(name)))
}

// falsehood tells whether one of the names says no, as YAML 1.1 (Jekyll) has it
// too: no, Off, FALSE.
func (m matter) falsehood(names ...string) bool {
	return slices.Contains([]string{"false", "no", "off", "0", "f", "n"}, strings.ToLower(m.text(names...)))
}

var moreLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04:05 -07:00",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700 MST", "2006-01-02 15:04:05", "2006-01-02 15:04 -0700", "2006-01-02 15:04",
	time.DateOnly, "2006/01/02", "2006-1-2", "2 Jan 2006", "January 2, 2006", "Jan 2, 2006", time.RFC1123Z, time.RFC1123, time.RFC822Z, time.RFC822,
	"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700",
}

// ParseTime reads a time as programs write them, in zone when it says none; false
// for what is none, or in no year that a front matter may have.
func ParseTime(text string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	text = strings.TrimSpace(text)
	for _, layout := range moreLayouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			t = t.UTC().Truncate(time.Millisecond)
			return t, t.Year() >= 1 && t.Year() <= 9999 && !t.IsZero()
		}
	}
	return time.Time{}, false
}
