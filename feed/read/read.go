package read

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"limelight/blog"
	"limelight/blog/bring"
)

// MaxFeed is how large a feed from another server may be, in bytes.
const MaxFeed = 32 << 20

// maxDocument bounds what is read of a file: more than any blog's texts.
const maxDocument = 2 << 30

// ErrUnknown is the error of what is neither a feed nor an export of WordPress.
var ErrUnknown = errors.New("it is no RSS, Atom or JSON Feed, and no export of WordPress")

// Namespaces (RSS 2.0 has none; RSS 1.0 is RDF).
const (
	atomSpace    = "http://www.w3.org/2005/Atom"
	rss1Space    = "http://purl.org/rss/1.0/"
	contentSpace = "http://purl.org/rss/1.0/modules/content/"
	dublinSpace  = "http://purl.org/dc/elements/1.1/"
	excerptSpace = "http://wordpress.org/export/1.2/excerpt/"
	itunesSpace  = "http://www.itunes.com/dtds/podcast-1.0.dtd"
)

// Read reads a document, which is at address or in a file when that is empty.
func Read(r io.Reader, address string, o bring.Options) (*bring.Source, error) {
	in := bufio.NewReader(io.LimitReader(r, maxDocument))
	start, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n"), []byte("{")) {
		return readJSON(in, address, o)
	}
	return readXML(in, address, o)
}

// reading is a document on its way.
type reading struct {
	opts   bring.Options
	source *bring.Source
	base   *url.URL // of the site, or of the document
	wxr    *wxr     // nil unless WordPress wrote it

	language string // of all posts that do not say theirs
}

func readXML(r io.Reader, address string, o bring.Options) (*bring.Source, error) {
	d := decoder(r)
	f := &reading{opts: o, source: &bring.Source{Kind: "a feed"}, base: parseURL(address)}
	known := false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if !known {
				return nil, fmt.Errorf("%w: %v", ErrUnknown, err)
			}
			return nil, fmt.Errorf("line %d: %w", line(d), err)
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if !known {
			if known = isFeed(start.Name); !known {
				return nil, ErrUnknown
			}
			continue
		}
		if start.Name.Local == "channel" {
			continue // its elements come one by one
		}
		n, err := element(d, start)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line(d), err)
		}
		if err := f.take(n); err != nil {
			return nil, err
		}
	}
	if !known {
		return nil, ErrUnknown
	}
	f.finish(address)
	return f.source, nil
}

func line(d *xml.Decoder) int {
	line, _ := d.InputPos()
	return line
}

func isFeed(name xml.Name) bool {
	return name.Local == "rss" || name.Local == "RDF" || name.Local == "feed" && strings.TrimSuffix(name.Space, "/") == atomSpace
}

// take takes an element of the channel or feed: a post, or something about all.
func (f *reading) take(n *node) error {
	switch {
	case isWXR(n):
		f.wordpress().take(n)
	case n.name == "item" && (n.space == "" || n.space == rss1Space):
		return f.item(n)
	case n.name == "entry" && n.space == atomSpace:
		return f.add(f.entry(n))
	case n.name == "link" && n.space == "" && f.base == nil:
		f.base = parseURL(strings.TrimSpace(n.text))
	case n.name == "link" && n.space == atomSpace && f.base == nil && (n.attribute("rel") == "" || n.attribute("rel") == "alternate"):
		f.base = parseURL(n.attribute("href"))
	case n.name == "language" && n.space == "":
		f.language = strings.TrimSpace(n.text)
	}
	return nil
}

func (f *reading) item(n *node) error {
	if f.wxr != nil || slices.ContainsFunc(n.children, isWXR) { // the channel may say nothing of it
		return f.wordpress().item(n)
	}
	return f.add(f.rssItem(n))
}

func (f *reading) add(p *bring.Post) error {
	if len(f.source.Posts) >= bring.MaxPosts {
		return fmt.Errorf("there are more than %d posts", bring.MaxPosts)
	}
	f.source.Posts = append(f.source.Posts, p)
	return nil
}

