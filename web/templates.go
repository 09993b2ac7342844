package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages, each with its frame.
type templates map[string]*template.Template

const (
	listTemplate    = "list"
	postTemplate    = "post"
	problemTemplate = "problem"
)

func parseTemplates() (templates, error) {
	frame, err := template.New("frame.html").Funcs(template.FuncMap{
		"count":  count,
		"isHTTP": isHTTP,
		"locale": locale,
	}).ParseFS(templateFiles, "templates/frame.html")
	if err != nil {
		return nil, err
	}
	all := templates{}
	for name, files := range map[string][]string{
		listTemplate:    {"list.html", "enclosure.html"},
		postTemplate:    {"post.html", "enclosure.html", "comment.html", "reply.html"},
		problemTemplate: {"problem.html"},
	} {
		t, err := frame.Clone()
		if err != nil {
			return nil, err
		}
		for i, file := range files {
			files[i] = "templates/" + file
		}
		if all[name], err = t.ParseFS(templateFiles, files...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// render makes a page's HTML.
func (t templates) render(name string, d *document) ([]byte, error) {
	var b bytes.Buffer
	if err := t[name].Execute(&b, d); err != nil {
		return nil, fmt.Errorf("render the page: %w", err)
	}
	return b.Bytes(), nil
}

// count is "1 like" or "3 likes".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// isHTTP tells whether a profile's value is an address to link to.
func isHTTP(value string) bool {
	return !strings.ContainsAny(value, " \t\n") && (strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://"))
}
