package web

import (
	"strings"
	"time"

	"limelight/blog"
)

// document is what every page has, and one of what follows Icon.
type document struct {
	Blog        *blog.Blog
	Title       string // of the window
	Description string // plain text, one line
	Canonical   string // absolute; empty on a page that should not be found
	Language    string // BCP 47
	Direction   string // ltr or rtl
	NoIndex     bool
	Image       blog.Image // for previews elsewhere
	Activity    string     // id of the ActivityPub object that the page shows; may be empty
	Feeds       []feedSet  // for autodiscovery; readers take the first
	Styles      string     // path
	Logo        blog.Image // Path is empty when there is none
	Icon        blog.Image // for tabs and home screens
	RollPath    string     // of the OPML of what the author recommends; empty when there is none

	List    *list
	Post    *postPage
	Dialog  *dialog // also beside List or Post, where visitors may be taken to their server from
	Archive []year
	Search  *results
	About   *about
	Roll    []rollGroup
	Policy  string // what becomes of replies, for the page that explains it
	Problem *problem
}

// feedSet is the three feeds of one thing.
type feedSet struct {
	Below string // path that their names follow: "" for the blog's, "/tags/x" for a tag's
	Title string
}

// talkFeeds are those of all comments.
func (s *Site) talkFeeds() feedSet { return feedSet{"/comments", "Comments on " + s.blog.Title} }

// document begins a page with the title.
func (s *Site) document(title string) *document {
	d := &document{
		Blog: s.blog, Title: s.blog.Title, Description: s.blog.Description,
		Image: s.blog.Avatar, Feeds: []feedSet{{"", s.blog.Title}},
		Styles: s.assets["site.css"].path, Icon: s.icon(), Logo: s.logo, RollPath: s.rollPath(),
	}
	if title != "" {
		d.Title = title + " · " + s.blog.Title
	}
	d.speak(s.blog.Language)
	return d
}

// speak sets the page's language and the direction it is written in.
func (d *document) speak(language string) {
	if language == "" {
		language = "en"
	}
	d.Language, d.Direction = language, direction(language)
}

// direction is rtl for languages that are written so, in their usual script.
func direction(language string) string {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch primary {
	case "ar", "arc", "ckb", "dv", "fa", "he", "iw", "nqo", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}

// icon is limelight's mark, or the face that the author chose.
func (s *Site) icon() blog.Image {
	if s.blog.Avatar.Path != "" && s.blog.Avatar.Path != DefaultAvatar().Path {
		return s.blog.Avatar
	}
	return blog.Image{Path: s.assets["icon.svg"].path, Type: assetTypes[".svg"]}
}

// date is a point in time as a page shows it.
type date struct {
	ISO  string // for machines: RFC 3339
	Day  string // 2 November 2025
	Time string // 2 Nov 2025, 14:03
}

func (s *Site) date(t time.Time) date {
	local := t.In(s.blog.Timezone)
	return date{ISO: t.UTC().Format(time.RFC3339), Day: local.Format("2 January 2006"), Time: local.Format("2 Jan 2006, 15:04")}
}
