package blog

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

const (
	maxImageSide = 1600 // pixels on the longer side
	maxImageFile = 64 << 20
	maxImages    = 200 // in one post
	maxPictures  = 16  // of Post.Images: other servers show 4 to 16
)

// render makes HTML of the post's Markdown and takes the images along that lie
// beside its file.
func (c *composing) render() (string, error) {
	html, err := renderMarkdown(c.post.Source, func(n ast.Node) error {
		switch n := n.(type) {
		case *ast.Image:
			return c.bodyImage(n)
		case *ast.Link:
			return c.bodyLink(n)
		case *mention:
			c.mention(n)
		}
		return nil
	})
	if errors.Is(err, errTooDeep) {
		return "", &InputError{File: c.name, Msg: err.Error()}
	}
	return html, err
}

func (c *composing) bodyImage(n *ast.Image) error {
	ref := string(n.Destination)
	if !local(ref) {
		return nil
	}
	m, err := c.attach(ref, c.lineOf(n))
	if err != nil {
		return err
	}
	n.Destination = []byte(MediaPath(m.Name))
	c.picture(m, string(nodeText(n, []byte(c.post.Source))))
	n.SetAttributeString("width", []byte(strconv.Itoa(m.Width)))
	n.SetAttributeString("height", []byte(strconv.Itoa(m.Height)))
	n.SetAttributeString("loading", []byte("lazy"))
	return nil
}

// bodyLink points links to other posts' files at their pages. Other files
// stay where they are, so a link to one would lead nowhere.
func (c *composing) bodyLink(n *ast.Link) error {
	ref := string(n.Destination)
	if !local(ref) {
		return nil
	}
	file, fragment, _ := strings.Cut(ref, "#")
	if extension := strings.ToLower(path.Ext(file)); extension != ".md" && extension != ".markdown" {
		return &InputError{c.name, c.lineOf(n), fmt.Sprintf("the link to %s would lead nowhere: only images are taken along (an address here starts with /)", ref)}
	}
	if unescaped, err := url.PathUnescape(file); err == nil {
		file = unescaped
	}
	slug := MakeSlug(baseName(file))
	if slug == "" {
		return &InputError{c.name, c.lineOf(n), fmt.Sprintf("the link to %s gives no slug; give that post one in its front matter and link to /posts/ and the slug", ref)}
	}
	target := PostPath(slug)
	if fragment != "" {
		target += "#" + fragment
	}
	n.Destination = []byte(target)
	return nil
}

// leadImage takes the front matter's image along.
func (c *composing) leadImage() error {
	if c.image == "" {
		return nil
	}
	if !local(c.image) {
		return &InputError{c.name, c.imageAt, "image should name a file beside this one; pages load nothing from elsewhere"}
	}
	m, err := c.attach(c.image, c.imageAt)
	if err != nil {
		return err
	}
	c.post.Image = m.image(c.imageAlt)
	c.post.Image.Focus = c.focus
	return nil
}

// picture notes an image of the text.
func (c *composing) picture(m MediaFile, alt string) {
	i := m.image(alt)
	if len(c.post.Images) < maxPictures && !slices.ContainsFunc(c.post.Images, func(o Image) bool { return o.Path == i.Path }) {
		c.post.Images = append(c.post.Images, i)
	}
}

func (m *MediaFile) image(alt string) Image {
	return Image{Path: MediaPath(m.Name), Type: m.Type, Alt: alt, Width: m.Width, Height: m.Height, Blurhash: m.Blurhash}
}

// attach reads, checks and shrinks one image file.
func (c *composing) attach(ref string, line int) (MediaFile, error) {
	fault := func(format string, args ...any) (MediaFile, error) {
		return MediaFile{}, &InputError{c.name, line, ref + ": " + fmt.Sprintf(format, args...)}
	}
	name := besideName(ref)
	if m, done := c.attached[name]; done {
		return m, nil
	}
	switch {
	case outside(name):
		return fault("lies outside the post's folder; put the image beside the post or below")
	case c.opts.ReadFile == nil:
		return fault("images cannot be taken along from here")
	case len(c.attached) >= maxImages:
		return fault("is the %dth image; a post may have %d", maxImages+1, maxImages)
	}
	data, err := c.opts.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault("there is no such file beside the post")
	case err != nil:
		return fault("cannot be read beside the post: %v", err)
	case len(data) > maxImageFile:
		return fault("has %d bytes; an image may have %d", len(data), maxImageFile)
	}
	m, err := ShrinkImage(data, maxImageSide)
	if err != nil {
		return fault("%v", err)
	}
	c.attached[name] = m
	if !slices.ContainsFunc(c.media, func(o MediaFile) bool { return o.Name == m.Name }) {
		c.media = append(c.media, m)
	}
	return m, nil
}

// local tells whether a reference means a file beside the post.
func local(ref string) bool {
	u, err := url.Parse(ref)
	return err == nil && u.Scheme == "" && u.Host == "" && u.Path != "" && !strings.HasPrefix(u.Path, "/")
}

// lineOf is the line of the file that a node of its Markdown starts at.
func (c *composing) lineOf(n ast.Node) int {
	return c.bodyLine + strings.Count(c.post.Source[:max(0, n.Pos())], "\n") + 1
}
