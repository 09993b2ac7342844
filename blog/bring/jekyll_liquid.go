package bring

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

var (
	rawLiquid     = regexp.MustCompile(`(?s)\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}`)
	liquidCode    = regexp.MustCompile(`(?s)\{%-?\s*highlight\s+([A-Za-z0-9+#_-]+)[^%]*%\}\n?(.*?)\{%-?\s*endhighlight\s*-?%\}`)
	liquidTag     = regexp.MustCompile(`\{%-?\s*([A-Za-z_]+)\s*([^%]*?)\s*-?%\}`)
	liquidOutput  = regexp.MustCompile(`\{\{-?\s*([^}]*?)\s*-?\}\}`)
	kramdownClass = regexp.MustCompile(`(?m)\{:[^}\n]*\}[ \t]*$`)
	kramdownWord  = regexp.MustCompile("([)\\]*_`>])\\{:[^}\\n]*\\}")
	headingName   = regexp.MustCompile(`(?m)^(#{1,6} [^\n]*?)[ \t]+\{[#.][A-Za-z][^}\n]*\}[ \t]*$`)
)

// liquid puts what they stand for in the place of Liquid's tags, where that is
// known, and leaves the others out.
func (j *jekyll) liquid(p *Post, text string) string {
	text = liquidComments(p, text)
	var raws []string // in marks that no text has
	text = rawLiquid.ReplaceAllStringFunc(text, func(all string) string {
		raws = append(raws, rawLiquid.FindStringSubmatch(all)[1])
		return fmt.Sprintf("\x01%d\x01", len(raws)-1)
	})
	text = liquidCode.ReplaceAllStringFunc(text, func(all string) string {
		found := liquidCode.FindStringSubmatch(all)
		return fenced(strings.Trim(found[2], "\n"), found[1])
	})
	text = liquidTag.ReplaceAllStringFunc(text, func(all string) string {
		found := liquidTag.FindStringSubmatch(all)
		return j.tag(p, found[1], found[2])
	})
	text = liquidOutput.ReplaceAllStringFunc(text, func(all string) string {
		return j.output(p, liquidOutput.FindStringSubmatch(all)[1])
	})
	text = outsideCode(text, func(part string) string { return withoutAttributes(part) })
	text = strings.ReplaceAll(text, "<!--more-->", "")
	for i, raw := range raws {
		text = strings.Replace(text, fmt.Sprintf("\x01%d\x01", i), raw, 1)
	}
	return strings.ReplaceAll(text, "\x01", "")
}

// withoutAttributes leaves out what kramdown takes for classes and the like: what
// follows a link, a picture or emphasis at once, or ends a line, and a heading's name.
func withoutAttributes(text string) string {
	text = kramdownWord.ReplaceAllString(text, "$1")
	return headingName.ReplaceAllString(kramdownClass.ReplaceAllString(text, ""), "$1")
}

func (j *jekyll) tag(p *Post, name, args string) string {
	switch name {
	case "post_url", "link":
		stem := path.Base(strings.TrimSuffix(strings.Trim(args, `"'`), path.Ext(args)))
		if to := j.byName[stem]; to != nil && to.Base != nil {
			return to.Base.EscapedPath()
		}
		p.Note("it refers to %s, which is not here", clip(args, 100))
		return "/" + stem
	case "endcomment": // one that nothing began
		return ""
	case "gist", "youtube", "vimeo", "twitter":
		if out := embed(name, args); out != "" {
			p.Note("what was shown in a frame became a link: %s", name)
			return out
		}
	}
	p.Note("the Liquid tag %s is not known here, and was left out", clip(name, 40))
	return ""
}

// output is what {{ .. }} gives: addresses of the site, and nothing else.
func (j *jekyll) output(p *Post, expression string) string {
	first, filters, _ := strings.Cut(expression, "|")
	first = strings.TrimSpace(first)
	text := strings.Trim(first, `"'`)
	switch {
	case first == "site.baseurl":
		return j.root
	case first == "site.url":
		if j.base == nil {
			return ""
		}
		return j.base.Scheme + "://" + j.base.Host
	case first != text && (strings.Contains(filters, "relative_url") || strings.Contains(filters, "absolute_url")):
		return path.Join("/", j.root, text)
	case first != text && strings.TrimSpace(filters) == "":
		return text
	case first == "page.title":
		return escape(p.Meta.Title)
	}
	p.Note("the Liquid expression {{ %s }} is not known here, and was left out", clip(expression, 60))
	return ""
}
