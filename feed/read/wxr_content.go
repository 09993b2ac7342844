package read

import (
	"html"
	"regexp"
	"strings"

	"limelight/blog/bring"
)

var (
	captioned  = regexp.MustCompile(`(?s)\[(?:wp_)?caption[^\]]*\](.*?)\[/(?:wp_)?caption\]`)
	firstImage = regexp.MustCompile(`(?s)^\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)$`)
	sourceCode = regexp.MustCompile(`(?s)\[(code|sourcecode|php|html|css|js|bash|python|ruby|java|sql|xml)((?:\s[^\]]*)?)\](.*?)\[/(?:code|sourcecode|php|html|css|js|bash|python|ruby|java|sql|xml)\]`)
	codeName   = regexp.MustCompile(`lang(?:uage)?=["']?([A-Za-z0-9+#-]+)`)
	embed      = regexp.MustCompile(`(?s)\[(embed|youtube|vimeo|audio|video|playlist)((?:[\s=][^\]]*)?)\](?:([^\[]*)\[/(?:embed|youtube|vimeo|audio|video)\])?`)
	anyAddress = regexp.MustCompile(`https?://[^\s"'\]\[<>]+`)
	gallery    = regexp.MustCompile(`\[gallery([^\]]*)\]`)
	galleryIDs = regexp.MustCompile(`ids=["']?([0-9, ]+)`)
	otherCode  = regexp.MustCompile(`\[/?([a-z][a-z0-9_-]{2,30})((?:\s+[a-z_-]+=(?:"[^"]*"|'[^']*'|[^\s\]]+))+\s*/?|\s*/)?\]`)
	closing    = regexp.MustCompile(`\[/([a-z][a-z0-9_-]{2,30})\]`)
	blockMark  = regexp.MustCompile(`(?s)<!--\s*/?wp:.*?-->`)
	moreMark   = regexp.MustCompile(`<!--(?:more.*?|nextpage|noteaser)-->`)
)

// content is the HTML of a post as WordPress would make it of what it keeps.
func (w *wxr) content(p *bring.Post, text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	blocks := strings.Contains(text, "<!-- wp:")
	text = moreMark.ReplaceAllString(blockMark.ReplaceAllString(text, ""), "")
	text = sourceCode.ReplaceAllStringFunc(text, func(all string) string {
		found := sourceCode.FindStringSubmatch(all)
		language := found[1]
		if language == "code" || language == "sourcecode" {
			language = ""
			if named := codeName.FindStringSubmatch(found[2]); named != nil {
				language = named[1]
			}
		}
		// The editor wrote the signs of code as they are, or escaped.
		return `<pre class="language-` + language + `">` + html.EscapeString(html.UnescapeString(strings.Trim(found[3], "\n"))) + "</pre>"
	})
	text = captioned.ReplaceAllStringFunc(text, func(all string) string {
		inner := captioned.FindStringSubmatch(all)[1]
		found := firstImage.FindStringSubmatch(inner)
		if found == nil {
			return inner
		}
		return "<figure>" + found[1] + "<figcaption>" + strings.TrimSpace(found[2]) + "</figcaption></figure>"
	})
	text = gallery.ReplaceAllStringFunc(text, func(all string) string { return w.gallery(p, all) })
	text = embed.ReplaceAllStringFunc(text, func(all string) string {
		found := embed.FindStringSubmatch(all)
		address := anyAddress.FindString(html.UnescapeString(found[2] + " " + found[3]))
		if address == "" {
			p.Note("the shortcode %s was left out", found[1])
			return ""
		}
		p.Note("what was embedded became a link: %s", address)
		return "\n\n" + html.EscapeString(address) + "\n\n"
	})
	closed := map[string]bool{}
	for _, found := range closing.FindAllStringSubmatch(text, -1) {
		closed[found[1]] = true
	}
	text = otherCode.ReplaceAllStringFunc(text, func(all string) string {
		found := otherCode.FindStringSubmatch(all)
		if found[2] == "" && !closed[found[1]] {
			return all // words in brackets
		}
		p.Note("the shortcode %s is not known here; what was between its marks stayed", found[1])
		return ""
	})
	if blocks {
		return text
	}
	return autop(text)
}

// gallery is its pictures one after the other.
func (w *wxr) gallery(p *bring.Post, code string) string {
	ids := galleryIDs.FindStringSubmatch(code)
	if ids == nil {
		p.Note("a gallery that does not name its pictures was left out")
		return ""
	}
	var b strings.Builder
	for id := range strings.SplitSeq(ids[1], ",") {
		a := w.attachments[strings.TrimSpace(id)]
		if a == nil {
			p.Note("a picture of a gallery is not in the export: %s", strings.TrimSpace(id))
			continue
		}
		b.WriteString(`<p><img src="` + html.EscapeString(wp(a, "attachment_url")) + `" alt="` + html.EscapeString(meta(a, "_wp_attachment_image_alt")) + `"></p>`)
	}
	return b.String()
}

var (
	blockStart = regexp.MustCompile(`(?i)^\s*</?(?:address|article|aside|blockquote|details|div|dl|dd|dt|fieldset|figure|figcaption|form|h[1-6]|header|hr|iframe|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul|video|audio|script|style)\b`)
	preBlock   = regexp.MustCompile(`(?is)<pre\b.*?</pre>`)
	blankLine  = regexp.MustCompile(`\n[ \t]*\n+`)
)

// autop makes paragraphs where blank lines are, and breaks where lines end, as
// WordPress does of what its classic editor keeps.
func autop(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var pres []string
	text = preBlock.ReplaceAllStringFunc(text, func(all string) string {
		pres = append(pres, all)
		return "\n\n<pre\x01>\n\n"
	})
	var b strings.Builder
	for part := range strings.SplitSeq(blankLine.ReplaceAllString(text, "\n\n"), "\n\n") {
		switch part = strings.TrimSpace(part); {
		case part == "":
		case part == "<pre\x01>" && len(pres) > 0:
			b.WriteString(pres[0] + "\n")
			pres = pres[1:]
		case blockStart.MatchString(part):
			b.WriteString(part + "\n")
		default:
			b.WriteString("<p>" + strings.ReplaceAll(part, "\n", "<br>\n") + "</p>\n")
		}
	}
	return b.String()
}
