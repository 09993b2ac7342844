package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/BurntSushi/toml"
)

// configName is the file looked for in the current folder.
const configName = "limelight.toml"

// loadConfig finds and reads the configuration: the named file, else
// $LIMELIGHT_CONFIG, else limelight.toml here, else the system's, else defaults;
// then the environment on top. Its errors name file, line and what would be right.
func loadConfig(e *env, named string) (*Config, error) {
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
	}
	return readConfig(e, file, text)
}

// readConfig is the configuration that a file (empty for none) says, with the
// environment on top.
func readConfig(e *env, file, text string) (*Config, error) {
	c := defaults()
	if err := decodeConfig(c, file, text); err != nil {
		return nil, err
	}
	if err := c.locate(file); err != nil {
		return nil, err
	}
	from, err := overrideFromEnv(c, e.getenv)
	if err != nil {
		return nil, err
	}
	c.where = func(key string) string {
		if name, ok := from[key]; ok {
			return name
		}
		return place(file, text, key)
	}
	if err := c.validate(c.where); err != nil {
		return c, err
	}
	return c, c.readS3Key(c.Storage.Media)
}

func findConfig(e *env, named string) (string, error) {
	if named == "" {
		named = e.getenv("LIMELIGHT_CONFIG")
	}
	if named != "" {
		return named, nil
	}
	_, err := os.Stat(configName)
	switch {
	case err == nil:
		return configName, nil
	case e.systemConfig != "" && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)):
		// sudo -u limelight keeps one in a folder that limelight may not look into.
		if _, err := os.Stat(e.systemConfig); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return e.systemConfig, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return "", fmt.Errorf("look for %s: %w", configName, err)
}

// systemConfig is where the configuration is when the program is the one that a
// package of the system installed; every other one has none outside of its folder,
// so that a program being tried out never touches the blog that the system serves.
func systemConfig(executable string, err error) string {
	if err != nil || filepath.Dir(executable) != "/usr/bin" {
		return ""
	}
	return "/etc/limelight/" + configName
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
		return tomlFault(file, text, err)
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
