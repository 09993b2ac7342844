package blog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// composing is a post on its way from a file: what the front matter said
// besides the Post itself.
type composing struct {
	name     string // the file's
	bodyLine int    // lines of the file before Post.Source
	opts     ComposeOptions
	post     Post
	media    []MediaFile
	attached map[string]MediaFile // what each reference was made into
	titled   bool                 // the front matter names a title, if only an empty one
	image    string               // the lead picture as the author wrote it
	imageAt  int
	imageAlt string
	focus    Focus   // of the lead picture
	enclosed []field // about audio or video
	files    []SourceFile
}

// metaKeys is every key a front matter may have, with what it does.
var metaKeys = map[string]func(c *composing, f field) error{
	"title":       func(c *composing, f field) error { c.titled = true; return c.plain(f, &c.post.Title, 300) },
	"slug":        (*composing).slug,
	"date":        func(c *composing, f field) error { return c.date(f, &c.post.Published) },
	"updated":     func(c *composing, f field) error { return c.date(f, &c.post.Updated) },
	"summary":     func(c *composing, f field) error { return c.plain(f, &c.post.Summary, 2000) },
	"tags":        (*composing).tags,
	"language":    (*composing).language,
	"draft":       (*composing).draft,
	"visibility":  (*composing).visibility,
	"image":       func(c *composing, f field) error { c.imageAt = f.line; return c.plain(f, &c.image, 1000) },
	"image_alt":   func(c *composing, f field) error { return c.plain(f, &c.imageAlt, 2000) },
	"image_focus": (*composing).imageFocus,
	"sensitive":   func(c *composing, f field) error { return c.boolean(f, &c.post.Sensitive) },
	"pinned":      func(c *composing, f field) error { return c.boolean(f, &c.post.Pinned) },
	"comments":    (*composing).comments,
	"audio":       (*composing).enclosureField,
	"audio_title": (*composing).enclosureField,
	"audio_size":  (*composing).enclosureField,
	"video":       (*composing).enclosureField,
	"video_title": (*composing).enclosureField,
	"video_size":  (*composing).enclosureField,
	"duration":    (*composing).enclosureField,
	"season":      (*composing).enclosureField,
	"episode":     (*composing).enclosureField,
	"explicit":    (*composing).enclosureField,
	"chapters":    (*composing).enclosureField,
	"transcript":  (*composing).enclosureField,
}

// apply takes the front matter into the post.
func (c *composing) apply(fields []field) error {
	seen := map[string]bool{}
	for _, f := range fields {
		set, known := metaKeys[f.key]
		if !known {
			return c.fault(f, "there is no key %q in a front matter; %s", f.key, keyHint(f.key))
		}
		if seen[f.key] {
			return c.fault(f, "%s stands here a second time", f.key)
		}
		seen[f.key] = true
		if f.isList && f.key != "tags" && f.key != "image_focus" {
			return c.fault(f, "%s takes a single value, not a list", f.key)
		}
		if err := set(c, f); err != nil {
			return err
		}
	}
	return nil
}

func (c *composing) fault(f field, format string, args ...any) error {
	return &InputError{c.name, f.line, fmt.Sprintf(format, args...)}
}

// keyHint names the key that was probably meant, or all of them.
func keyHint(key string) string {
	var names []string
	for name := range metaKeys {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if similar(strings.ToLower(key), name) {
			return "did you mean " + name + "?"
		}
	}
	return "it may have " + strings.Join(names, ", ")
}

// similar tells whether two words have the same letters but for two at most,
// in any order: a typo's usual size.
func similar(a, b string) bool {
	count := map[rune]int{}
	for _, r := range a {
		count[r]++
	}
	for _, r := range b {
		count[r]--
	}
	odd := 0
	for _, n := range count {
		odd += max(n, -n)
	}
	return odd <= 2
}

func (c *composing) plain(f field, to *string, limit int) error {
	*to = strings.Join(strings.Fields(f.text), " ")
	if len([]rune(*to)) > limit {
		return c.fault(f, "%s is longer than %d characters", f.key, limit)
	}
	return nil
}

