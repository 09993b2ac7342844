package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func (r *one) testSBOM(t *testing.T) {
	var made bom
	dec := json.NewDecoder(bytes.NewReader(r.read(t, r.name+".cdx.json")))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&made); err != nil {
		t.Fatal(err)
	}
	if made.Format != "CycloneDX" || made.Spec != "1.6" || made.Version != 1 ||
		!regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(made.Serial) {
		t.Errorf("it is %s %s, version %d, %s", made.Format, made.Spec, made.Version, made.Serial)
	}
	if c := made.Metadata.Component; c.Version != r.s.version || !slices.Contains(c.Properties, bomProperty{"limelight:build:vcs.revision", r.s.commit}) {
		t.Errorf("the program is %+v", c)
	}
	seen := map[string]bool{}
	for _, c := range made.Components {
		if seen[c.Ref] || len(c.Licenses) != 1 || !strings.HasPrefix(c.PURL, "pkg:golang/") || c.Version == "" {
			t.Errorf("component %+v", c)
		}
		seen[c.Ref] = true
		if c.Name != "std" && (len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 64) {
			t.Errorf("%s has the hashes %v", c.Name, c.Hashes)
		}
		if strings.HasPrefix(c.Name, "github.com/chromedp") {
			t.Errorf("%s is for tests and not in the program", c.Name)
		}
	}
	packages, err := listPackages(t.Context(), r.s.dir, r.target)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages.linked {
		if ref := "pkg:golang/" + p.module + "@" + p.version; !seen[ref] {
			t.Errorf("%s is linked and not in the SBOM", ref)
		}
	}
	if d := made.Dependencies; len(d) != 1 || len(d[0].DependsOn) != len(made.Components) {
		t.Errorf("dependencies: %v", d)
	}
}
