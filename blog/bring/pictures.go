package bring

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"limelight/blog"
)

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
	name := ""
	if err == nil {
		name, err = c.keep(ref, data)
	}
	if err != nil {
		c.post.Note("the picture %s did not come: %v", clip(ref, 200), err)
		return c.elsewhere(ref), false
	}
	c.names[ref] = name
	return name, true
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
	for _, name := range names { // the smaller ones of WordPress are made anew anywhere
		if found := smaller.FindStringSubmatch(name); found != nil {
			names = append(names, found[1]+found[2])
		}
	}
	return names
}

// smaller is what WordPress calls the sizes that it makes of a picture.
var smaller = regexp.MustCompile(`^(.+)-(?:[0-9]+x[0-9]+|scaled)(\.[A-Za-z]{3,4})$`)

var notFileName = regexp.MustCompile(`[^a-z0-9.-]+`)

// keep gives a picture a name that is its own among those of the post. An error is
// one of their bound.
func (c *composing) keep(ref string, data []byte) (string, error) {
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
		switch {
		case taken && bytes.Equal(there, data):
			return name, nil
		case !taken && c.held+int64(len(data)) > maxHeld:
			return "", fmt.Errorf("the pictures of a post may have %d bytes together", maxHeld)
		case !taken:
			c.files[name], c.held = data, c.held+int64(len(data))
			return name, nil
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
