package main

import (
	"context"
	_ "embed"
	"io"
)

// licenses has limelight's licence and those of everything that is linked into
// the program; `make licenses` writes it. It is in the program because most of
// them ask to go wherever the program goes, and people copy the one file.
//
//go:embed licenses.txt
var licenses string

func printLicenses(_ context.Context, e *env, args []string) error {
	if _, err := newFlags(e, "licenses", "").parse(args, 0); err != nil {
		return err
	}
	_, err := io.WriteString(e.stdout, licenses)
	return err
}
