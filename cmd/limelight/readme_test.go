package main

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReadmeConfigurationsAreTaken(t *testing.T) {
	found := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	if len(found) == 0 {
		t.Fatal("the README shows no configuration")
	}
	for _, block := range found {
		c := defaults()
		err := decodeConfig(c, "README.md", block[1])
		if err == nil {
			err = c.validate(func(key string) string { return key })
		}
		if err != nil {
			t.Errorf("%v\n%s", err, block[1])
		}
	}
}

func TestReadmeCommandsExist(t *testing.T) {
	found := regexp.MustCompile(`(?m)(?:\./limelight|cmd/limelight)[ \n]([a-z]+(?:-[a-z]+)*)(?: ([a-z]+) [0-9])?`).FindAllStringSubmatch(readme(t), -1)
	if len(found) < 10 {
		t.Fatalf("the README names few commands: %q", found)
	}
	for _, m := range found {
		if !slices.ContainsFunc(commands(), func(c command) bool { return c.name == m[1] }) {
			t.Errorf("the README names limelight %s, which is no command", m[1])
		}
		if m[1] == "comments" && m[2] != "" && !slices.Contains(commentVerbs, m[2]) {
			t.Errorf("the README names limelight comments %s", m[2])
		}
	}
}
