package web

import (
	"bytes"
	"net/http"
	"strings"

	"limelight/blog"
	"limelight/feed"
	"limelight/storage"
)

const (
	feedItems = 30      // on a page of a feed
	feedBytes = 1 << 20 // of HTML on one, from feedLeast items on
	feedLeast = 3       // however large: few readers go on to the next page, and would miss what came since the last time
	feedBatch = 16      // items read at once
)

// FeedOptions are what the feeds are made of besides posts and comments.
type FeedOptions struct {
	Short    bool     // posts go out as summaries
	Hubs     []string // addresses of WebSub hubs that tell of changes
	Category string   // of a podcast: "Society & Culture > Documentary"; empty means none
	Email    string   // of its owner; empty means none
	Explicit bool     // it is not for children
	Cover    string   // path of its picture; empty means the blog's face
}

// feedKind is one of the formats a feed comes in.
type feedKind struct {
	file     string // the last part of its path
	linkType string // in autodiscovery
	styled   bool   // it has a style sheet for those who open it in a browser
	render   func(feed.Feed) ([]byte, error)
}

var (
	feedRSS  = feedKind{"feed.xml", "application/rss+xml", true, feed.RSS}
	feedAtom = feedKind{"feed.atom", "application/atom+xml", true, feed.Atom}
	feedJSON = feedKind{"feed.json", "application/feed+json", false, feed.JSON}
)

// feedPage is a page of a feed in one format.
type feedPage struct {
	*feedKind
	below  string // path of what it is about, which its own follows: "" for the blog
	before string // what the page begins after; empty for the first page
}

// address is that of the page of the feed that begins after before.
func (p *feedPage) address(b *blog.Blog, before string) string {
	address := b.URL(p.below + "/" + p.file)
	if before != "" {
		address += "?before=" + before
	}
	return address
}

// id is the feed's: its address as it was when the blog could first be reached.
func (p *feedPage) id(b *blog.Blog) string {
	first := *b
	if b.FirstURL != "" {
		first.BaseURL = b.FirstURL
	}
	return p.address(&first, "")
}

// content begins the page with what all feeds say.
func (s *Site) content(p *feedPage) feed.Feed {
	f := feed.Feed{
		Blog: s.blog, Title: s.blog.Title, Description: s.blog.Description, PageURL: s.blog.URL(p.below),
		ID: p.id(s.blog), SelfURL: p.address(s.blog, p.before), Updated: s.blog.Created,
		Short:   s.feeds.Short,
		Podcast: feed.Podcast{Category: s.feeds.Category, Email: s.feeds.Email, Explicit: s.feeds.Explicit, Image: s.feeds.Cover},
	}
	if p.styled {
		f.Styles = s.assets["feed.css"].path
	}
	if p.before != "" {
		f.First = p.address(s.blog, "")
	} else { // nobody is told of older pages
		f.Hubs = s.feeds.Hubs
	}
	return f
}

// feedAnswer renders the page, unless that gives the same bytes as last time:
// those keep their date, so that what changed elsewhere on the blog makes nobody
// fetch them again.
func (s *Site) feedAnswer(p *feedPage, content feed.Feed, at storage.Revision, last *answer) (*answer, error) {
	body, err := p.render(content)
	if err != nil {
		return nil, err
	}
	if last != nil && bytes.Equal(last.body, body) {
		same := *last
		return &same, nil
	}
	a := newAnswer(p.linkType+"; charset=utf-8", body)
	if p.before == "" { // older pages are asked for now and then, and by strangers
		a.addBrotli()
	}
	a.vary, a.feed = varyFile, true
	for _, hub := range content.Hubs { // where WebSub section 4 has subscribers look first
		a.link = append(a.link, "<"+hub+`>; rel="hub"`)
	}
	if a.link != nil {
		a.link = append(a.link, "<"+content.SelfURL+`>; rel="self"`)
	}
	if p.styled {
		a.vary, a.shownAs = varyFeed, xmlType
	}
	a.date(at.At)
	return a, nil
}

// queryBefore is what a query asks the page to begin after; empty when it does
// not.
func queryBefore(r *http.Request) (before string, ok bool) {
	if r.URL.RawQuery == "" { // most by far
		return "", true
	}
	query := r.URL.Query()
	if !query.Has("before") {
		return "", true
	}
	before = query.Get("before")
	return before, before != "" && len(before) <= 40 && strings.Trim(before, "0123456789abcdef-") == ""
}

// collect gathers rows, which read gives a few at a time beginning after the
// last one, until a page of a feed is full. next is the one that would come then,
// nil at the end.
func collect[T any](read func(last *T) ([]T, error), size func(*T) int) (rows []T, next *T, err error) {
	total := 0
	for {
		var last *T
		if len(rows) > 0 {
			last = &rows[len(rows)-1]
		}
		batch, err := read(last)
		if err != nil {
			return nil, nil, err
		}
		for i := range batch {
			total += size(&batch[i])
			if len(rows) == feedItems || len(rows) >= feedLeast && total > feedBytes {
				return rows, &batch[i], nil
			}
			rows = append(rows, batch[i])
		}
		if len(batch) < feedBatch {
			return rows, nil, nil
		}
	}
}
