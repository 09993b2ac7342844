package bring

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"limelight/blog"
)

const maxWalked = 500_000 // files and folders

// documents are the files below a folder whose names end like that of a post.
func documents(files fs.FS, folder string) (names []string, err error) {
	walked := 0
	err = fs.WalkDir(files, folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if walked++; walked > maxWalked {
			return fmt.Errorf("there are more than %d files", maxWalked)
		}
		if entry.IsDir() && name != folder && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		if entry.Type().IsRegular() && slices.Contains([]string{".md", ".markdown", ".html", ".htm", ".mdown"}, strings.ToLower(path.Ext(name))) {
			names = append(names, name)
		}
		return nil
	})
	if err == nil && len(names) > MaxPosts {
		err = fmt.Errorf("there are more than %d posts", MaxPosts)
	}
	return names, err
}

// configuration is the first of the files that is there.
func configuration(files fs.FS, names ...string) (matter, error) {
	for _, name := range names {
		data, err := ReadFile(files, name, maxMatter)
		if err != nil {
			continue
		}
		m, err := parseMatter(string(data), map[string]string{".toml": "toml", ".json": "json"}[path.Ext(name)])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return m, nil
	}
	return matter{}, nil
}

// common takes from a front matter what Hugo and Jekyll have alike.
func (p *Post) common(m matter, o Options) {
	p.Meta.Title = m.text("title")
	p.Meta.Summary = cmp.Or(m.text("summary"), m.text("description"), m.text("excerpt"))
	p.Meta.Language = m.text("lang", "language", "locale")
	p.Meta.Image = cmp.Or(m.text("image", "featured_image", "featuredimage", "cover.image", "image.path", "header.image", "header.teaser", "thumbnail", "cover"),
		slices.Concat(m.list(one, "images"), []string{""})[0])
	p.Meta.ImageAlt = m.text("image_alt", "cover.alt", "image.alt", "featuredalt")
	for _, d := range []struct {
		from []string
		to   *string
	}{{[]string{"date", "publishdate", "pubdate", "published_at"}, &p.Meta.Date}, {[]string{"lastmod", "updated", "last_modified_at", "modified"}, &p.Meta.Updated}} {
		if text := m.text(d.from...); text != "" {
			if t, ok := ParseTime(text, o.Timezone); ok {
				*d.to = blog.MetaTime(t)
			} else {
				p.Note("its date %q was not understood", clip(text, 60))
			}
		}
	}
}

func one(text string) []string { return []string{text} }

func byComma(text string) []string { return strings.Split(text, ",") }

func byBlank(text string) []string {
	if strings.Contains(text, ",") {
		return byComma(text)
	}
	return strings.Fields(text)
}

// NotYet keeps a post whose date is still to come from coming out by itself one day.
func (p *Post) NotYet() {
	if t, ok := ParseTime(p.Meta.Date, nil); ok && t.After(time.Now()) && !p.Meta.Draft {
		p.Meta.Draft = true
		p.Note("its date is still to come, so it is a draft")
	}
}

var fence = regexp.MustCompile("^ {0,3}(```+|~~~+)")

// outsideCode changes a text where it is no code: f gets the parts between the
// fences.
func outsideCode(text string, f func(string) string) string {
	var out, part strings.Builder
	end := ""
	flush := func() {
		out.WriteString(f(part.String()))
		part.Reset()
	}
	for line := range strings.Lines(text) {
		mark := fence.FindStringSubmatch(line)
		switch {
		case end == "" && mark != nil:
			flush()
			end = mark[1]
			out.WriteString(line)
		case end != "":
			out.WriteString(line)
			if mark != nil && strings.HasPrefix(mark[1], end) && strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "`~")) == "" {
				end = ""
			}
		default:
			part.WriteString(line)
		}
	}
	flush()
	return out.String()
}
