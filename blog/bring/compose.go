package bring

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"net/url"
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
	maxImage   = 64 << 20 // bytes
	maxImages  = 200      // of one post
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
		m.Slug = SlugFor(c.post.ID)
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

// SlugFor is the slug of a post that has no letter or digit for one.
func SlugFor(id string) string {
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

// image takes a picture along and returns what it is called beside the text, or
// where it is when it cannot be had.
func (c *composing) image(ref string) (address string, picture bool) {
	if name, done := c.names[ref]; done {
		return cmp.Or(name, c.elsewhere(ref)), name != ""
	}
	c.names[ref] = ""
	data, err := c.bytes(ref)
	if err == nil {
		err = checkImage(data)
	}
	if err == nil && len(c.files) >= maxImages {
		err = fmt.Errorf("a post may have %d", maxImages)
	}
	if err != nil {
		c.post.Note("the picture %s did not come: %v", clip(ref, 200), err)
		return c.elsewhere(ref), false
	}
	c.names[ref] = c.keep(ref, data)
	return c.names[ref], true
}

// elsewhere is where a reference led, for readers; empty when nobody knows.
func (c *composing) elsewhere(ref string) string {
	u, err := url.Parse(ref)
	if err == nil && c.post.Base != nil {
		u = c.post.Base.ResolveReference(u)
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return destination(u.String())
}

var errMissing = errors.New("there is no such file")

func (c *composing) bytes(ref string) ([]byte, error) {
	for _, name := range c.post.candidates(ref) {
		if c.source.Files == nil {
			break
		}
		f, err := c.source.Files.Open(name)
		if err != nil {
			continue
		}
		data, err := readAll(f, maxImage)
		if err == nil {
			return data, nil
		}
	}
	u, err := url.Parse(ref)
	if err == nil && c.post.Base != nil {
		u = c.post.Base.ResolveReference(u)
	}
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errMissing
	case c.fetch == nil:
		return nil, errors.New("it is at another server, and nothing is fetched")
	}
	u.Fragment = ""
	return c.fetch(u.String())
}

// candidates are the names in Files that a reference may mean.
func (p *Post) candidates(ref string) (names []string) {
	u, err := url.Parse(ref)
	if err != nil || u.Path == "" || u.Host != "" && (p.Base == nil || u.Host != p.Base.Host) {
		return nil
	}
	add := func(folder, name string) {
		if full := path.Join(folder, name); fs.ValidPath(full) && full != "." {
			names = append(names, full)
		}
	}
	if u.Host == "" && !strings.HasPrefix(u.Path, "/") {
		add(p.Dir, u.Path)
		if p.Base != nil {
			u = p.Base.ResolveReference(u)
		}
	}
	for _, root := range p.Roots {
		if below, ok := strings.CutPrefix(u.Path, strings.TrimSuffix(p.Site, "/")+"/"); ok {
			add(root, below)
		}
		add(root, strings.TrimPrefix(u.Path, "/"))
	}
	return names
}

var notFileName = regexp.MustCompile(`[^a-z0-9.-]+`)

// keep gives a picture a name that is its own among those of the post.
func (c *composing) keep(ref string, data []byte) string {
	ref, _, _ = strings.Cut(ref, "?")
	name := path.Base(ref)
	if unescaped, err := url.PathUnescape(name); err == nil {
		name = unescaped
	}
	ending := strings.ToLower(path.Ext(name))
	stem := strings.Trim(notFileName.ReplaceAllString(strings.ToLower(strings.TrimSuffix(name, path.Ext(name))), "-"), "-.")
	stem = cmp.Or(stem[:min(len(stem), 80)], "image")
	if notFileName.MatchString(ending) || len(ending) > 5 {
		ending = ""
	}
	name = stem + ending
	for n := 2; ; n++ {
		there, taken := c.files[name]
		if !taken || bytes.Equal(there, data) {
			c.files[name] = data
			return name
		}
		name = fmt.Sprintf("%s-%d%s", stem, n, ending)
	}
}

// checkImage finds what package blog would refuse the whole post for.
func checkImage(data []byte) error {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return errors.New("it is no JPEG, PNG, GIF or WebP")
	}
	if config.Width < 1 || config.Height < 1 || config.Width > blog.MaxPixels/config.Height {
		return fmt.Errorf("%d x %d pixels are too many", config.Width, config.Height)
	}
	if _, err := blog.ShrinkImage(data, 16); err != nil { // what its header does not tell
		return err
	}
	return nil
}

// link makes links that were relative to the page lead where they led: to a path
// of the site, from which old addresses lead on, or to the old site.
func (c *composing) link(ref string) string {
	u, err := url.Parse(ref)
	if err == nil && u.Host != "" && c.post.Base != nil && u.Host == c.post.Base.Host && c.source.Host == "" && c.source.found(ref) {
		u.Scheme, u.Host, u.User = "", "", nil
		return destination(u.String()) // wherever the site is now
	}
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") {
		return ref
	}
	if c.post.Base == nil {
		c.post.Note("the link to %s leads nowhere, and was taken away", clip(ref, 200))
		return ""
	}
	at := c.post.Base.ResolveReference(u)
	at.Scheme, at.Host = "", ""
	if ending := path.Ext(at.Path); ending != "" && ending != ".html" && ending != ".htm" && ending != ".md" && ending != ".php" {
		c.post.Note("the file %s did not come, only a link to where it was", clip(ref, 200))
		if far := c.elsewhere(ref); far != "" {
			return far
		}
	}
	return destination(at.String())
}
