package bring

import (
	"cmp"
	"html"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	highlighted = regexp.MustCompile(`(?s)\{\{[<%]\s*highlight\s+([^>%\s]+)[^>%]*[>%]\}\}\n?(.*?)\{\{[<%]\s*/\s*highlight\s*[>%]\}\}`)
	shortcode   = regexp.MustCompile(`(?s)\{\{[<%]\s*(/?)\s*([A-Za-z0-9_][A-Za-z0-9_/.-]*)((?:"(?:[^"\\]|\\.)*"|` + "`[^`]*`" + `|[^"` + "`" + `])*?)\s*/?[>%]\}\}`)
	written     = regexp.MustCompile(`\{\{([<%])/\*(.*?)\*/([>%])\}\}`)
	argument    = regexp.MustCompile(`(?:([A-Za-z0-9_-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|` + "`([^`]*)`" + `|([^\s"` + "`" + `=]+))`)
)

// shortcodes puts Markdown in the place of the shortcodes that Hugo brings along,
// and leaves out the marks of others, whose templates are not here.
func (h *hugo) shortcodes(p *Post, text string) string {
	text, cut := cutHidden(text, hugoHidden)
	if cut {
		p.Note(hiddenNote)
	}
	text = highlighted.ReplaceAllStringFunc(text, func(all string) string {
		found := highlighted.FindStringSubmatch(all)
		return fenced(strings.Trim(found[2], "\n"), plainWord.FindString(found[1])) + "\n"
	})
	text = outsideCode(text, func(part string) string {
		part = shortcode.ReplaceAllStringFunc(part, func(all string) string {
			found := shortcode.FindStringSubmatch(all)
			return h.shortcode(p, found[1] != "", found[2], arguments(found[3]))
		})
		return headingName.ReplaceAllString(strings.ReplaceAll(part, "<!--more-->", ""), "$1")
	})
	return written.ReplaceAllString(text, "{{$1$2$3}}")
}

// arguments are those with a name by it, and the others by their place.
func arguments(text string) map[string]string {
	all := map[string]string{}
	place := 0
	for _, found := range argument.FindAllStringSubmatch(text, 50) {
		value := strings.ReplaceAll(cmp.Or(found[2], found[3], found[4]), `\"`, `"`)
		if name := found[1]; name != "" {
			all[name] = value
			continue
		}
		all[string(rune('0'+min(place, 9)))] = value
		place++
	}
	return all
}

func (h *hugo) shortcode(p *Post, closing bool, name string, args map[string]string) string {
	switch name {
	case "figure", "img", "image":
		if closing || args["src"] == "" {
			return ""
		}
		caption := cmp.Or(args["caption"], args["title"])
		out := Markdown(`<figure><img src="`+html.EscapeString(args["src"])+`" alt="`+html.EscapeString(cmp.Or(args["alt"], caption))+`"><figcaption>`+
			html.EscapeString(caption)+`</figcaption></figure>`, p.Note)
		return out
	case "ref", "relref":
		return h.ref(p, cmp.Or(args["path"], args["0"]))
	case "highlight": // one within code, or without an end
		return ""
	}
	if out := embed(name, cmp.Or(args["id"], args["1"], args["0"])); out != "" && !closing {
		if name == "gist" {
			out = embed(name, args["0"]+"/"+args["1"])
		}
		p.Note("what was shown in a frame became a link: %s", name)
		return out
	}
	p.Note("the shortcode %s is not known here; what was between its marks stayed", clip(name, 40))
	return ""
}

// ref is where a post is to be found by the name of its file.
func (h *hugo) ref(p *Post, name string) string {
	name, fragment, _ := strings.Cut(name, "#")
	if fragment != "" {
		fragment = "#" + fragment
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(name, "/"), path.Ext(name))
	if stem == "" {
		return fragment
	}
	for _, candidate := range []string{path.Join("content", stem), path.Join(p.Dir, stem)} {
		for _, full := range []string{candidate, candidate + "/index"} {
			if to := h.byFile[full]; to != nil {
				return to.Base.EscapedPath() + fragment
			}
		}
	}
	matches := []string{}
	for full := range h.byFile {
		if strings.HasSuffix(full, "/"+stem) || strings.HasSuffix(full, "/"+stem+"/index") {
			matches = append(matches, full)
		}
	}
	slices.Sort(matches)
	if len(matches) > 0 {
		return h.byFile[matches[0]].Base.EscapedPath() + fragment
	}
	p.Note("it refers to %s, which is not here", clip(name, 100))
	return "/" + strings.TrimPrefix(stem, "/")
}
