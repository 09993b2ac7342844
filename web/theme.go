package web

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"limelight/blog"
)

// extraStyles is a theme's file that is read after the built-in styles, for
// those who want to change a few things only.
const extraStyles = "extra.css"

// themeName is what a theme's files may be called, so that their addresses need
// no escaping.
const themeName = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// theme is the program's own templates and static files under those of the
// author. A folder without subfolders: NAME.html replaces the template of that
// name, anything else the static file, or is one more.
type theme struct {
	own    fs.FS // nil when there is none
	accent *blog.Color
}

// template is the text of a template.
func (t theme) template(name string) ([]byte, error) {
	return t.read(name, templateFiles, "templates/"+name)
}

func (t theme) read(name string, built fs.FS, builtName string) ([]byte, error) {
	if t.own != nil {
		data, err := fs.ReadFile(t.own, name)
		if !errors.Is(err, fs.ErrNotExist) {
			return data, err
		}
	}
	return fs.ReadFile(built, builtName)
}

// static are the names of all static files.
func (t theme) static() ([]string, error) {
	names, err := t.names()
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return path.Ext(name) == ".html" || name == extraStyles })
	built, err := fs.ReadDir(staticFiles, "static")
	for _, e := range built {
		if !slices.Contains(names, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// staticFile is the content of a static file.
func (t theme) staticFile(name string) ([]byte, error) {
	data, err := t.read(name, staticFiles, "static/"+name)
	if err != nil || name != "site.css" && name != "feed.css" {
		return data, err
	}
	if t.accent != nil {
		data = append(slices.Clip(data), accentStyles(*t.accent)...)
	}
	if t.own == nil || name == "feed.css" {
		return data, nil
	}
	extra, err := fs.ReadFile(t.own, extraStyles)
	if errors.Is(err, fs.ErrNotExist) {
		return data, nil
	}
	return append(append(slices.Clip(data), '\n'), extra...), err
}

// names are the theme's own files. A template that replaces none is a mistake
// that nobody would see.
func (t theme) names() ([]string, error) {
	if t.own == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(t.own, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		switch _, err := fs.Stat(templateFiles, "templates/"+name); {
		case strings.Trim(name, themeName) != "":
			return nil, fmt.Errorf("%q: a file's name may have letters, digits, - _ and . only", name)
		case path.Ext(name) == ".html" && err != nil:
			return nil, fmt.Errorf("%s: there is no template of that name to replace", name)
		case path.Ext(name) != ".html" && assetTypes[path.Ext(name)] == "":
			return nil, fmt.Errorf("%s: what type is that?", name)
		}
		names = append(names, name)
	}
	return names, nil
}

// tryTemplates renders the pages that are otherwise first rendered for a reader,
// so that a mistake in a theme's template stops the start and not them.
func (s *Site) tryTemplates() error {
	e := entry{Title: "Title", Name: "Title", Path: "/posts/title", Teaser: "Teaser", HTML: "<p>Text</p>", Updated: &date{}, Tags: []tagLink{{"tag", "/tags/tag"}}, Likes: 1, Talk: true}
	who := person{Name: "Name", Letter: "N", Tone: 1}
	talk := &commentView{ID: 1, Depth: 1, Name: "Name", HTML: "<p>Text</p>", Edited: &date{}, To: &answered{1, "Name"}, Answers: []*commentView{{ID: 2, Depth: 2, Erased: true}}}
	for name, fill := range map[string]func(*document){
		listTemplate: func(d *document) { d.List = &list{Front: true, Entries: []entry{e}, Older: "/page/2"} },
		postTemplate: func(d *document) {
			d.Post = &postPage{entry: e, Post: &blog.Post{}, Thread: []*commentView{talk}, Replies: "open", Older: &neighbour{"Older", "/posts/older"},
				Crowds: []crowd{{"u-like", "1 like", []person{who}, 1}}, Cited: []cited{{person: who}}}
		},
		archiveTemplate: func(d *document) {
			d.Archive = []year{{2026, []archived{{"Title", "/posts/title", "2026-01-02", "2 Jan"}}}}
		},
		blogrollTemplate: func(d *document) {
			d.Roll = []rollGroup{{"Group", []blog.Recommendation{{Title: "Title", Feed: "https://example.com/feed", URL: "https://example.com/", Description: "Text"}}}}
		},
		searchTemplate: func(d *document) { d.Search = &results{Query: "word", Found: []result{{entry: e}}} },
		dialogTemplate: func(d *document) { d.Dialog = &dialog{Post: "title", Path: "/posts/title", Fault: "handle"} },
	} {
		d := s.document("")
		d.Dialog = &dialog{}
		fill(d)
		if _, err := s.pages.render(name, d); err != nil {
			return err
		}
	}
	return nil
}