// imageFocus is a pair of numbers as a list, or by commas.
func (c *composing) imageFocus(f field) error {
	list := f.list
	if !f.isList {
		list = strings.Split(f.text, ",")
	}
	var pair []float64
	for _, text := range list {
		if v, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && v >= -1 && v <= 1 {
			pair = append(pair, v)
		}
	}
	if len(list) != 2 || len(pair) != 2 {
		return c.fault(f, "image_focus should be two numbers from -1 to 1, as [0.5, -0.2]: how far to the right of the middle and above it")
	}
	c.focus = Focus{pair[0], pair[1]}
	return nil
}

func (c *composing) boolean(f field, to *bool) error {
	b, err := strconv.ParseBool(f.text)
	if err != nil {
		return c.fault(f, "%s is %q; it should be true or false", f.key, f.text)
	}
	*to = b
	return nil
}

func (c *composing) oneOf(f field, choices ...string) error {
	if !slices.Contains(choices, f.text) {
		return c.fault(f, "%s is %q; it may be %s", f.key, f.text, strings.Join(choices, ", "))
	}
	return nil
}

func (c *composing) slug(f field) error {
	if f.text == "" || slugPattern.MatchString(f.text) {
		c.post.Slug = f.text
		return nil
	}
	hint := ""
	if better := MakeSlug(f.text); better != "" {
		hint = fmt.Sprintf(" (%q would do)", better)
	}
	return c.fault(f, "slug is %q; it may have a-z, 0-9 and - only, 100 at most%s", f.text, hint)
}

func (c *composing) tags(f field) error {
	list := f.list
	if !f.isList {
		list = strings.Split(f.text, ",")
	}
	if len(list) > 50 {
		return c.fault(f, "%d tags are more than the 50 a post may have", len(list))
	}
	for _, name := range list {
		name = strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(name), "#")), " ")
		t := Tag{Slug: TagSlug(name), Name: name}
		switch {
		case name == "":
			continue
		case t.Slug == "" || len([]rune(name)) > 100:
			return c.fault(f, "tag %q should have letters or digits, and at most 100 characters", name)
		case !slices.ContainsFunc(c.post.Tags, func(o Tag) bool { return o.Slug == t.Slug }):
			c.post.Tags = append(c.post.Tags, t)
		}
	}
	return nil
}

var languagePattern = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)

func (c *composing) language(f field) error {
	if f.text != "" && !languagePattern.MatchString(f.text) {
		return c.fault(f, "language is %q; it should be a tag such as en or pt-BR", f.text)
	}
	c.post.Language = f.text
	return nil
}

func (c *composing) draft(f field) error {
	var draft bool
	if err := c.boolean(f, &draft); err != nil || !draft {
		return err
	}
	c.post.Status = Draft
	return nil
}

func (c *composing) visibility(f field) error {
	c.post.Visibility = Visibility(f.text)
	return c.oneOf(f, string(Public), string(Unlisted), string(Local))
}

func (c *composing) comments(f field) error {
	c.post.Comments = f.text
	return c.oneOf(f, OpenPolicy, KnownPolicy, HeldPolicy, ClosedPolicy)
}

// dateLayouts are the dates a front matter may have; those without a zone are
// in the blog's.
var dateLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05",
	"2006-01-02 15:04Z07:00", "2006-01-02 15:04 Z07:00", "2006-01-02 15:04 -0700", "2006-01-02 15:04", time.DateOnly,
}

func (c *composing) date(f field, to *time.Time) error {
	if f.text == "" {
		return nil
	}
	for _, layout := range dateLayouts {
		t, err := time.ParseInLocation(layout, f.text, c.opts.Timezone)
		if err != nil {
			continue
		}
		// RFC 3339 has four digits for a year, and the first moment of
		// year 1 is Go's mark for no date at all.
		if t = t.UTC().Truncate(time.Millisecond); t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
			break
		}
		*to = t
		return nil
	}
	return c.fault(f, "%s is %q; it should look like 2026-11-23, 2026-11-23 18:30 or 2026-11-23T18:30:00+01:00", f.key, f.text)
}
