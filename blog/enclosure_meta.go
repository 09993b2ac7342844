package blog

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxEnclosureURL  = 2000 // characters
	maxEnclosureFar  = 1 << 40
	maxDurationHours = 1000
)

// enclosureField keeps a key about audio or video: what it means depends on
// the others, which may stand below it.
func (c *composing) enclosureField(f field) error {
	if f.text != "" {
		c.enclosed = append(c.enclosed, f)
	}
	return nil
}

func (c *composing) enclosedField(key string) (field, bool) {
	i := slices.IndexFunc(c.enclosed, func(f field) bool { return f.key == key })
	if i < 0 {
		return field{}, false
	}
	return c.enclosed[i], true
}

// enclose takes the audio or video that the front matter names along.
func (c *composing) enclose() error {
	slices.SortFunc(c.enclosed, func(a, b field) int { return cmp.Compare(a.line, b.line) })
	main, audio := c.enclosedField("audio")
	second, video := c.enclosedField("video")
	switch {
	case audio && video:
		return c.fault(field{line: max(main.line, second.line)}, "a post may have audio or video, not both")
	case video:
		main = second
	}
	for _, f := range c.enclosed {
		if key, _, ofOne := strings.Cut(f.key, "_"); ofOne && key != main.key {
			return c.fault(f, "%s stands here without %s", f.key, key)
		}
		if main.key == "" {
			return c.fault(f, "%s stands here without audio or video", f.key)
		}
	}
	if main.key == "" {
		return nil
	}
	e := &c.post.Enclosure
	if title, ok := c.enclosedField(main.key + "_title"); ok {
		if err := c.plain(title, &e.Title, 300); err != nil {
			return err
		}
	}
	if f, ok := c.enclosedField("duration"); ok {
		if e.Duration, ok = parseDuration(f.text); !ok {
			return c.fault(f, "duration is %q; it should look like 1:02:03, 2:03 or 123, which are seconds", f.text)
		}
	}
	if err := c.numbered(); err != nil {
		return err
	}
	if err := c.aboutFiles(); err != nil {
		return err
	}
	if local(main.text) {
		return c.encloseFile(main)
	}
	return c.encloseAddress(main)
}

// encloseFile takes along a file beside the post, as it is.
func (c *composing) encloseFile(f field) error {
	if size, told := c.enclosedField(f.key + "_size"); told {
		return c.fault(size, "%s is for a file elsewhere; of one beside the post it is known", size.key)
	}
	name := besideName(f.text)
	kind, known := kindOf(f.key, name)
	switch {
	case outside(name):
		return c.fault(f, "%s: lies outside the post's folder; put the file beside the post or below", f.text)
	case !known:
		return c.fault(f, "%s: %s may end in %s", f.text, f.key, endingsOf(f.key))
	case c.opts.Open == nil:
		return c.fault(f, "%s: files cannot be taken along from here", f.text)
	}
	file, err := sourceFile(c.opts.Open, name, kind)
	if err != nil {
		return c.fault(f, "%s: %v", f.text, err)
	}
	c.files = append(c.files, file)
	e := &c.post.Enclosure
	e.URL, e.Type, e.Size = MediaPath(file.Name), kind.media, file.Size
	return nil
}

// encloseAddress names a file at another server, which is never asked for it.
func (c *composing) encloseAddress(f field) error {
	address, err := enclosureAddress(f.text)
	if err != nil {
		return c.fault(f, "%s should name a file beside this one or an address that starts with https://: %v", f.key, err)
	}
	kind, known := kindOf(f.key, address.Path)
	if !known {
		return c.fault(f, "%s: the path of such an address may end in %s", f.key, endingsOf(f.key))
	}
	e := &c.post.Enclosure
	e.URL, e.Type = address.String(), kind.media
	if size, told := c.enclosedField(f.key + "_size"); told {
		n, err := strconv.ParseInt(size.text, 10, 64)
		if err != nil || n < 1 || n > maxEnclosureFar {
			return c.fault(size, "%s is %q; it should be the size of the file in bytes, as 24986239", size.key, size.text)
		}
		e.Size = n
	}
	return nil
}

func enclosureAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("this is no address")
	case u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return nil, errors.New("this is neither")
	case u.User != nil:
		return nil, errors.New("this one has a user's name in it")
	case len(u.String()) > maxEnclosureURL:
		return nil, fmt.Errorf("this one has more than %d characters", maxEnclosureURL)
	}
	return u, nil
}

// parseDuration reads hours, minutes and seconds by colons, of which only the
// first may be 60 or more.
func parseDuration(text string) (time.Duration, bool) {
	parts := strings.Split(text, ":")
	if len(parts) > 3 {
		return 0, false
	}
	var seconds int64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || i > 0 && (n > 59 || len(part) > 2) {
			return 0, false
		}
		seconds = seconds*60 + int64(n)
	}
	return time.Duration(seconds) * time.Second, seconds > 0 && seconds < maxDurationHours*3600
}

// besideName is the path that a reference to a file beside the post means.
func besideName(ref string) string {
	name, err := url.PathUnescape(ref)
	if err != nil {
		name = ref
	}
	return path.Clean(name)
}

// outside tells whether such a path leaves the post's folder.
func outside(name string) bool { return name == ".." || strings.HasPrefix(name, "../") }
