package main

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arrows are the rooms that each room may import, and no others.
var arrows = map[string][]string{
	"cmd":        {"web", "federation", "storage", "feed", "blog"},
	"web":        {"feed", "storage", "blog"},
	"federation": {"feed", "storage", "blog", "federation"},
	"storage":    {"blog", "storage"},
	"feed":       {"blog"},
	"blog":       {"blog"},
}

// homes say in which room alone an outside dependency may be imported.
var homes = map[string]string{
	"github.com/gorilla/feeds":               "feed",
	"github.com/go-fed/httpsig":              "federation",
	"github.com/dunglas/httpsfv":             "federation",
	"code.dny.dev/ssrf":                      "federation",
	"modernc.org/sqlite":                     "storage",
	"github.com/jackc/pgx/v5":                "storage",
	"github.com/pressly/goose/v3":            "storage",
	"github.com/minio/minio-go/v7":           "storage",
	"github.com/johannesboyne/gofakes3":      "storage",
	"database/sql":                           "storage",
	"github.com/yuin/goldmark":               "blog",
	"github.com/microcosm-cc/bluemonday":     "blog",
	"golang.org/x/image":                     "blog",
	"html/template":                          "web",
	"github.com/andybalholm/brotli":          "web",
	"flag":                                   "cmd",
	"github.com/rogpeppe/go-internal":        "cmd",
	"encoding/xml":                           "feed",
	"gopkg.in/yaml.v3":                       "blog",
	"github.com/chromedp":                    "web",
	"golang.org/x/crypto":                    "cmd",
	"golang.org/x/term":                      "cmd",
	"github.com/schollz/progressbar/v3":      "cmd",
	"github.com/fsnotify/fsnotify":           "cmd",
	"github.com/prometheus":                  "cmd",
	"github.com/letsencrypt/pebble/v2":       "cmd",
	"github.com/goreleaser/nfpm/v2":          "cmd",
	"github.com/google/go-containerregistry": "cmd",
}

// general are the dependencies that any room may import.
var general = []string{
	"github.com/BurntSushi/toml", "github.com/google/go-cmp", "github.com/google/uuid", "github.com/maypok86/otter/v2",
	"golang.org/x/net", "golang.org/x/sync", "golang.org/x/text",
}

const (
	maxFileLines     = 500
	maxFunctionLines = 80
)

// source is one Go file of the project.
type source struct {
	path string // from the project's root, with slashes
	room string
	test bool
	file *ast.File
}

func projectSources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	fset := token.NewFileSet()
	var all []source
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, filepath.Join("../..", path), nil, parser.ParseComments)
		if err != nil {
			return err
		}
		room, _, _ := strings.Cut(path, "/")
		all = append(all, source{path, room, strings.HasSuffix(path, "_test.go"), f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fset, all
}

func TestArrows(t *testing.T) {
	_, sources := projectSources(t)
	for _, s := range sources {
		allowed, known := arrows[s.room]
		if !known {
			t.Errorf("%s: %s is not a room of the house (CONTRIBUTING.md)", s.path, s.room)
			continue
		}
		for _, spec := range s.file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if room, ok := strings.CutPrefix(path, "limelight/"); ok {
				room, _, _ = strings.Cut(room, "/")
				if !slices.Contains(allowed, room) && !(s.test && (room == s.room || testHelper(path))) {
					t.Errorf("%s imports %s: %s may import %v only", s.path, path, s.room, allowed)
				}
			}
			for dependency, home := range homes {
				if within(path, dependency) && home != s.room && !s.test && !apart(filepath.Dir(s.path)) {
					t.Errorf("%s imports %s, whose one room is %s", s.path, path, home)
				}
			}
		}
	}
}

// TestHomes has every dependency placed, or TestArrows would look at none that came
// since, and go on about those that went.
func TestHomes(t *testing.T) {
	_, sources := projectSources(t)
	used := map[string]bool{}
	for _, s := range sources {
		for _, spec := range s.file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			host, _, _ := strings.Cut(path, "/")
			placed := !strings.Contains(host, ".") || slices.ContainsFunc(general, func(d string) bool { return within(path, d) })
			for dependency := range homes {
				if within(path, dependency) {
					used[dependency], placed = true, true
				}
			}
			if !placed {
				t.Errorf("%s imports %s, which has no room: name it in homes, or in general", s.path, path)
			}
		}
	}
	for dependency := range homes {
		if !used[dependency] {
			t.Errorf("nothing imports %s: take it out of homes", dependency)
		}
	}
}

// within tells whether an import is of the dependency, or of a package in it.
func within(path, dependency string) bool {
	return path == dependency || strings.HasPrefix(path, dependency+"/")
}

// apart tells whether a folder holds what is no part of the program: helpers of
// tests, and the benchmarks, whose bare loops do with the same libraries what
// the rooms do.
func apart(dir string) bool { return testHelper("limelight/"+dir) || dir == "cmd/bench" }

// testHelper tells whether a package exists for tests.
func testHelper(path string) bool { return strings.HasSuffix(path, "test") }

func TestSizes(t *testing.T) {
	fset, sources := projectSources(t)
	for _, s := range sources {
		if lines := fset.File(s.file.Pos()).LineCount(); lines > maxFileLines {
			t.Errorf("%s has %d lines; split it by its nouns (at most %d)", s.path, lines, maxFileLines)
		}
		for _, decl := range s.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || s.test {
				continue
			}
			if lines := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; lines > maxFunctionLines {
				t.Errorf("%s: %s has %d lines (at most %d)", s.path, fn.Name.Name, lines, maxFunctionLines)
			}
		}
	}
}

func TestDocs(t *testing.T) {
	_, sources := projectSources(t)
	packageDoc := map[string]bool{}
	for _, s := range sources {
		dir := filepath.Dir(s.path)
		packageDoc[dir] = packageDoc[dir] || (!s.test && new(doc.Package).Synopsis(s.file.Doc.Text()) != "")
		if s.test || s.file.Name.Name == "main" {
			continue
		}
		for _, decl := range s.file.Decls {
			for _, name := range undocumented(decl) {
				t.Errorf("%s: %s is exported and has no comment", s.path, name)
			}
		}
	}
	for dir, ok := range packageDoc {
		if !ok {
			t.Errorf("package %s has no comment telling what lives there", dir)
		}
	}
}

// undocumented are the exported names of a declaration without a comment. A
// group's comment covers its members.
func undocumented(decl ast.Decl) []string {
	var names []string
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				if s.Names[0].IsExported() && s.Doc == nil && d.Doc == nil && s.Comment == nil && !d.Lparen.IsValid() {
					names = append(names, s.Names[0].Name)
				}
			}
		}
	}
	return names
}

// exportedReceiver is false for methods of unexported types, which godoc hides.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}
