package blog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// field is one key of a front matter, whether it was YAML or TOML. A scalar is
// kept as text; a list in list.
type field struct {
	key    string
	line   int // of the file, counted from 1
	text   string
	list   []string
	isList bool
}

// Bounds on a front matter: far more than its keys can need, and little enough
// that finding the line of a fault by reading it again and again is quick.
const (
	maxMetaLines = 500
	maxMetaBytes = 64 << 10
)

// StartsFrontMatter tells whether a file begins as one with a front matter does,
// whether or not that is sound.
func StartsFrontMatter(data []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\n"))
	fence := string(bytes.TrimRight(first, " \t\r"))
	return fence == "---" || fence == "+++"
}

// splitFrontMatter cuts the block between two lines of --- (YAML) or +++
// (TOML) off the start of a post.
func splitFrontMatter(name, text string) (fields []field, body string, found bool, err error) {
	first, rest, _ := strings.Cut(text, "\n")
	fence := strings.TrimRight(first, " \t")
	if fence != "---" && fence != "+++" {
		return nil, text, false, nil
	}
	if fence == "---" && strings.TrimSpace(rest) == "" {
		return nil, text, false, nil // a lone rule, not a front matter
	}
	lines := strings.Split(rest, "\n")
	for i, line := range lines {
		if strings.TrimRight(line, " \t") != fence {
			continue
		}
		block := strings.Join(lines[:i], "\n")
		if i > maxMetaLines || len(block) > maxMetaBytes {
			return nil, "", false, &InputError{name, 1, fmt.Sprintf("the front matter that starts here is too long: it may have %d lines and %d bytes", maxMetaLines, maxMetaBytes)}
		}
		read := yamlFields
		if fence == "+++" {
			read = tomlFields
		}
		fields, err = read(name, block)
		return fields, strings.Join(lines[i+1:], "\n"), true, err
	}
	return nil, "", false, &InputError{name, 1, fmt.Sprintf("the front matter that starts here has no closing line %s", fence)}
}

// yamlFields reads the block that starts on the file's second line.
func yamlFields(name, block string) ([]field, error) {
	// YAML 1.1 takes these for line breaks (section 4.2); our lines end at \n.
	block = strings.NewReplacer("\u0085", " ", "\u2028", " ", "\u2029", " ").Replace(block)
	root, err := parseYAML(block)
	if err != nil {
		return nil, &InputError{name, yamlFaultLine(block) + 1, "the front matter is no YAML: " + yamlPrefix.ReplaceAllString(err.Error(), "")}
	}
	if root == nil {
		return nil, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, &InputError{name, root.Line + 1, "the front matter should be lines of key: value"}
	}
	var fields []field
	for i := 0; i+1 < len(root.Content); i += 2 {
		f, err := yamlField(name, root.Content[i], root.Content[i+1])
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func yamlField(name string, key, value *yaml.Node) (field, error) {
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
				return f, &InputError{name, item.Line + 1, f.key + " should be a list of words"}
			}
			f.list = append(f.list, item.Value)
		}
	default:
		return f, &InputError{name, f.line, f.key + " should be a single value or a list"}
	}
	return f, nil
}

var yamlPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)

// parseYAML is the root of the one document in the block; nil when it is
// empty. Aliases are not followed, so a few lines cannot stand for millions.
func parseYAML(block string) (*yaml.Node, error) {
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(strings.NewReader(block))
	err := decoder.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	err = decoder.Decode(&more)
	if err == nil {
		return nil, errors.New("a second document starts here")
	}
	if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return doc.Content[0], nil
}

// yamlFaultLine is the line of the block, counted from 1, from which on it is
// no YAML however far it is read. yaml.v3's own line is sometimes missing and
// sometimes off by one.
func yamlFaultLine(block string) int {
	lines := strings.Split(block, "\n")
	for n := len(lines) - 1; n > 0; n-- {
		if _, err := parseYAML(strings.Join(lines[:n], "\n")); err == nil {
			return n + 1
		}
	}
	return 1
}