func (f *reading) rssItem(n *node) *bring.Post {
	link := cmpOr(n.value("link"), n.value("link", rss1Space))
	guid := n.child("guid")
	id := cmpOr(strings.TrimSpace(guid.text), link)
	if link == "" && guid.attribute("isPermaLink") != "false" {
		link = id
	}
	p := f.post(id, link)
	p.Meta.Title = plain(cmpOr(n.value("title"), n.value("title", rss1Space)))
	body := n.value("encoded", contentSpace)
	short := cmpOr(n.value("description"), n.value("description", rss1Space))
	if body == "" {
		body = short
	} else if text := plain(short); text != "" && !strings.HasPrefix(plain(body), strings.TrimRight(text, "….[] ")) {
		p.Meta.Summary = text // one that somebody wrote, and not the beginning
	}
	p.Text = bring.Markdown(body, p.Note)
	f.dates(p, cmpOr(n.value("pubDate"), n.value("date", dublinSpace)), "")
	for _, c := range n.all("category") {
		p.Meta.Tags = append(p.Meta.Tags, strings.TrimSpace(c.text))
	}
	for _, c := range n.all("subject", dublinSpace) {
		p.Meta.Tags = append(p.Meta.Tags, strings.TrimSpace(c.text))
	}
	e := n.child("enclosure")
	enclose(p, e.attribute("url"), e.attribute("type"), e.attribute("length"))
	if p.Meta.Audio != "" || p.Meta.Video != "" {
		p.Meta.Duration = seconds(n.value("duration", itunesSpace))
	}
	f.settle(p)
	return p
}

func (f *reading) entry(n *node) *bring.Post {
	link := ""
	for _, l := range n.all("link", atomSpace) {
		if rel := l.attribute("rel"); link == "" && (rel == "" || rel == "alternate") {
			link = l.attribute("href")
		}
	}
	p := f.post(cmpOr(n.value("id", atomSpace), link), link)
	p.Meta.Title = plain(construct(n.child("title", atomSpace)))
	content := n.child("content", atomSpace)
	body, short := construct(content), construct(n.child("summary", atomSpace))
	switch {
	case content.attribute("src") != "":
		p.Note("its text is at another address: %s", content.attribute("src"))
		body = short
	case body == "":
		body = short
	default:
		p.Meta.Summary = plain(short)
	}
	p.Text = bring.Markdown(body, p.Note)
	f.dates(p, cmpOr(n.value("published", atomSpace), n.value("updated", atomSpace)), n.value("updated", atomSpace))
	for _, c := range n.all("category", atomSpace) {
		p.Meta.Tags = append(p.Meta.Tags, cmpOr(c.attribute("label"), c.attribute("term")))
	}
	for _, l := range n.all("link", atomSpace) {
		if l.attribute("rel") == "enclosure" {
			enclose(p, l.attribute("href"), l.attribute("type"), l.attribute("length"))
		}
	}
	f.settle(p)
	return p
}

// post starts one with its addresses.
func (f *reading) post(id, link string) *bring.Post {
	p := &bring.Post{ID: id, Name: cmpOr(link, id), Base: f.base}
	if u := parseURL(link); u != nil {
		p.Base = u
		p.At(link)
		p.Meta.Slug = slugOf(u)
	}
	return p
}

// slugOf is the last part of an address that says something.
func slugOf(u *url.URL) string {
	at := strings.TrimSuffix(u.Path, "/")
	name := path.Base(at)
	if ending := path.Ext(name); ending != "" && len(ending) <= 5 {
		name = strings.TrimSuffix(name, ending)
	}
	if name == "index" {
		name = path.Base(path.Dir(at))
	}
	return blog.MakeSlug(name)
}

func (f *reading) dates(p *bring.Post, published, updated string) {
	if t, ok := bring.ParseTime(published, f.opts.Timezone); ok {
		p.Meta.Date = blog.MetaTime(t)
	}
	if t, ok := bring.ParseTime(updated, f.opts.Timezone); ok {
		p.Meta.Updated = blog.MetaTime(t)
	}
}

// settle decides whether it can come.
func (f *reading) settle(p *bring.Post) {
	switch {
	case p.ID == "":
		p.Left = "it has neither id nor address, so it would come again each time"
	case p.Meta.Date == "":
		p.Left = "it has no date that was understood"
	case strings.TrimSpace(p.Text) == "" && p.Meta.Title == "":
		p.Left = "it is empty"
	}
	if p.Meta.Slug == "" {
		p.Meta.Slug = blog.MakeSlug(p.Meta.Title)
	}
	p.NotYet()
}

// finish names the source: by the site, so that its feed and its export are one.
func (f *reading) finish(address string) {
	if f.wxr != nil {
		f.wxr.finish()
	}
	for _, p := range f.source.Posts {
		p.Meta.Language = cmpOr(p.Meta.Language, f.language)
	}
	f.source.Name = cmpOr(address, "feed")
	if f.base != nil {
		f.source.Name = f.base.Scheme + "://" + f.base.Host
	}
}
