package blog

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// Decomposed is a post as files: what Compose made it of, as far as that is known.
type Decomposed struct {
	Text  []byte            // front matter and Markdown
	Files map[string]string // what lies beside it, by its relative path with slashes, and the names that it has among the media
	Lost  []string          // images of the text of which nobody knows which file they are
}

// Decompose makes files of a post. Images lie beside the text under the names that
// the text has for them.
func Decompose(p *Post) (d Decomposed, err error) {
	d.Files = map[string]string{}
	meta := FrontMatter{
		Title: p.Title, Slug: p.Slug, Date: MetaTime(p.Published), Summary: p.Summary, Language: p.Language,
		Draft: p.Status == Draft, Sensitive: p.Sensitive, Pinned: p.Pinned, Comments: p.Comments,
	}
	if p.Updated.After(p.Published) {
		meta.Updated = MetaTime(p.Updated)
	}
	if p.Visibility != Public {
		meta.Visibility = string(p.Visibility)
	}
	for _, tag := range p.Tags {
		meta.Tags = append(meta.Tags, tag.Name)
	}
	if d.Lost, err = d.images(p); err != nil {
		return d, err
	}
	if p.Image.Path != "" {
		meta.Image, meta.ImageAlt = d.beside(p.Image.Path), p.Image.Alt
		if f := p.Image.Focus; f != (Focus{}) {
			meta.ImageFocus = []float64{f.X, f.Y}
		}
	}
	d.enclosure(&meta, &p.Enclosure)
	d.Text, err = meta.File(p.Source)
	return d, err
}

// beside takes a file of the media along and returns what it is called beside the
// text; an address elsewhere stays what it is.
func (d *Decomposed) beside(at string) string {
	name, ok := strings.CutPrefix(at, mediaPath)
	if !ok {
		return at
	}
	d.Files[name] = name
	return name
}

func (d *Decomposed) enclosure(meta *FrontMatter, e *Enclosure) {
	if e.URL == "" {
		return
	}
	at, size := d.beside(e.URL), e.Size
	if e.IsOwn() {
		size = 0 // the file tells
	}
	if e.IsVideo() {
		meta.Video, meta.VideoTitle, meta.VideoSize = at, e.Title, size
	} else {
		meta.Audio, meta.AudioTitle, meta.AudioSize = at, e.Title, size
	}
	meta.Duration = int64(e.Duration / time.Second)
	meta.Season, meta.Episode, meta.Explicit = e.Season, e.Episode, e.Explicit
	if e.Chapters.URL != "" {
		meta.Chapters = d.beside(e.Chapters.URL)
	}
	if e.Transcript.URL != "" {
		meta.Transcript = d.beside(e.Transcript.URL)
	}
}

// images finds which files the images of the text are: rendered anew they stand
// where they stand in the HTML that there is.
func (d *Decomposed) images(p *Post) (lost []string, err error) {
	const mark = "/beside/"
	var refs []string
	again, err := renderMarkdown(p.Source, func(n ast.Node) error {
		if i, ok := n.(*ast.Image); ok && local(string(i.Destination)) {
			refs = append(refs, besideName(string(i.Destination)))
			i.Destination = []byte(mark + strconv.Itoa(len(refs)-1))
		}
		return nil
	})
	if err != nil || len(refs) == 0 {
		return nil, err
	}
	now, was := imageAddresses(again), imageAddresses(p.HTML)
	for i, address := range now {
		n, err := strconv.Atoi(strings.TrimPrefix(address, mark))
		if !strings.HasPrefix(address, mark) || err != nil {
			continue
		}
		name, ok := "", false
		if len(now) == len(was) {
			name, ok = strings.CutPrefix(was[i], mediaPath)
		}
		if !ok || outside(refs[n]) || name != path.Base(name) {
			lost = append(lost, refs[n])
			continue
		}
		d.Files[refs[n]] = name
	}
	slices.Sort(lost)
	return slices.Compact(lost), nil
}

// imageAddresses are those of the images in HTML, in their order.
func imageAddresses(text string) (all []string) {
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return all
		case html.StartTagToken, html.SelfClosingTagToken:
			if t := z.Token(); t.Data == "img" {
				for _, a := range t.Attr {
					if a.Key == "src" {
						all = append(all, a.Val)
					}
				}
			}
		}
	}
}
