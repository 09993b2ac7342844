package bring

import (
	"cmp"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"limelight/blog"
)

// hugo is a site of Hugo.
type hugo struct {
	files      fs.FS
	opts       Options
	base       *url.URL
	permalinks map[string]string // by section
	source     *Source
	byFile     map[string]*Post // what a ref names, without its ending
	cascades   []cascade
}

// IsHugo tells whether there is a site of Hugo in the folder.
func IsHugo(files fs.FS) bool {
	content, err := fs.Stat(files, "content")
	if err != nil || !content.IsDir() {
		return false
	}
	for _, name := range hugoConfigs {
		if _, err := fs.Stat(files, name); err == nil {
			return true
		}
	}
	return false
}

var hugoConfigs = []string{"hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config.yml", "config.json",
	"config/_default/hugo.toml", "config/_default/config.toml", "config/_default/hugo.yaml", "config/_default/config.yaml"}

// Hugo reads a site of Hugo: the posts below content. Pages that belong to no
// section, or that bear no date, are left.
func Hugo(files fs.FS, o Options) (*Source, error) {
	config, err := configuration(files, hugoConfigs...)
	if err != nil {
		return nil, err
	}
	h := &hugo{files: files, opts: o, permalinks: map[string]string{}, byFile: map[string]*Post{},
		source: &Source{Name: "hugo", Kind: "a Hugo site", Files: files}}
	if h.base = siteBase(config.text("baseurl")); h.base != nil {
		h.source.Name += " " + h.base.String()
	}
	for _, at := range []string{"permalinks", "permalinks.page"} {
		if m, ok := config.at(at).(matter); ok {
			for section := range m {
				if pattern := m.text(section); pattern != "" {
					h.permalinks[section] = pattern
				}
			}
		}
	}
	names, err := documents(files, "content")
	if err != nil {
		return nil, err
	}
	h.cascading("content", "", config)
	isList := func(name string) bool { return strings.HasPrefix(path.Base(name), "_index.") }
	for _, name := range names {
		if isList(name) {
			h.index(name)
		}
	}
	for _, name := range names {
		if isList(name) {
			continue
		}
		p := h.post(name)
		h.source.Posts = append(h.source.Posts, p)
		if p.Base != nil { // a broken one is nowhere that a ref could lead to
			h.byFile[strings.TrimSuffix(name, path.Ext(name))] = p
		}
	}
	for _, p := range h.source.Posts {
		if p.Left == "" {
			p.Text = h.shortcodes(p, p.Text)
		}
	}
	return h.source, nil
}

// siteBase is the address of a site; nil when it is none.
func siteBase(address string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	u.Path = strings.TrimSuffix(u.Path, "/") + "/"
	return u
}

var languageEnding = regexp.MustCompile(`^(.+)\.([a-z]{2}(?:-[a-z]{2})?)$`)

// inLanguage parts a name such as hello.de.
func inLanguage(stem string) (bare, language string) {
	if found := languageEnding.FindStringSubmatch(stem); found != nil {
		return found[1], found[2]
	}
	return stem, ""
}

func (h *hugo) post(name string) *Post {
	p := &Post{ID: strings.TrimPrefix(name, "content/"), Name: name, Dir: path.Dir(name), Roots: []string{"static", "assets", "content"}}
	data, err := ReadFile(h.files, name, MaxText)
	if err != nil {
		p.Left = err.Error()
		return p
	}
	m, text, err := splitMatter(data)
	if err != nil {
		p.Left = err.Error()
		return p
	}
	stem, language := inLanguage(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	if m == nil { // of a front matter with one word in it
		m = matter{}
	}
	h.inherit(name, language, m)
	p.common(m, h.opts)
	p.Meta.Tags = m.list(byComma, "tags", "taxonomies.tags", "categories", "taxonomies.categories")
	p.Meta.Draft = m.truth("draft")
	p.Meta.Language = cmp.Or(p.Meta.Language, language)
	bundle := stem == "index"
	if bundle {
		stem = path.Base(path.Dir(name))
	}
	date, bare := dated(stem)
	if p.Meta.Date == "" && date != "" {
		p.Meta.Date = date
	}
	p.Meta.Slug = cmp.Or(blog.MakeSlug(m.text("slug")), blog.MakeSlug(bare), blog.MakeSlug(p.Meta.Title))
	p.Text = text
	if ending := strings.ToLower(path.Ext(name)); ending == ".html" || ending == ".htm" {
		p.Text = Markdown(text, p.Note)
	}
	section := h.section(p.ID, bundle)
	h.place(p, m, section, stem)
	p.Left = h.left(p, m, section)
	h.notYet(p, m)
	return p
}

// section is the first folder below content, or empty for a page of the site.
func (h *hugo) section(id string, bundle bool) string {
	dir := path.Dir(id)
	if bundle {
		dir = path.Dir(dir)
	}
	if dir == "." {
		return ""
	}
	first, _, _ := strings.Cut(dir, "/")
	return first
}
