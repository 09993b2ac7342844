package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// completions are what each shell should make of a line at whose end Tab is pressed.
var completions = []struct{ line, want string }{
	{"limelight publi", "publish"},
	{"limelight publish -ann", "-announce"},
	{"limelight comments hist", "history"},
	{"limelight posts -js", "-json"},
	{"limelight completion fi", "fish"},
	{"limelight move o", "out"},
}

// shellFile writes what `limelight completion SHELL` prints.
func shellFile(t *testing.T, shell, name string) string {
	t.Helper()
	var out bytes.Buffer
	e := &env{stdout: &out, stderr: &out, getenv: func(string) string { return "" }}
	if code := run(t.Context(), e, []string{"completion", shell}); code != 0 {
		t.Fatalf("limelight completion %s: %d: %s", shell, code, &out)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// inShell runs a script in a shell that reads none of the machine's start files.
func inShell(t *testing.T, script string, command ...string) string {
	t.Helper()
	needProgram(t, command[0])
	ctx, cancel := context.WithTimeout(t.Context(), patience) // a terminal that waits for more would wait for ever
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Dir, cmd.WaitDelay = strings.NewReader(script), t.TempDir(), time.Second
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + cmd.Dir, "TERM=dumb", "LANG=C.UTF-8"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command[0], err, out)
	}
	return string(out)
}

func TestBashCompletes(t *testing.T) {
	script := "source " + shellFile(t, "bash", "limelight") + `
complete -p limelight >/dev/null || exit 1
tab() { COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _limelight; echo "${COMPREPLY[*]}"; }
`
	want := ""
	for _, c := range completions {
		script += fmt.Sprintf("tab '%s'\n", c.line)
		want += c.want + "\n"
	}
	if got := inShell(t, script, "bash", "--norc"); got != want {
		t.Errorf("bash completes\n%s, want\n%s", got, want)
	}
}

// TestZshCompletes types into an interactive zsh on a terminal of its own.
func TestZshCompletes(t *testing.T) {
	file := shellFile(t, "zsh", "_limelight")
	script := fmt.Sprintf(`zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; fpath=(%s \$fpath); autoload -U compinit; compinit -u -D; bindkey '^I' complete-word; limelight() { print -r -- \"got:\$*:\"; }; print rea''dy"
zpty -r -m z x '*ready*'
`, filepath.Dir(file))
	want := ""
	for _, c := range completions {
		script += fmt.Sprintf("zpty -w -n z '%s'$'\\t\\n'\nzpty -r -m z x '*got:*:*'\nprint -r -- \"${${x##*got:}%%%%:*}\"\n", c.line)
		words := strings.Fields(c.line)[1:]
		words[len(words)-1] = c.want
		want += strings.Join(words, " ") + "\n"
	}
	if got := inShell(t, script+"zpty -d z\n", "zsh", "-f"); got != want {
		t.Errorf("zsh completes\n%s, want\n%s", got, want)
	}
}

func TestFishCompletes(t *testing.T) {
	script := "source " + shellFile(t, "fish", "limelight.fish") + "\n"
	for _, c := range completions {
		script += fmt.Sprintf("complete -C '%s' | string replace -r '\\t.*' ''; echo END\n", c.line)
	}
	answers := strings.Split(inShell(t, script, "fish", "--no-config"), "END\n")
	for i, c := range completions {
		if got := strings.Fields(answers[i]); !slices.Equal(got, []string{c.want}) {
			t.Errorf("fish completes %q with %q, want %s", c.line, got, c.want)
		}
	}
}

func TestEveryCommandIsDescribed(t *testing.T) {
	for _, d := range describeAll() {
		if len(d.flags) == 0 {
			t.Errorf("limelight %s did something before it parsed its flags: completion and manual know none", d.name)
		}
	}
}
