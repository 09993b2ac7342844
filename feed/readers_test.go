package feed

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// need is where a program is; without it the test is skipped, or fails when CI is
// set.
func need(t *testing.T, program string) string {
	t.Helper()
	found, err := exec.LookPath(program)
	if err != nil {
		missing(t, program)
	}
	return found
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what + " is missing, and CI is set; scripts/test-deps installs it")
	}
	t.Skip(what + " is missing; scripts/test-deps installs it")
}

// checker is the program in testdata/npm, ready to be run by node.
func checker(t *testing.T) (node, script string) {
	t.Helper()
	node = need(t, "node")
	if _, err := os.Stat(filepath.Join("testdata", "npm", "node_modules", "feedsmith")); err != nil {
		missing(t, "feedsmith")
	}
	return node, filepath.Join("testdata", "npm", "check.mjs")
}

// run is what a program prints.
func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, &stderr)
	}
	return string(out)
}

// files writes each body to a file of its name and returns where they are.
func files(t *testing.T, bodies map[string][]byte) (paths map[string]string, all []string) {
	t.Helper()
	dir := t.TempDir()
	paths = map[string]string{}
	for name, body := range bodies {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		paths[name], all = path, append(all, path)
	}
	slices.Sort(all)
	return paths, all
}

// faults are what must not be in a feed, made by changing a good one: a schema
// that takes one of them is no test.
var faults = map[string][][2]string{
	"RSS": {
		{`<guid [^<]*</guid>`, ""}, {`length="\d+"`, ""}, {`<dc:creator>.*</dc:creator>`, ""}, {`<pubDate>Mon,`, "<pubDate>"}, {`<comments>http`, "<comments>ftp"},
		{`<docs>`, "<atom:id>x</atom:id><docs>"}, {`<itunes:explicit>false`, "<itunes:explicit>no"}, {`isPermaLink="false"`, `isPermaLink="maybe"`},
	},
	"Atom": {
		{`<id>urn[^<]*</id>`, ""}, {` term="[^"]*"`, ""}, {`<name>.*</name>`, ""}, {`<updated>2`, "<updated>x"}, {`<published>[^<]*</published>`, ""},
		{`type="html"`, `type="markdown"`}, {` href="[^"]*"`, ""}, {`<content type="html">`, `<content type="html"><b/>`},
	},
	"JSON Feed": {
		{`"items":`, `"entries":`}, {`"banner_image"`, `"banner_"`}, {`"version":"[^"]*"`, `"version":"1.1"`}, {`"id":"urn:[^"]*",`, ""},
		{`"content_html":`, `"content":`}, {`"size_in_bytes":(\d+)`, `"size_in_bytes":"$1"`}, {`"date_published":"[^"]*"`, `"date_published":"Monday"`}, {`"icon":"http`, `"icon":"ftp`},
	},
}

