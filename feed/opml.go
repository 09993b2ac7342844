package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"limelight/blog"
)

// Bounds of an OPML file.
const (
	maxOPML     = 1 << 20 // bytes
	maxOutlines = 2000
	maxGroups   = 16 // folders within each other
)

// opmlDocument is OPML 2.0 (opml.org/spec2.opml).
type opmlDocument struct {
	XMLName xml.Name    `xml:"opml"`
	Version string      `xml:"version,attr"`
	Head    opmlHead    `xml:"head"`
	Body    opmlOutline `xml:"body"`
}

type opmlHead struct {
	Title     string `xml:"title"`
	OwnerName string `xml:"ownerName,omitempty"`
	OwnerID   string `xml:"ownerId,omitempty"`
	Docs      string `xml:"docs"`
}

// opmlOutline is a blog, or a folder of them. Feed readers write the same names,
// but the letters of some in another case.
type opmlOutline struct {
	Text        string        `xml:"text,attr,omitempty"`
	Title       string        `xml:"title,attr,omitempty"`
	Type        string        `xml:"type,attr,omitempty"`
	Feed        string        `xml:"xmlUrl,attr,omitempty"`
	Page        string        `xml:"htmlUrl,attr,omitempty"`
	Description string        `xml:"description,attr,omitempty"`
	URL         string        `xml:"url,attr,omitempty"`
	Attrs       []xml.Attr    `xml:",any,attr"`
	Outlines    []opmlOutline `xml:"outline"`
}

// ReadOPML reads the blogs in an OPML file, such as feed readers export, in its
// order. What is in folders within folders stands in the innermost. Outlines
// without an address of http or https that are no folders are left out.
func ReadOPML(file []byte) ([]blog.Recommendation, error) {
	if len(file) > maxOPML {
		return nil, fmt.Errorf("read OPML: it has %d bytes; %d are read at most", len(file), maxOPML)
	}
	var doc opmlDocument
	decoder := xml.NewDecoder(bytes.NewReader(file))
	decoder.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("it is in %s; save it as UTF-8", charset)
	}
	if err := decoder.Decode(&doc); err != nil {
		return nil, fmt.Errorf("read OPML: %w", err)
	}
	all, err := doc.Body.recommendations(nil, "", 0)
	if err == nil && len(all) == 0 {
		err = errors.New("there is no blog in it")
	}
	if err != nil {
		return nil, fmt.Errorf("read OPML: %w", err)
	}
	return all, nil
}

// recommendations adds those in a folder to all.
func (o *opmlOutline) recommendations(all []blog.Recommendation, group string, depth int) ([]blog.Recommendation, error) {
	if depth > maxGroups {
		return nil, errors.New("its folders lie too deep within each other")
	}
	var err error
	for i := range o.Outlines {
		part := &o.Outlines[i]
		r := blog.Recommendation{
			Title: line(part.Text, part.Title), Group: group, Feed: webAddress(part.Feed, part.other("xmlurl")),
			URL: webAddress(part.Page, part.other("htmlurl"), part.URL), Description: line(part.Description),
		}
		if r.Feed != "" || r.URL != "" {
			if r.Title == "" {
				u, _ := url.Parse(r.Feed + r.URL)
				r.Title = u.Hostname()
			}
			if all = append(all, r); len(all) > maxOutlines {
				return nil, fmt.Errorf("there are more than %d blogs in it", maxOutlines)
			}
			continue
		}
		folder := r.Title
		if folder == "" {
			folder = group
		}
		if all, err = part.recommendations(all, folder, depth+1); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// other is the value of an attribute that is spelt in another case.
func (o *opmlOutline) other(name string) string {
	for _, a := range o.Attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

// line is the first text that says something, on one line.
func line(texts ...string) string {
	for _, text := range texts {
		if text = strings.Join(strings.Fields(text), " "); text != "" {
			return text
		}
	}
	return ""
}

// webAddress is the first that is an address of the web.
func webAddress(addresses ...string) string {
	for _, address := range addresses {
		address = strings.TrimSpace(address)
		if u, err := url.Parse(address); err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http") {
			return address
		}
	}
	return ""
}

// OPML is what the author recommends, for feed readers to take up.
func OPML(b *blog.Blog, title string, recommended []blog.Recommendation) ([]byte, error) {
	doc := opmlDocument{Version: "2.0", Head: opmlHead{Title: clean(title), OwnerName: clean(b.Author), OwnerID: b.HomeURL(), Docs: "https://opml.org/spec2.opml"}}
	groups := map[string]int{}
	for _, r := range recommended {
		o := opmlOutline{Text: clean(r.Title), Title: clean(r.Title), Type: "rss", Feed: r.Feed, Page: r.URL, Description: clean(r.Description)}
		if r.Feed == "" { // section "Types": a link has its address as url
			o.Type, o.Page, o.URL = "link", "", r.URL
		}
		if r.Group == "" {
			doc.Body.Outlines = append(doc.Body.Outlines, o)
			continue
		}
		at, known := groups[r.Group]
		if !known {
			at = len(doc.Body.Outlines)
			groups[r.Group] = at
			doc.Body.Outlines = append(doc.Body.Outlines, opmlOutline{Text: clean(r.Group)})
		}
		doc.Body.Outlines[at].Outlines = append(doc.Body.Outlines[at].Outlines, o)
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write OPML: %w", err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}
