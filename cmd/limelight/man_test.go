package main

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// manual is a page as roff, and as mandoc shows it.
func manual(t *testing.T, page ...string) (source, shown string) {
	t.Helper()
	needProgram(t, "mandoc")
	var out bytes.Buffer
	e := &env{stdout: &out, stderr: &out, getenv: func(string) string { return "" }}
	if code := run(t.Context(), e, append([]string{"man"}, page...)); code != 0 {
		t.Fatalf("limelight man: %d: %s", code, &out)
	}
	// A test's program has no commit, and so no date.
	source = strings.Replace(out.String(), ` "" `, ` "2026-01-02" `, 1)
	lint := exec.CommandContext(t.Context(), "mandoc", "-Tlint", "-W", "warning")
	lint.Stdin = strings.NewReader(source)
	if said, err := lint.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("mandoc -Tlint: %v\n%s", err, said)
	}
	show := exec.CommandContext(t.Context(), "mandoc", "-Tascii", "-O", "width=1000")
	show.Stdin = strings.NewReader(source)
	text, err := show.Output()
	if err != nil {
		t.Fatal(err)
	}
	// What is bold is typed over itself.
	return source, regexp.MustCompile(".\b").ReplaceAllString(string(text), "")
}

func TestManualHasEveryCommandAndFlag(t *testing.T) {
	_, shown := manual(t)
	for _, d := range describeAll() {
		_, part, ok := strings.Cut(shown, "\n   limelight "+d.name+"\n")
		if !ok {
			t.Errorf("limelight(1) has no limelight %s", d.name)
			continue
		}
		part, _, _ = strings.Cut(part, "\n   limelight ")
		for _, f := range d.flags {
			if !regexp.MustCompile(`(?m)^ +-` + f.Name + `( |$)`).MatchString(part) {
				t.Errorf("limelight(1) has no flag -%s of limelight %s:\n%s", f.Name, d.name, part)
			}
		}
	}
}

func TestManualHasEverySetting(t *testing.T) {
	_, shown := manual(t, configName)
	for _, s := range settings(defaults()) {
		if !strings.Contains(shown, " "+s.name+" = "+s.tomlDefault()+"\n") {
			t.Errorf("limelight.toml(5) has no %s = %s", s.key(), s.tomlDefault())
		}
	}
}

// groff's man, which most systems have, is asked beside mandoc.
func TestManualIsSoundToGroff(t *testing.T) {
	for _, page := range [][]string{nil, {configName}} {
		source, _ := manual(t, page...)
		needProgram(t, "groff")
		cmd := exec.CommandContext(t.Context(), "groff", "-man", "-Tutf8", "-ww", "-z")
		cmd.Stdin = strings.NewReader(source)
		if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("groff: %v\n%s", err, said)
		}
	}
}
