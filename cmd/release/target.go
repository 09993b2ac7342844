package main

import "slices"

// target is a system that a program is built for.
type target struct {
	name         string // as files are called
	goos, goarch string
	goarm        string
	deb          string // Debian's name of the architecture; empty for no package
	variant      string // of an image's platform
}

// targets are those that a release has. armv7 with its floating point is what
// Debian calls armhf.
var targets = []target{
	{name: "linux_amd64", goos: "linux", goarch: "amd64", deb: "amd64"},
	{name: "linux_arm64", goos: "linux", goarch: "arm64", deb: "arm64", variant: "v8"},
	{name: "linux_armv7", goos: "linux", goarch: "arm", goarm: "7", deb: "armhf", variant: "v7"},
	{name: "darwin_amd64", goos: "darwin", goarch: "amd64"},
	{name: "darwin_arm64", goos: "darwin", goarch: "arm64"},
	{name: "freebsd_amd64", goos: "freebsd", goarch: "amd64"},
}

func targetNamed(name string) (target, bool) {
	i := slices.IndexFunc(targets, func(t target) bool { return t.name == name })
	if i < 0 {
		return target{}, false
	}
	return targets[i], true
}
