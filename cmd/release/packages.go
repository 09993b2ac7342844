package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// linkedPackage is one of another module that the program has in it.
type linkedPackage struct {
	dir                   string
	module, version, root string
}

// packageList is what a target's program is made of.
type packageList struct {
	goroot string
	linked []linkedPackage
}

// listPackages asks go for what is linked into the program for a target.
func listPackages(ctx context.Context, root string, t target) (*packageList, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Dir,Root,Standard,Module", "./cmd/limelight")
	cmd.Dir, cmd.Env = root, buildEnv(t)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list what is linked for %s: %w%s", t.name, err, stderrOf(err))
	}
	list := &packageList{}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p struct {
			Dir, Root string
			Standard  bool
			Module    *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		switch {
		case p.Standard && p.Root != "":
			list.goroot = p.Root
		case p.Module != nil && !p.Module.Main:
			list.linked = append(list.linked, linkedPackage{p.Dir, p.Module.Path, p.Module.Version, p.Module.Dir})
		}
	}
}
