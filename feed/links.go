package feed

// Media types of the formats and of what they link to.
const (
	typeRSS      = "application/rss+xml"
	typeAtom     = "application/atom+xml"
	typeHTML     = "text/html"
	typeActivity = "application/activity+json"
)

// Namespaces of what RSS and Atom borrow.
const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsSlash   = "http://purl.org/rss/1.0/modules/slash/"
	nsWFW     = "http://wellformedweb.org/CommentAPI/"
	nsMedia   = "http://search.yahoo.com/mrss/"
	nsThread  = "http://purl.org/syndication/thread/1.0" // RFC 4685
	nsITunes  = "http://www.itunes.com/dtds/podcast-1.0.dtd"
	nsPodcast = "https://podcastindex.org/namespace/1.0"
	nsSource  = "http://source.scripting.com/"
)

// atomLink is Atom's (RFC 4287 section 4.2.7), also within RSS. Count is RFC 4685's,
// of what a link of replies leads to.
type atomLink struct {
	Href   string `xml:"href,attr"`
	Rel    string `xml:"rel,attr,omitempty"`
	Type   string `xml:"type,attr,omitempty"`
	Length string `xml:"length,attr,omitempty"`
	Count  string `xml:"thr:count,attr,omitempty"`
}

// relTwin is how Atom names a twin. It would be an alternate, but newsboat takes
// the last of those for the page and others the first, whatever their type.
const relTwin = "related"

// links are the feed's own: itself first, then who tells of changes, its other
// pages and its twin. Mediatype is the feed's.
func (f *Feed) links(mediatype string) []atomLink {
	links := []atomLink{{Href: f.SelfURL, Rel: "self", Type: mediatype}}
	for _, hub := range f.Hubs {
		links = append(links, atomLink{Href: hub, Rel: "hub"})
	}
	for _, page := range []atomLink{{Rel: "first", Href: f.First}, {Rel: "previous", Href: f.Newer}, {Rel: "next", Href: f.Older}} {
		if page.Href != "" {
			page.Type = mediatype
			links = append(links, page)
		}
	}
	if f.Twin != "" {
		rel := "alternate"
		if mediatype == typeAtom {
			rel = relTwin
		}
		links = append(links, atomLink{Href: f.Twin, Rel: rel, Type: typeActivity})
	}
	return links
}

// thumb is Media RSS's small picture of an item.
type thumb struct {
	URL    string `xml:"url,attr"`
	Width  int    `xml:"width,attr,omitempty"`
	Height int    `xml:"height,attr,omitempty"`
}

func (f *Feed) thumb(it *item) *thumb {
	if it.thumbnail.Path == "" {
		return nil
	}
	return &thumb{f.Blog.URL(it.thumbnail.Path), it.thumbnail.Width, it.thumbnail.Height}
}
