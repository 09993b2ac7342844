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
	listTemplate     = "list"
	postTemplate     = "post"
	dialogTemplate   = "dialog"
	archiveTemplate  = "archive"
	searchTemplate   = "search"
	aboutTemplate    = "about"
	blogrollTemplate = "blogroll"
	commentsTemplate = "comments"
	problemTemplate  = "problem"
)

func parseTemplates(look theme) (templates, error) {
	frame := template.New("frame.html").Funcs(template.FuncMap{
		"count":  count,
		"isHTTP": isHTTP,
		"locale": locale,
	})
	if err := parseInto(frame, look, "frame.html", "visitor.html", "seek.html"); err != nil {
		return nil, err
	}
	all := templates{}
	for name, files := range map[string][]string{
		listTemplate:     {"list.html", "enclosure.html"},
		postTemplate:     {"post.html", "enclosure.html", "people.html", "comment.html", "reply.html"},
		dialogTemplate:   {"interact.html"},
		archiveTemplate:  {"archive.html"},
		searchTemplate:   {"search.html"},
		aboutTemplate:    {"about.html"},
		blogrollTemplate: {"blogroll.html"},
		commentsTemplate: {"comments.html"},
		problemTemplate:  {"problem.html"},
	} {
		t, err := frame.Clone()
		if err != nil {
			return nil, err
		}
		if err := parseInto(t, look, files...); err != nil {
			return nil, err
		}
		all[name] = t
	}
	return all, nil
}

// parseInto adds files to t, of which the one with its name is itself.
func parseInto(t *template.Template, look theme, files ...string) error {
	for _, file := range files {
		text, err := look.template(file)
		if err != nil {
			return err
		}
		part := t
		if file != t.Name() {
			part = t.New(file)
		}
		if _, err := part.Parse(string(text)); err != nil {
			return err
		}
	}
	return nil
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