// refused asks xmllint or ajv which of the files break a format's rules, and how.
func refused(t *testing.T, format string, all []string) string {
	t.Helper()
	switch format {
	case "JSON Feed":
		node, script := checker(t)
		return run(t, node, append([]string{script, "validate", "testdata/jsonfeed.schema.json"}, all...)...)
	default:
		schema := map[string]string{"RSS": "testdata/rss.rng", "Atom": "testdata/atom.rng"}[format]
		cmd := exec.Command(need(t, "xmllint"), append([]string{"--noout", "--nonet", "--relaxng", schema}, all...)...)
		out, err := cmd.CombinedOutput()
		if err != nil && len(out) == 0 {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(string(out)) {
			if !strings.HasSuffix(line, " validates\n") {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, "")
	}
}

// TestSchemas validates every kind of feed against what its specification says.
func TestSchemas(t *testing.T) {
	for _, format := range formats {
		t.Run(format.name, func(t *testing.T) {
			feeds := feedsOfAllKinds()
			feeds["hostile"] = hostile(strings.Join(hostileTexts(), " x "))
			bodies := map[string][]byte{}
			for name, f := range feeds {
				body, err := format.render(f)
				if err != nil {
					t.Fatal(err)
				}
				bodies[name] = body
			}
			_, all := files(t, bodies)
			if out := refused(t, format.name, all); out != "" {
				t.Errorf("%.5000s", out)
			}
			bad := map[string][]byte{}
			for i, fault := range faults[format.name] {
				name := "fault" + strconv.Itoa(i)
				bad[name] = regexp.MustCompile(fault[0]).ReplaceAll(bodies["full"], []byte(fault[1]))
				if bytes.Equal(bad[name], bodies["full"]) {
					t.Errorf("%q is not there", fault[0])
				}
			}
			paths, all := files(t, bad)
			out := refused(t, format.name, all)
			for i, fault := range faults[format.name] {
				if !strings.Contains(out, paths["fault"+strconv.Itoa(i)]) {
					t.Errorf("%q in place of %q is valid", fault[1], fault[0])
				}
			}
		})
	}
}

// understood is an item as a reader has it.
type understood struct{ ID, Title, Link, Content string }

const feedparserScript = `
import feedparser, json, sys
for file in sys.argv[1:]:
  f = feedparser.parse(open(file, "rb").read(), sanitize_html=False, resolve_relative_uris=False)
  if f.bozo: sys.exit("not well-formed: %r" % f.bozo_exception)
  print(json.dumps([dict(id=e.id, title=e.get("title", ""), link=e.link,
    content=(e.content[0].value if "content" in e else e.get("summary", ""))) for e in f.entries]))
`

// TestReadersUnderstand has programs that read feeds tell what is in one, and
// wants to hear all of it, letter by letter.
func TestReadersUnderstand(t *testing.T) {
	for _, reader := range []struct {
		name  string
		kinds int // of formats, from the first
		read  func(*testing.T, []string) string
	}{
		{"feedparser", 2, func(t *testing.T, all []string) string {
			python := need(t, "/usr/bin/python3")
			if exec.Command(python, "-c", "import feedparser").Run() != nil {
				missing(t, "python3-feedparser")
			}
			return run(t, python, append([]string{"-c", feedparserScript}, all...)...)
		}},
		{"feedsmith", 3, func(t *testing.T, all []string) string {
			node, script := checker(t)
			return run(t, node, append([]string{script, "entries"}, all...)...)
		}},
	} {
		for _, format := range formats[:reader.kinds] {
			t.Run(reader.name+" "+format.name, func(t *testing.T) {
				feeds, bodies := feedsOfAllKinds(), map[string][]byte{}
				for name, f := range feeds {
					body, err := format.render(f)
					if err != nil {
						t.Fatal(err)
					}
					bodies[name] = body
				}
				_, all := files(t, bodies)
				lines := strings.Split(strings.TrimSpace(reader.read(t, all)), "\n")
				if len(lines) != len(all) {
					t.Fatalf("%d lines for %d feeds", len(lines), len(all))
				}
				for i, file := range all {
					kind := filepath.Base(file)
					compare(t, kind, feeds[kind], lines[i], format.name == "Atom")
				}
			})
		}
	}
}

// compare wants what a reader printed of a feed to be the feed. Atom has a title
// where others have none.
func compare(t *testing.T, kind string, f Feed, printed string, named bool) {
	t.Helper()
	var got []understood
	if err := json.Unmarshal([]byte(printed), &got); err != nil {
		t.Fatalf("%s: %v: %.1000s", kind, err, printed)
	}
	items := f.items()
	if len(got) != len(items) {
		t.Fatalf("%s: %d items of %d", kind, len(got), len(items))
	}
	for i, it := range items {
		want := understood{it.id, it.title, it.url, it.content}
		if named {
			want.Title = it.name
		}
		if f.Short {
			want.Content = got[i].Content // a summary is not letter by letter the same everywhere
		}
		if got[i].tidy() != want.tidy() {
			t.Errorf("%s: item %d is\n%.2000s\nnot\n%.2000s", kind, i, got[i], want)
		}
	}
}

// tidy is the item without what readers may drop: blanks around a text.
func (u understood) tidy() understood {
	return understood{u.ID, strings.TrimSpace(u.Title), u.Link, strings.TrimSpace(u.Content)}
}
