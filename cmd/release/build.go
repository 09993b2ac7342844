package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// maxBinary is what the program may weigh: self-hosters have small machines and
// slow lines.
const maxBinary = 40 << 20

// buildEnv is the surrounding of a build. Whatever of Go's settings changes the
// result is said here and not left to the machine.
func buildEnv(t target) []string {
	var env []string
	for _, inherited := range os.Environ() {
		// Those of git would point it, and so the commit that is written into the program, elsewhere.
		if !strings.HasPrefix(inherited, "GIT_") {
			env = append(env, inherited)
		}
	}
	return append(env,
		"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GOFIPS140=off", "GODEBUG=", "GOTOOLCHAIN=local",
		"GOOS="+t.goos, "GOARCH="+t.goarch, "GOARM="+t.goarm, "GOAMD64=v1", "GOARM64=v8.0")
}

// build makes the program for a target.
func (s *source) build(ctx context.Context, t target, file string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true", "-mod=readonly",
		"-ldflags", "-s -w -buildid= -X main.version="+s.version, "-o", file, "./cmd/limelight")
	cmd.Dir, cmd.Env = s.dir, buildEnv(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build for %s: %w\n%s", t.name, err, out)
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Size() > maxBinary {
		return fmt.Errorf("the program for %s has %d bytes, and may have %d", t.name, info.Size(), maxBinary)
	}
	return nil
}

// host is this machine as a target; its program prints the manual.
func host() target {
	t := target{name: "host", goos: runtime.GOOS, goarch: runtime.GOARCH}
	if t.goarch == "arm" {
		t.goarm = "7"
	}
	return t
}

// papers are the files beside the program, as it prints them itself.
type papers struct {
	manual, configManual []byte // roff
	bash, zsh, fish      []byte
	example              []byte // config.example.toml
	licenses             []byte
}

// papersOf runs a program of this machine for what it tells about itself.
func papersOf(ctx context.Context, program string) (*papers, error) {
	p := &papers{}
	for _, one := range []struct {
		into *[]byte
		args []string
	}{
		{&p.manual, []string{"man"}},
		{&p.configManual, []string{"man", "limelight.toml"}},
		{&p.bash, []string{"completion", "bash"}},
		{&p.zsh, []string{"completion", "zsh"}},
		{&p.fish, []string{"completion", "fish"}},
		{&p.example, []string{"config"}},
		{&p.licenses, []string{"licenses"}},
	} {
		cmd := exec.CommandContext(ctx, program, one.args...)
		cmd.Dir = filepath.Dir(program)
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("limelight %s: %w%s", strings.Join(one.args, " "), err, stderrOf(err))
		}
		*one.into = bytes.Clone(out)
	}
	return p, nil
}
