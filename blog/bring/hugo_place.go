package bring

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

	"limelight/blog"
)

// place finds out where the post was: its url, else by the pattern of its section,
// else /section/name/.
func (h *hugo) place(p *Post, m matter, section, stem string) {
	root := "/"
	if h.base != nil {
		root = h.base.Path
	}
	p.Site = root
	at := m.text("url")
	if at == "" {
		at = h.expand(p, h.permalinks[strings.ToLower(section)], section, stem, m.text("slug"))
	}
	if at == "" {
		folder := path.Dir(p.ID)
		if path.Base(folder) == stem && strings.HasPrefix(path.Base(p.ID), "index.") {
			folder = path.Dir(folder)
		}
		at = "/" + strings.ToLower(path.Join(folder, cmp.Or(m.text("slug"), urlized(stem)))) + "/"
	}
	p.Base = &url.URL{Path: path.Join(root, at)}
	if strings.HasSuffix(at, "/") {
		p.Base.Path += "/"
	}
	if h.base != nil {
		p.Base.Scheme, p.Base.Host = h.base.Scheme, h.base.Host
	}
	p.At(p.Base.EscapedPath())
	for _, alias := range m.list(one, "aliases", "alias") {
		if !strings.HasPrefix(alias, "/") {
			p.At(p.Base.ResolveReference(&url.URL{Path: path.Join("..", alias)}).EscapedPath())
			continue
		}
		p.At((&url.URL{Path: path.Join(root, alias)}).EscapedPath())
	}
}

// urlized is a name as Hugo has it in an address.
func urlized(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), "-")
}

var token = regexp.MustCompile(`:([a-z]+)`)

// expand fills in the pattern of a permalink; empty when it has something that is
// not known here.
func (h *hugo) expand(p *Post, pattern, section, stem, slug string) string {
	if pattern == "" {
		return ""
	}
	t, _ := ParseTime(p.Meta.Date, nil)
	if h.opts.Timezone != nil {
		t = t.In(h.opts.Timezone)
	}
	_, bare := dated(stem)
	title := urlized(strings.Map(keepURL, p.Meta.Title))
	known := map[string]string{
		"year": t.Format("2006"), "month": t.Format("01"), "day": t.Format("02"), "monthname": strings.ToLower(t.Format("January")), "weekdayname": strings.ToLower(t.Format("Monday")),
		"yearday": fmt.Sprint(t.YearDay()), "title": title, "slug": cmp.Or(slug, title), "filename": urlized(stem), "contentbasename": urlized(stem),
		"slugorfilename": cmp.Or(slug, urlized(stem)), "slugorcontentbasename": cmp.Or(slug, urlized(bare)), "section": section,
		"sections": strings.ToLower(path.Dir(p.ID)),
	}
	ok := true
	out := token.ReplaceAllStringFunc(pattern, func(name string) string {
		value, found := known[name[1:]]
		ok = ok && found
		return value
	})
	if !ok {
		p.Note("its old address is not known: the permalink %q has parts that are not understood", clip(pattern, 100))
		return ""
	}
	return out
}

func keepURL(r rune) rune {
	if strings.ContainsRune(`!"#$%&'()*+,/:;<=>?@[\]^{|}~.`, r) || r == '`' {
		return -1
	}
	return r
}

var datedName = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[-_ ](.+)$`)

// dated parts a name such as 2020-01-02-hello.
func dated(stem string) (date, bare string) {
	if found := datedName.FindStringSubmatch(stem); found != nil {
		if t, ok := ParseTime(found[1], nil); ok {
			return blog.MetaTime(t), found[2]
		}
	}
	return "", stem
}
