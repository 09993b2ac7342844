package blog

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// How long the longest line of a plain text is tells how it was written:
// verse, prose that an editor wrapped, or one line to a paragraph.
const (
	verseWidth = 60  // characters
	wrapWidth  = 100 // characters
)

// plainToMarkdown makes paragraphs of a plain text and its punctuation mean
// itself. Empty lines part the paragraphs of a text with short lines;
// otherwise every line is one.
func plainToMarkdown(text string) string {
	widest, parted := 0, false
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
		widest = max(widest, utf8.RuneCountInString(lines[i]))
		parted = parted || lines[i] == ""
	}
	between := "\n\n"
	switch {
	case parted && widest <= verseWidth:
		between = "\\\n"
	case parted && widest <= wrapWidth:
		between = "\n"
	}
	var b strings.Builder
	for i, line := range lines {
		switch {
		case line == "":
			continue
		case i > 0 && lines[i-1] == "":
			b.WriteString("\n\n")
		case i > 0:
			b.WriteString(between)
		}
		b.WriteString(escapeMarkdown(line))
	}
	return b.String()
}

// plainAddress is what becomes a link by itself: a web or a mail address.
var plainAddress = regexp.MustCompile(`(https?://|www\.)[^\s<>"` + "`" + `\\\[\]|*]+|[a-zA-Z0-9._+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]+`)

// escapeMarkdown puts a backslash before what Markdown would read as markup.
// Addresses stay as they are, so that they become links.
func escapeMarkdown(line string) string {
	var b strings.Builder
	from := 0
	for _, at := range plainAddress.FindAllStringIndex(line, -1) {
		b.WriteString(escapeWords(line[from:at[0]]))
		b.WriteString(line[at[0]:at[1]])
		from = at[1]
	}
	b.WriteString(escapeWords(line[from:]))
	return escapeLineStart(b.String())
}

func escapeWords(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_[]<>&#|~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// escapeLineStart keeps "- x", "+ x", "1. x" and "===" from being a list or a
// heading.
func escapeLineStart(line string) string {
	if strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+") || strings.HasPrefix(line, "=") {
		return "\\" + line
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits > 0 && digits < len(line) && (line[digits] == '.' || line[digits] == ')') {
		return line[:digits] + "\\" + line[digits:]
	}
	return line
}
