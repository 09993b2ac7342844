package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// configName is the file looked for in the current folder.
const configName = "limelight.toml"

// typeFault takes apart what package toml says of a value of the wrong type,
// which it gives as text only.
var typeFault = regexp.MustCompile(`^toml: line (\d+) \(last key "([^"]+)"\): incompatible types: TOML value has type (\S+); destination has type (\S+)$`)

// loadConfig finds and reads the configuration: the named file, else
// $LIMELIGHT_CONFIG, else limelight.toml here, else defaults; then the
// environment on top. Its errors name file, line and what would be right.
func loadConfig(e *env, named string) (*Config, error) {
	c := defaults()
	file, err := findConfig(e, named)
	if err != nil {
		return nil, err
	}
	var text string
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the configuration: %w", err)
		}
		text = string(data)
		if err := decodeConfig(c, file, text); err != nil {
			return nil, err
		}
	}
	if err := c.locate(file); err != nil {
		return nil, err
	}
	from, err := overrideFromEnv(c, e.getenv)
	if err != nil {
		return nil, err
	}
	return c, c.validate(func(key string) string {
		if name, ok := from[key]; ok {
			return name
		}
		return place(file, text, key)
	})
}

func findConfig(e *env, named string) (string, error) {
	if named == "" {
		named = e.getenv("LIMELIGHT_CONFIG")
	}
	if named != "" {
		return named, nil
	}
	switch _, err := os.Stat(configName); {
	case err == nil:
		return configName, nil
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	default:
		return "", fmt.Errorf("look for %s: %w", configName, err)
	}
}

// locate remembers the file and the folder that relative paths start at.
func (c *Config) locate(file string) error {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("find the configuration's folder: %w", err)
	}
	c.file, c.dir = file, dir
	return nil
}

// path resolves a path of the configuration.
func (c *Config) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.dir, p)
}

func decodeConfig(c *Config, file, text string) error {
	meta, err := toml.Decode(text, c)
	if err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			return fmt.Errorf("%s:%d: %s", file, parse.Position.Line, strings.TrimSpace(parse.Message))
		}
		if m := typeFault.FindStringSubmatch(err.Error()); m != nil {
			return fmt.Errorf("%s:%s: %s should be a %s, not a %s", file, m[1], m[2], m[4], m[3])
		}
		return fmt.Errorf("%s: %w", file, err)
	}
	unknown := meta.Undecoded()
	if len(unknown) == 0 {
		return nil
	}
	key := unknown[0].String()
	hint := "`limelight config` prints them all"
	if near := nearest(key, c); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fmt.Errorf("%s: there is no setting %s; %s", place(file, text, key), key, hint)
}

// overrideFromEnv applies LIMELIGHT_* and returns which settings it set, by
// the variable that did. A LIMELIGHT_ variable that means nothing is left
// alone: other programs may use the prefix.
func overrideFromEnv(c *Config, getenv func(string) string) (map[string]string, error) {
	from := map[string]string{}
	for _, s := range settings(c) {
		text := getenv(s.envName())
		if text == "" {
			continue
		}
		if err := s.set(text); err != nil {
			return nil, fmt.Errorf("%s: %w", s.envName(), err)
		}
		from[s.key()] = s.envName()
	}
	return from, nil
}

// place is "file:line" of a key in the TOML text, or as much as can be said.
func place(file, text, key string) string {
	if file == "" {
		return "configuration"
	}
	section, name, _ := strings.Cut(key, ".")
	name, _, _ = strings.Cut(name, ".")
	current := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if header, ok := strings.CutPrefix(line, "["); ok {
			current = strings.Trim(strings.TrimSpace(strings.SplitN(header, "]", 2)[0]), "[] ")
			if name == "" && current == section {
				return fmt.Sprintf("%s:%d", file, i+1)
			}
			continue
		}
		left := strings.TrimSpace(strings.SplitN(line, "=", 2)[0])
		if (current == section && left == name && name != "") || (current == "" && (left == key || left == section)) {
			return fmt.Sprintf("%s:%d", file, i+1)
		}
	}
	return file
}

// nearest is the setting that was probably meant by an unknown key: the same
// name elsewhere, or one or two letters away.
func nearest(key string, c *Config) string {
	_, name, _ := strings.Cut(key, ".")
	best, bestDistance := "", 3
	for _, s := range settings(c) {
		if s.name == name || s.name == key {
			return s.key()
		}
		if d := distance(key, s.key()); d < bestDistance {
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
