package bring

import (
	"regexp"
	"strings"
)

// Marks of text that no reader was to see. Of those for cutHidden the first group
// finds where it begins, the second where it ends; what matches without a group is
// passed over as a whole.
var (
	liquidHidden  = regexp.MustCompile(`(?s)\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|(\{%-?\s*comment\b.*?%\})|(\{%-?\s*endcomment\b.*?%\})`)
	liquidLine    = regexp.MustCompile(`(?s)(\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\})|\{%-?\s*#.*?%\}`)
	hugoHidden    = regexp.MustCompile(`(\{\{[<%]\s*comment\s*[>%]\}\})|(\{\{[<%]\s*/\s*comment\s*[>%]\}\})`)
	kramdownOpens = regexp.MustCompile(`\{::comment\s*\}`)
	kramdownSpan  = regexp.MustCompile("(?s)" + hiddenMark + `.*?(?:\{:/(?:comment)?\s*\}|\z)`)
)

const hiddenMark = "\x02" // of which no text has one when it is put in

// cutHidden cuts what is between the marks, which may nest. What has no end is
// hidden to the end of the text.
func cutHidden(text string, marks *regexp.Regexp) (shown string, cut bool) {
	var out strings.Builder
	at, depth := 0, 0
	for _, found := range marks.FindAllStringSubmatchIndex(text, -1) {
		switch opens, ends := found[2] >= 0, found[4] >= 0; {
		case opens:
			if depth == 0 {
				out.WriteString(text[at:found[0]])
			}
			depth++
		case ends && depth > 0:
			if depth--; depth == 0 {
				at, cut = found[1], true
			}
		}
	}
	if depth > 0 {
		return out.String(), true
	}
	return out.String() + text[at:], cut
}

const hiddenNote = "what was in comments that no reader saw was left out"

// liquidComments leaves the comments of Liquid and kramdown out, those that are
// quoted apart.
func liquidComments(p *Post, text string) string {
	text, cut := cutHidden(text, liquidHidden)
	text = liquidLine.ReplaceAllString(text, "$1")
	text = strings.ReplaceAll(text, hiddenMark, "")
	text = outsideCode(text, func(part string) string { return kramdownOpens.ReplaceAllString(part, hiddenMark) })
	if strings.Contains(text, hiddenMark) {
		text, cut = kramdownSpan.ReplaceAllString(text, ""), true
	}
	if cut {
		p.Note(hiddenNote)
	}
	return text
}
