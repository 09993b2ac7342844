package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const licensesFile = "cmd/limelight/licenses.txt"

// module is one that is linked into the program, with the licences it came with.
type module struct {
	path, version string
	dir           string
	licenses      map[string]string // text by file's name, from the module's folder on
}

// licenseFile is what such files are called; code and tables of licences are not.
var licenseFile = regexp.MustCompile(`(?i)^[a-z0-9-]*(licen[sc]e|copying|notice|patents)[a-z0-9-]*(\.(txt|md))?$`)

// linkedModules are those of any target, by path; "std" is Go's own.
func linkedModules(ctx context.Context, root string) (map[string]*module, error) {
	found := map[string]*module{}
	goroot := ""
	for _, t := range targets {
		packages, err := listPackages(ctx, root, t)
		if err != nil {
			return nil, err
		}
		goroot = packages.goroot
		for _, p := range packages.linked {
			m := found[p.module]
			if m == nil {
				m = &module{path: p.module, version: p.version, dir: p.root, licenses: map[string]string{}}
				found[p.module] = m
			}
			// Code that a module took from elsewhere has its licence beside it.
			for dir := p.dir; ; dir = filepath.Dir(dir) {
				if err := m.read(dir); err != nil {
					return nil, err
				}
				if dir == m.dir || len(dir) <= len(m.dir) {
					break
				}
			}
		}
	}
	std := &module{path: "std", dir: goroot, licenses: map[string]string{}}
	found["std"] = std
	if err := std.read(goroot); err != nil {
		return nil, err
	}
	for _, m := range found {
		if len(m.licenses) == 0 {
			return nil, fmt.Errorf("%s comes without a licence; nobody may give away a program with it inside", m.path)
		}
		if m.license() == "" {
			return nil, fmt.Errorf("%s comes under a licence that is not known here: read it, and add it to spdx when programs with it inside may be given away", m.path)
		}
	}
	return found, nil
}

// read takes the licences that are in a folder of the module.
func (m *module) read(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !licenseFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		name, err := filepath.Rel(m.dir, filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		m.licenses[filepath.ToSlash(name)] = tidy(text)
	}
	return nil
}

// tidy makes texts alike that differ in line ends and blanks at line ends only.
func tidy(text []byte) string {
	lines := strings.Split(string(bytes.ReplaceAll(text, []byte("\r"), nil)), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// notices is what licenses.txt should say: limelight's licence, then each text
// that others ask to pass on, under the names of those who do.
func notices(ctx context.Context, root string) ([]byte, error) {
	own, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		return nil, err
	}
	modules, err := linkedModules(ctx, root)
	if err != nil {
		return nil, err
	}
	bearers := map[string][]string{}
	for _, m := range modules {
		for name, text := range m.licenses {
			bearers[text] = append(bearers[text], m.bears(name))
		}
	}
	for _, who := range bearers {
		slices.Sort(who)
	}
	texts := slices.SortedFunc(maps.Keys(bearers), func(a, b string) int { return slices.Compare(bearers[a], bearers[b]) })
	var out bytes.Buffer
	fmt.Fprintf(&out, "limelight comes under this licence:\n\n%s\n\nIt has in it what others wrote, under the licences that follow.\n", tidy(own))
	for _, text := range texts {
		fmt.Fprintf(&out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(bearers[text], "\n"), text)
	}
	return out.Bytes(), nil
}

// bears names what one licence is for.
func (m *module) bears(file string) string {
	if m.path == "std" {
		return "The Go programming language (" + file + ")"
	}
	return m.path + " (" + file + ")"
}

// writeNotices writes licenses.txt anew.
func writeNotices(ctx context.Context, root string) error {
	text, err := notices(ctx, root)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, licensesFile), text, 0o644)
}

// spdx are the licences that programs like this one may be given away under, by
// sentences that nothing but them says. The first that fits counts.
var spdx = []struct{ id, says string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"MPL-2.0", "Mozilla Public License Version 2.0"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived from this software"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright notice"},
	{"0BSD", "Permission to use, copy, modify, and distribute this software for any purpose"},
	{"CC0-1.0", "CC0 1.0 Universal"},
	{"Unlicense", "This is free and unencumbered software released into the public domain"},
}

// license is the SPDX name of the module's own licence, empty when none is known.
func (m *module) license() string {
	for _, name := range slices.Sorted(maps.Keys(m.licenses)) {
		if strings.Contains(name, "/") || strings.Contains(strings.ToLower(name), "notice") {
			continue
		}
		text := strings.Join(strings.Fields(m.licenses[name]), " ")
		for _, known := range spdx {
			if strings.Contains(text, known.says) {
				return known.id
			}
		}
	}
	return ""
}
