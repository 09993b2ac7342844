package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// typeFault and sectionFault take apart what package toml says of a value of
// the wrong type, which it gives as text only.
var (
	typeFault    = regexp.MustCompile(`^toml: line (\d+) \(last key "([^"]+)"\): incompatible types: TOML value has type (\S+); destination has type (\S+)$`)
	sectionFault = regexp.MustCompile(`(?s)^toml: line (\d+) \(last key "([^"]+)"\): type mismatch for .*: expected table but found `)
)

// tomlFault says in file, line and plain words what package toml said.
func tomlFault(file, text string, err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		msg := strings.TrimSuffix(strings.TrimSpace(parse.Message), ".")
		if strings.Contains(msg, "already been defined") {
			msg += ": a [section], and a setting within it, may stand once only"
		}
		return fmt.Errorf("%s:%d: %s", file, parse.Position.Line, msg)
	}
	if m := typeFault.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%s:%s: %s should be %s, not %s", file, m[1], m[2], typeWords(m[4]), typeWords(m[3]))
	}
	if m := sectionFault.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%s:%s: %s is no setting but a section, [%s]; `limelight config` prints them all", file, m[1], m[2], m[2])
	}
	return fmt.Errorf("%s: %w", file, err)
}

// typeWords is a type's name for those who do not write Go.
func typeWords(goType string) string {
	switch goType {
	case "slice", "array":
		return "a list in [ ]"
	case "int", "integer", "int64", "float64":
		return "a number"
	case "bool", "boolean":
		return "true or false"
	case "string":
		return `a string in " "`
	}
	return "a " + goType
}

// place is "file:line" of a key in the TOML text, or as much as can be said.
func place(file, text, key string) string {
	if file == "" {
		return "configuration"
	}
	section, rest, _ := strings.Cut(key, ".")
	name, inner, _ := strings.Cut(rest, ".")
	current := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if header, ok := strings.CutPrefix(line, "["); ok {
			current = strings.Trim(strings.TrimSpace(strings.SplitN(header, "]", 2)[0]), "[] ")
			if current == key || (inner == "" && current == section+"."+name) {
				return fmt.Sprintf("%s:%d", file, i+1)
			}
			continue
		}
		left := strings.Trim(strings.TrimSpace(strings.SplitN(line, "=", 2)[0]), `"'`)
		within := current == section && name != "" && (left == name || left == rest)
		table := current == section+"."+name && left == inner
		if within || table || (current == "" && (left == key || left == section)) {
			return fmt.Sprintf("%s:%d", file, i+1)
		}
	}
	return file
}

// nearest is the setting that was probably meant by an unknown key: the same
// name elsewhere, or one or two letters away.
func nearest(key string, c *Config) string {
	_, name, sectioned := strings.Cut(key, ".")
	best, bestDistance := "", 3
	for _, s := range settings(c) {
		if s.name == name || s.name == key {
			return s.key()
		}
		meant := s.key()
		if !sectioned {
			meant = s.name
		}
		if d := distance(key, meant); d < bestDistance {
			best, bestDistance = s.key(), d
		}
	}
	return best
}

// distance counts the letters to insert, delete or change between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = slices.Min([]int{cost, row[j] + 1, diagonal + 1})
		}
	}
	return row[len(b)]
}
