package bring

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"limelight/blog"
)

const (
	maxTitle   = 300 // characters; as package blog has them
	maxSummary = 2000
	maxTags    = 50
	maxTag     = 100
	maxImage   = 64 << 20  // bytes
	maxImages  = 200       // of one post
	maxHeld    = 256 << 20 // bytes of all of them, which are in memory at once
)

// Fetch gets what is at an address at another server.
type Fetch func(address string) ([]byte, error)

// Compose makes a post ready for storage, as package blog does of a file, with the
// pictures that it shows: from s.Files, or by fetch, which may be nil.
func (s *Source) Compose(p *Post, fetch Fetch, o Options) (blog.Composed, error) {
	c := &composing{source: s, post: p, fetch: fetch, files: map[string][]byte{}, names: map[string]string{}}
	meta := c.meta()
	text := rewriteHTML(p.Text, p.Note)
	text = rewrite(text, references{image: c.image, link: c.link})
	if len(text) > blog.MaxSource {
		return blog.Composed{}, fmt.Errorf("it has %d bytes; a post may have %d", len(text), blog.MaxSource)
	}
	composed, err := c.compose(meta, text, o)
	if err != nil && (meta.Audio != "" || meta.Video != "") {
		p.Note("%s%s did not come: %v", meta.Audio, meta.Video, err)
		meta = withoutEnclosure(meta)
		composed, err = c.compose(meta, text, o)
	}
	return composed, err
}

func withoutEnclosure(m blog.FrontMatter) blog.FrontMatter {
	m.Audio, m.AudioTitle, m.AudioSize, m.Video, m.VideoTitle, m.VideoSize, m.Duration = "", "", 0, "", "", 0, 0
	return m
}

func (c *composing) compose(meta blog.FrontMatter, text string, o Options) (blog.Composed, error) {
	file, err := meta.File(text)
	if err != nil {
		return blog.Composed{}, err
	}
	composed, err := blog.Compose(meta.Slug+".md", file, blog.ComposeOptions{Timezone: o.Timezone, Now: time.Now(), ReadFile: c.read, Open: c.open})
	var fault *blog.InputError
	if errors.As(err, &fault) { // its line is in a file that nobody has
		err = errors.New(fault.Msg)
	}
	return composed, err
}

// composing is a post on its way.
type composing struct {
	source *Source
	post   *Post
	fetch  Fetch
	files  map[string][]byte // pictures, by the names that the text gets for them
	held   int64             // bytes of files
	names  map[string]string // those names, by the references that there were; empty for a picture that is none
}

func (c *composing) read(name string) ([]byte, error) {
	if data, ok := c.files[name]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}

// open is for audio and video, which stay in their place until they are stored.
func (c *composing) open(name string) (fs.File, error) {
	if c.source.Files == nil {
		return nil, fs.ErrNotExist
	}
	return c.source.Files.Open(path.Join(c.post.Dir, name))
}

// meta is the front matter within the bounds of ours.
func (c *composing) meta() blog.FrontMatter {
	m := c.post.Meta
	m.Title, m.Summary = clip(m.Title, maxTitle), clip(m.Summary, maxSummary)
	if m.Slug = blog.MakeSlug(m.Slug); m.Slug == "" {
		m.Slug = slugFor(c.post.ID)
	}
	var tags []string
	for _, tag := range m.Tags {
		tag = strings.TrimLeft(collapse(tag), "#")
		if blog.TagSlug(tag) != "" && len([]rune(tag)) <= maxTag && len(tags) < maxTags {
			tags = append(tags, tag)
		} else if tag != "" {
			c.post.Note("the tag %q was left out", clip(tag, 60))
		}
	}
	m.Tags = tags
	if m.Language = strings.ReplaceAll(m.Language, "_", "-"); !languageShape.MatchString(m.Language) {
		m.Language = ""
	}
	if m.Image != "" {
		name, ok := c.image(m.Image)
		if m.Image = name; !ok {
			m.Image, m.ImageAlt = "", ""
		}
	}
	return m
}

var languageShape = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)

// slugFor is the slug of a post that has no letter or digit for one.
func slugFor(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "post-" + hex.EncodeToString(sum[:5])
}

func clip(text string, most int) string {
	text = collapse(text)
	if runes := []rune(text); len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return text
}
