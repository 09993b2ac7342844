package blog

import (
	"path/filepath"
	"strings"
	"time"
)

// ComposeOptions are what a file does not say itself.
type ComposeOptions struct {
	Title    string         // for a file that has none
	Timezone *time.Location // of dates without a zone; nil means UTC
	Now      time.Time      // the moment of publishing
	// ReadFile reads a file beside the post by its relative path with forward
	// slashes. It must not leave the folder: os.Root.ReadFile does not.
	ReadFile func(name string) ([]byte, error)
}

// Composed is a post ready for storage, and the images it brings along.
type Composed struct {
	Post  Post
	Media []MediaFile
}

// Compose makes a post of a file: front matter and Markdown, or plain text.
// name is the file's, which the slug and at last the title fall back to. A
// post whose front matter has no date has a zero Published: storage keeps the
// date of an edit and takes the present for a new one. A name that gives no
// slug leaves Slug empty. Faults in the file are *InputError.
func Compose(name string, data []byte, o ComposeOptions) (Composed, error) {
	if o.Timezone == nil {
		o.Timezone = time.UTC
	}
	text, err := sourceText(name, data)
	if err != nil {
		return Composed{}, err
	}
	fields, body, found, err := splitFrontMatter(name, text)
	if err != nil {
		return Composed{}, err
	}
	c := &composing{name: name, text: text, opts: o, post: Post{Visibility: Public}}
	if err := c.apply(fields); err != nil {
		return Composed{}, err
	}
	if c.post.Slug == "" {
		c.post.Slug = MakeSlug(baseName(name))
	}
	c.post.Source = c.body(body, found)
	if strings.TrimSpace(c.post.Source) == "" && c.post.Title == "" {
		return Composed{}, &InputError{File: name, Msg: "is empty; a post needs a text or a title"}
	}
	if c.post.HTML, err = c.render(); err != nil {
		return Composed{}, err
	}
	if err := c.leadImage(); err != nil {
		return Composed{}, err
	}
	return Composed{Post: c.post, Media: c.media}, nil
}

// body settles the title and returns the Markdown that follows it.
func (c *composing) body(body string, frontMatter bool) string {
	heading, rest := firstHeading(body)
	switch {
	case c.titled:
	case c.opts.Title != "":
		c.post.Title = strings.Join(strings.Fields(c.opts.Title), " ")
	case heading != "":
		c.post.Title, body = heading, rest
	default:
		c.post.Title = readableName(c.name)
	}
	if !frontMatter && strings.EqualFold(filepath.Ext(c.name), ".txt") {
		body = plainToMarkdown(body)
	}
	return strings.Trim(body, "\n")
}

// firstHeading is the level 1 heading that a text starts with, and what
// follows it.
func firstHeading(body string) (heading, rest string) {
	trimmed := strings.TrimLeft(body, "\n")
	line, rest, _ := strings.Cut(trimmed, "\n")
	title, ok := strings.CutPrefix(line, "# ")
	if !ok {
		return "", body
	}
	title = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(title), "#"))
	html, err := Markdown(title)
	if err != nil {
		return "", body
	}
	return strings.Join(strings.Fields(PlainText(html)), " "), rest
}

// plainToMarkdown makes every line of a plain text a paragraph and its
// punctuation mean itself.
func plainToMarkdown(text string) string {
	var paragraphs []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			paragraphs = append(paragraphs, escapeMarkdown(line))
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// escapeMarkdown puts a backslash before what Markdown would read as markup.
// Addresses stay as they are, so that they become links.
func escapeMarkdown(line string) string {
	words := strings.SplitAfter(line, " ")
	for i, word := range words {
		if strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://") {
			continue
		}
		var b strings.Builder
		for _, r := range word {
			if strings.ContainsRune("\\`*_[]<>&#|~", r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		words[i] = b.String()
	}
	return escapeLineStart(strings.Join(words, ""))
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
