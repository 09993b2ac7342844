package vocab

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// FuzzActivity holds two things about whatever comes into the inbox: nothing
// panics, and what is accepted says the same to us and to encoding/json.
func FuzzActivity(f *testing.F) {
	files, err := filepath.Glob("testdata/fixtures/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, seed := range []string{`{"type":["Create",1],"object":[{"id":"x"},"y",{}],"actor":{"id":"a"}}`, `{"a":"\\","b":"\"","type":"x"}`,
		`{"@context":{"@vocab":"x"},"to":"as:Public","url":[{"href":1}]}`, `{"ACTOR":"b","actor":"a"}`, `{"published":"2026-11-23T10:15:00Z"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := DecodeActivity(data)
		if err != nil {
			return
		}
		if _, err := DecodeActor(data); err != nil {
			t.Errorf("an activity is no actor: %v", err)
		}
		o, err := DecodeObject(data)
		if err != nil {
			t.Errorf("an activity is no object: %v", err)
		}
		// A map takes names as they are; a struct folds them. With no name twice
		// both read what we read.
		var exact map[string]any
		if err := json.Unmarshal(data, &exact); err != nil {
			t.Fatalf("encoding/json refuses what Check accepts: %v", err)
		}
		var folded struct {
			ID    any
			Actor any
		}
		if err := json.NewDecoder(bytes.NewReader(data)).Decode(&folded); err != nil {
			t.Fatalf("encoding/json refuses what Check accepts: %v", err)
		}
		for _, c := range []struct {
			name    string
			ours    string
			folding any
		}{{"id", a.ID, folded.ID}, {"id", o.ID, folded.ID}, {"actor", a.Actor, folded.Actor}} {
			theirs, isText := exact[c.name].(string)
			if isText && len(theirs) <= maxIRI && (c.ours != theirs || c.folding != theirs) {
				t.Errorf("%s: ours %q, by exact names %q, by folded names %q", c.name, c.ours, theirs, c.folding)
			}
			if c.ours != "" && exact[c.name] == nil {
				t.Errorf("%s: we read %q where there is none", c.name, c.ours)
			}
		}
	})
}
