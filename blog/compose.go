package blog

import (
	"io/fs"
	"path/filepath"
	"regexp"
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
	// Open opens one in the same way, to be read piece by piece.
	Open func(name string) (fs.File, error)
}

// Composed is a post ready for storage, and the files it brings along.
type Composed struct {
	Post  Post
	Media []MediaFile  // images
	Files []SourceFile // audio and video
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
	c := &composing{name: name, opts: o, bodyLine: strings.Count(text, "\n"), post: Post{Visibility: Public}, attached: map[string]MediaFile{}}
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
	if err := c.checkNesting(); err != nil {
		return Composed{}, err
	}
	if c.post.HTML, err = c.render(); err != nil {
		return Composed{}, err
	}
	if err := c.leadImage(); err != nil {
		return Composed{}, err
	}
	if err := c.enclose(); err != nil {
		return Composed{}, err
	}
	return Composed{Post: c.post, Media: c.media, Files: c.files}, nil
}

// body settles the title and returns the Markdown that follows it. A first
// heading that says the title again is left out: the page has it already.
func (c *composing) body(body string, frontMatter bool) string {
	heading, rest := firstHeading(body)
	switch {
	case c.titled:
	case c.opts.Title != "":
		c.post.Title = strings.Join(strings.Fields(c.opts.Title), " ")
	case heading != "":
		c.post.Title = heading
	case strings.TrimSpace(body) != "":
		c.post.Title = readableName(c.name)
	}
	if heading != "" && heading == c.post.Title {
		body = rest
	}
	c.bodyLine -= strings.Count(strings.TrimLeft(body, "\n"), "\n")
	if !frontMatter && strings.EqualFold(filepath.Ext(c.name), ".txt") {
		return plainToMarkdown(body)
	}
	return strings.Trim(body, "\n")
}

var underline = regexp.MustCompile(`^ {0,3}=+[ \t]*$`)

// firstHeading is the level 1 heading that a text starts with, and what
// follows it.
func firstHeading(body string) (heading, rest string) {
	line, rest, _ := strings.Cut(strings.TrimLeft(body, "\n"), "\n")
	if next, after, _ := strings.Cut(rest, "\n"); underline.MatchString(next) {
		line, rest = line+"\n"+next, after
	} else if !strings.HasPrefix(line, "#") {
		return "", body
	}
	html, err := Markdown(line)
	if err != nil || !strings.HasPrefix(html, "<h1") {
		return "", body
	}
	return strings.Join(strings.Fields(PlainText(html)), " "), rest
}
