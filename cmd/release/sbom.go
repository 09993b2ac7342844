package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// bom is the little of CycloneDX 1.6 that a program of Go modules needs; the order
// of the fields is that of the specification.
type bom struct {
	Schema       string         `json:"$schema"`
	Format       string         `json:"bomFormat"`
	Spec         string         `json:"specVersion"`
	Serial       string         `json:"serialNumber"`
	Version      int            `json:"version"`
	Metadata     bomMetadata    `json:"metadata"`
	Components   []bomComponent `json:"components"`
	Dependencies []bomDependsOn `json:"dependencies"`
}

type bomMetadata struct {
	Timestamp string       `json:"timestamp"`
	Component bomComponent `json:"component"`
}

type bomComponent struct {
	Ref        string        `json:"bom-ref"`
	Type       string        `json:"type"`
	Name       string        `json:"name"`
	Version    string        `json:"version"`
	Hashes     []bomHash     `json:"hashes,omitempty"`
	Licenses   []bomLicense  `json:"licenses,omitempty"`
	PURL       string        `json:"purl,omitempty"`
	Properties []bomProperty `json:"properties,omitempty"`
}

type bomHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type bomLicense struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

type bomProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type bomDependsOn struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// writeSBOM writes what a target's program has inside, as the program itself says:
// what go.mod names and no target links is not in it.
func (s *source) writeSBOM(b built, modules map[string]*module, out string) error {
	made, err := s.sbom(b, modules)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.file(out, b.name+".cdx.json"), append(text, '\n'), 0o644)
}

func (s *source) sbom(b built, modules map[string]*module) (*bom, error) {
	info, err := buildinfo.ReadFile(b.program)
	if err != nil {
		return nil, err
	}
	sum, err := sumOf(b.program)
	if err != nil {
		return nil, err
	}
	program := bomComponent{
		Ref: "limelight", Type: "application", Name: "limelight", Version: s.version, Licenses: licensed("MIT"),
		Hashes: []bomHash{{"SHA-256", hex.EncodeToString(sum)}},
	}
	for _, setting := range info.Settings {
		if setting.Key == "GOOS" || setting.Key == "GOARCH" || strings.HasPrefix(setting.Key, "vcs.") {
			program.Properties = append(program.Properties, bomProperty{"limelight:build:" + setting.Key, setting.Value})
		}
	}
	std := bomComponent{
		Ref: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), Type: "library", Name: "std",
		Version: info.GoVersion, Licenses: licensed("BSD-3-Clause"), PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"),
	}
	made := &bom{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", Spec: "1.6", Version: 1,
		// The same program has the same number, whoever builds it.
		Serial:     "urn:uuid:" + uuid.NewHash(sha256.New(), uuid.NameSpaceOID, sum, 5).String(),
		Metadata:   bomMetadata{Timestamp: s.when.Format(time.RFC3339), Component: program},
		Components: []bomComponent{std},
	}
	for _, dep := range info.Deps {
		c, err := component(dep.Path, dep.Version, dep.Sum)
		if err != nil {
			return nil, err
		}
		if m := modules[dep.Path]; m != nil {
			c.Licenses = licensed(m.license())
		}
		made.Components = append(made.Components, c)
	}
	own := bomDependsOn{Ref: program.Ref}
	for _, c := range made.Components {
		own.DependsOn = append(own.DependsOn, c.Ref)
	}
	slices.Sort(own.DependsOn)
	made.Dependencies = []bomDependsOn{own}
	return made, nil
}

// component is a module. Its h1 checksum, which go.sum has too, is a SHA-256 of
// its files' names and checksums.
func component(path, version, h1 string) (bomComponent, error) {
	digest, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(h1, "h1:"))
	if err != nil {
		return bomComponent{}, fmt.Errorf("checksum of %s: %w", path, err)
	}
	purl := "pkg:golang/" + path + "@" + version
	return bomComponent{
		Ref: purl, Type: "library", Name: path, Version: version, PURL: purl,
		Hashes: []bomHash{{"SHA-256", hex.EncodeToString(digest)}},
	}, nil
}

func licensed(id string) []bomLicense {
	if id == "" {
		return nil
	}
	var l bomLicense
	l.License.ID = id
	return []bomLicense{l}
}
