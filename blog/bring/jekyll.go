package bring

import (
	"cmp"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"limelight/blog"
)

type jekyll struct {
	files     fs.FS
	opts      Options
	base      *url.URL
	root      string // the path of the site: baseurl
	permalink string
	source    *Source
	byName    map[string]*Post // by 2020-01-02-name
}

// IsJekyll tells whether there is a site of Jekyll in the folder.
func IsJekyll(files fs.FS) bool {
	info, err := fs.Stat(files, "_posts")
	return err == nil && info.IsDir()
}

// Jekyll reads a site of Jekyll: what is in _posts, at the top or in folders.
// Drafts and pages are left.
func Jekyll(files fs.FS, o Options) (*Source, error) {
	config, err := configuration(files, "_config.yml", "_config.yaml", "_config.toml")
	if err != nil {
		return nil, err
	}
	j := &jekyll{files: files, opts: o, byName: map[string]*Post{}, source: &Source{Name: "jekyll", Kind: "a Jekyll site", Files: files}}
	j.root = strings.TrimSuffix(config.text("baseurl"), "/")
	if j.base = siteBase(config.text("url")); j.base != nil {
		j.source.Name += " " + j.base.String() + strings.Trim(j.root, "/")
	}
	j.permalink = cmp.Or(config.text("permalink"), "date")
	names, err := documents(files, ".")
	if err != nil {
		return nil, err
	}
	drafts := 0
	for _, name := range names {
		switch parts := strings.Split(name, "/"); {
		case contains(parts, "_posts"):
			p := j.post(name)
			j.source.Posts = append(j.source.Posts, p)
			j.byName[strings.TrimSuffix(path.Base(name), path.Ext(name))] = p
		case contains(parts, "_drafts"):
			drafts++
		}
	}
	if drafts > 0 {
		j.source.Notes = append(j.source.Notes, fmt.Sprintf("stayed there: files in _drafts: %d", drafts))
	}
	for _, p := range j.source.Posts {
		if p.Left == "" {
			p.Text = j.liquid(p, p.Text)
			if ending := strings.ToLower(path.Ext(p.Name)); ending == ".html" || ending == ".htm" {
				p.Text = Markdown(p.Text, p.Note)
			}
		}
	}
	return j.source, nil
}

func contains(parts []string, name string) bool {
	for _, part := range parts {
		if part == name {
			return true
		}
	}
	return false
}

func (j *jekyll) post(name string) *Post {
	p := &Post{ID: name, Name: name, Dir: path.Dir(name), Roots: []string{"."}}
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name))
	date, bare := dated(stem)
	data, err := ReadFile(j.files, name, MaxText)
	if err == nil && date == "" {
		err = fmt.Errorf("its name does not begin with a date, as 2020-01-02-name.md does")
	}
	var m matter
	if err == nil {
		m, p.Text, err = splitMatter(data)
	}
	if err != nil {
		p.Left = err.Error()
		return p
	}
	p.common(m, j.opts)
	p.Meta.Date = cmp.Or(p.Meta.Date, j.day(date))
	p.Meta.Slug = cmp.Or(blog.MakeSlug(m.text("slug")), blog.MakeSlug(bare))
	if p.Meta.Title == "" {
		p.Meta.Title = titled(bare)
	}
	folder, _, _ := strings.Cut(name, "_posts")
	categories := append(strings.Fields(strings.ReplaceAll(folder, "/", " ")), m.list(one, "category")...)
	categories = append(categories, m.list(byBlank, "categories")...)
	p.Meta.Tags = append(m.list(byBlank, "tags", "tag"), categories...)
	switch {
	case m.falsehood("published"):
		p.Left = "it says that it is not published"
	case m.truth("draft"):
		p.Meta.Draft = true
	}
	j.place(p, m, bare, categories)
	p.NotYet()
	return p
}

// day is the date of a file's name in the zone of the site.
func (j *jekyll) day(date string) string {
	t, _ := ParseTime(date, nil)
	t, _ = ParseTime(t.Format(time.DateOnly), j.opts.Timezone)
	return blog.MetaTime(t)
}

// titled is a name as Jekyll makes a title of it.
func titled(name string) string {
	words := strings.Fields(strings.ReplaceAll(name, "-", " "))
	for i, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		words[i] = string(unicode.ToUpper(first)) + word[size:]
	}
	return strings.Join(words, " ")
}

var jekyllStyles = map[string]string{
	"date":     "/:categories/:year/:month/:day/:title.html",
	"pretty":   "/:categories/:year/:month/:day/:title/",
	"ordinal":  "/:categories/:year/:y_day/:title.html",
	"weekdate": "/:categories/:year/W:week/:short_day/:title.html",
	"none":     "/:categories/:title.html",
}

var jekyllToken = regexp.MustCompile(`:([a-z_]+)`)

func (j *jekyll) place(p *Post, m matter, bare string, categories []string) {
	t, _ := ParseTime(p.Meta.Date, nil)
	if j.opts.Timezone != nil {
		t = t.In(j.opts.Timezone)
	}
	pattern := cmp.Or(m.text("permalink"), j.permalink)
	if style := jekyllStyles[pattern]; style != "" {
		pattern = style
	}
	_, week := t.ISOWeek()
	for i, c := range categories {
		categories[i] = urlized(c)
	}
	known := map[string]string{
		"year": t.Format("2006"), "short_year": t.Format("06"), "month": t.Format("01"), "i_month": t.Format("1"), "day": t.Format("02"), "i_day": t.Format("2"),
		"y_day": fmt.Sprintf("%03d", t.YearDay()), "week": fmt.Sprintf("%02d", week), "short_day": t.Format("Mon"), "hour": t.Format("15"), "minute": t.Format("04"), "second": t.Format("05"),
		"title": cmp.Or(m.text("slug"), bare), "slug": cmp.Or(m.text("slug"), blog.MakeSlug(bare)), "categories": strings.Join(categories, "/"), "output_ext": ".html",
	}
	at := jekyllToken.ReplaceAllStringFunc(pattern, func(name string) string {
		value, ok := known[name[1:]]
		if !ok {
			p.Note("its old address may be another: the permalink %q has parts that are not understood", clip(pattern, 100))
		}
		return value
	})
	slash := strings.HasSuffix(at, "/")
	p.Site, at = j.root, path.Join("/", j.root, at)
	p.Base = &url.URL{Path: at}
	if slash {
		p.Base.Path += "/"
	}
	if j.base != nil {
		p.Base.Scheme, p.Base.Host = j.base.Scheme, j.base.Host
	}
	p.At(p.Base.EscapedPath())
	p.At(strings.TrimSuffix(p.Base.EscapedPath(), ".html")) // as GitHub Pages shows it too
	for _, from := range m.list(one, "redirect_from") {
		p.At((&url.URL{Path: path.Join("/", j.root, from)}).EscapedPath())
	}
}
