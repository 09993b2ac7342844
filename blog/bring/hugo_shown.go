package bring

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// shownKeys say whether Hugo shows a page. Those of a line are names of one thing.
var shownKeys = [][]string{
	{"draft"},
	{"build", "_build"},
	{"headless"},
	{"publishdate", "pubdate", "published"},
	{"expirydate", "unpublishdate"},
}

// cascade is what a list's own page, or the site, says for the pages below.
type cascade struct {
	folder   string // what is in here
	language string // of its file's name; empty for all
	paths    *regexp.Regexp
	values   matter
}

// cascading takes what is said there: one table, or a list of tables. What a target
// says beyond this is not heeded: rather a draft too many than one shown.
func (h *hugo) cascading(folder, language string, m matter) {
	list, ok := m["cascade"].([]any)
	if !ok {
		list = []any{m["cascade"]}
	}
	for _, item := range list {
		values, _ := item.(matter)
		target, ok := values["target"].(matter)
		if !ok {
			target, _ = values["_target"].(matter)
		}
		if values != nil && glob(target.text("kind")).MatchString("page") && glob(target.text("environment")).MatchString("production") {
			h.cascades = append(h.cascades, cascade{folder, language, glob(target.text("path")), values})
		}
	}
}

// index reads the page of a list.
func (h *hugo) index(name string) {
	data, err := ReadFile(h.files, name, MaxText)
	var m matter
	if err == nil {
		m, _, err = splitMatter(data)
	}
	if err != nil {
		h.source.Notes = append(h.source.Notes, name+": what it says for the pages below was not understood: "+clip(err.Error(), 200))
		return
	}
	_, language := inLanguage(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	h.cascading(path.Dir(name), language, m)
}

// inherit gives a page what it does not say itself about being shown: what the
// nearest folder above says.
func (h *hugo) inherit(name, language string, m matter) {
	at, _ := inLanguage(strings.ToLower(strings.TrimPrefix(strings.TrimSuffix(name, path.Ext(name)), "content")))
	at = strings.ReplaceAll(strings.TrimSuffix(at, "/index"), " ", "-")
	near := []cascade{}
	for _, c := range h.cascades {
		if strings.HasPrefix(name, c.folder+"/") && (c.language == "" || c.language == language) && c.paths.MatchString(at) {
			near = append(near, c)
		}
	}
	slices.SortStableFunc(near, func(a, b cascade) int { return len(b.folder) - len(a.folder) })
	for _, keys := range shownKeys {
		said := func(m matter) bool {
			return slices.ContainsFunc(keys, func(key string) bool { return m[key] != nil })
		}
		for _, c := range near {
			if said(m) {
				break
			}
			for _, key := range keys {
				if value := c.values[key]; value != nil {
					m[key] = value
				}
			}
		}
	}
}

var globWords = strings.NewReplacer(`\*\*`, `.*`, `\*`, `[^/]*`, `\?`, `[^/]`, `\{`, `(?:`, `\}`, `)`, `,`, `|`)

// glob is a pattern of Hugo's for names; an empty one, and one that is none, has all.
func glob(pattern string) *regexp.Regexp {
	if g, err := regexp.Compile(`^(?:` + globWords.Replace(regexp.QuoteMeta(strings.ToLower(pattern))) + `)$`); err == nil && pattern != "" {
		return g
	}
	return regexp.MustCompile("")
}

// left tells why a post does not come; empty when it does.
func (h *hugo) left(p *Post, m matter, section string) string {
	if t, ok := ParseTime(m.text("expirydate", "unpublishdate"), h.opts.Timezone); ok && t.Before(time.Now()) {
		return "it has expired (expiryDate)"
	}
	renders := []string{"_build.render", "build.render"}
	switch {
	case m.truth("headless"), m.falsehood(renders...), slices.Contains([]string{"never", "link"}, strings.ToLower(m.text(renders...))):
		return "Hugo shows no page of it"
	case p.Meta.Date != "" || p.Meta.Draft:
		return ""
	case section == "":
		return "it is a page of the site and no post: it has no section and no date"
	}
	return "it has no date"
}

// notYet makes a draft of what Hugo would show later than its date says.
func (h *hugo) notYet(p *Post, m matter) {
	text := m.text("publishdate", "pubdate", "published")
	if t, ok := ParseTime(text, h.opts.Timezone); text != "" && !p.Meta.Draft && (!ok || t.After(time.Now())) {
		p.Meta.Draft = true
		p.Note("its publishDate %s is still to come, or was not understood, so it is a draft", clip(text, 60))
	}
	p.NotYet()
}
