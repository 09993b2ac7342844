package web

import (
	"hash/fnv"
	"html/template"
	"strconv"
	"unicode"
	"unicode/utf8"

	"limelight/blog"
)

// maxDepth is how many lists are nested. What lies deeper stands at the
// deepest one, in order, and names the comment it answers.
const maxDepth = 8

// commentView is a comment as the page shows it, with its answers.
type commentView struct {
	ID        int64
	Depth     int // from 1
	Erased    bool
	Unlisted  bool   // not for search engines, nor for what gathers comments by their microformats
	Own       bool   // by the author of the blog
	Name      string // plain text
	Handle    string // @name@host; empty when it is the name already
	Profile   string // http(s) address; empty when there is none
	Avatar    string // path of our copy; empty when a letter stands in
	Letter    string // what is drawn in place of an avatar
	Tone      int    // 1 to 6: its colour
	URL       string // the comment at its own server
	Published date
	Edited    *date // nil when never
	Warning   string
	Language  string
	HTML      template.HTML
	Pictures  []pictureView
	Links     []linkView // to what else is attached
	Answer    string     // path of the page for answering it; empty when it cannot be
	To        *answered  // the comment that it answers; nil when it answers the post
	Answers   []*commentView
}

// answered is the comment above. ID is 0 when it is not on the page.
type answered struct {
	ID   int64
	Name string
}

// thread makes a tree of comments that are in the order of their dates.
// Answers stay in that order below what they answer. open tells whether they can
// be answered.
func (s *Site) thread(comments []blog.Comment, open bool) []*commentView {
	t := tree{site: s, open: open, byID: map[int64]*blog.Comment{}, below: map[int64][]*blog.Comment{}, placed: map[int64]bool{}}
	for i := range comments {
		t.byID[comments[i].ID] = &comments[i]
	}
	var roots []*blog.Comment
	for i := range comments {
		c := &comments[i]
		if t.byID[c.Parent] == nil {
			roots = append(roots, c)
		} else {
			t.below[c.Parent] = append(t.below[c.Parent], c)
		}
	}
	var views []*commentView
	for _, c := range roots {
		t.place(&views, c, 1)
	}
	// Comments that answer each other in a circle have no beginning; storage
	// makes none, but none must be lost.
	for i := range comments {
		t.place(&views, &comments[i], 1)
	}
	return views
}

type tree struct {
	site   *Site
	open   bool
	byID   map[int64]*blog.Comment
	below  map[int64][]*blog.Comment
	placed map[int64]bool
}

// place puts c and all that answers it at the end of a list of the depth.
func (t *tree) place(list *[]*commentView, c *blog.Comment, depth int) {
	if t.placed[c.ID] {
		return
	}
	t.placed[c.ID] = true
	v := t.site.comment(c, depth)
	if t.open && !v.Erased && c.Source != blog.Imported { // a writer elsewhere could be told
		v.Answer = "/interact?comment=" + strconv.FormatInt(c.ID, 10)
	}
	if c.Parent != 0 {
		v.To = t.answered(c.Parent)
	}
	*list = append(*list, v)
	for _, answer := range t.below[c.ID] {
		if depth < maxDepth {
			t.place(&v.Answers, answer, depth+1)
		} else {
			t.place(list, answer, depth)
		}
	}
}

func (t *tree) answered(id int64) *answered {
	switch c := t.byID[id]; {
	case c == nil:
		return &answered{0, "a comment that is not on this page"}
	case c.State == blog.Erased:
		return &answered{id, "a deleted comment"}
	default:
		return &answered{id, blog.Excerpt(t.site.nameOfAuthor(c), 40)}
	}
}

func (s *Site) comment(c *blog.Comment, depth int) *commentView {
	v := &commentView{ID: c.ID, Depth: depth, Erased: c.State == blog.Erased, Published: s.date(c.Published)}
	if v.Erased {
		return v
	}
	v.Own = c.Source == blog.Own || c.Author.IRI == s.blog.ActorIRI()
	v.Name, v.Warning, v.Language = s.nameOfAuthor(c), c.Warning, c.Language
	v.Unlisted = c.Visibility == blog.Unlisted
	v.Letter, v.Tone = letter(v.Name), tone(c.Author.IRI)
	v.Profile, v.URL = address(c.Author.URL, c.Author.IRI), address(c.URL, c.IRI)
	// Package blog made it safe when the comment came in.
	v.HTML = template.HTML(s.withEmoji(c.HTML, c.Emojis))
	v.Pictures, v.Links = s.attached(c.Attachments)
	if c.Author.Handle != "" && c.Author.Name != "" {
		v.Handle = "@" + c.Author.Handle
	}
	if c.Author.Avatar != "" {
		v.Avatar = s.avatar(c.Author.Avatar)
	}
	if v.Own {
		v.Profile, v.Avatar = "/", s.blog.Avatar.Path
		v.URL = s.blog.CommentURL(c.PostSlug, c.ID)
		v.Handle = "@" + s.blog.Acct()
	}
	if !c.Edited.IsZero() {
		edited := s.date(c.Edited)
		v.Edited = &edited
	}
	return v
}

// nameOfAuthor is how the writer of a comment is called.
func (s *Site) nameOfAuthor(c *blog.Comment) string {
	if c.Source == blog.Own || c.Author.IRI == s.blog.ActorIRI() {
		return s.blog.AuthorName()
	}
	if c.Author.Name == "" && c.Author.Handle != "" {
		return "@" + c.Author.Handle
	}
	return c.Author.DisplayName()
}

// address is the first of the addresses that a browser can open, or "".
func address(candidates ...string) string {
	for _, a := range candidates {
		if isHTTP(a) {
			return a
		}
	}
	return ""
}

// letter is the first letter or digit of a name, in upper case.
func letter(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	if r, _ := utf8.DecodeRuneInString(name); r != utf8.RuneError && unicode.IsGraphic(r) && !unicode.IsSpace(r) {
		return string(r)
	}
	return "?"
}

// tone picks one of six colours, always the same for the same actor.
func tone(iri string) int {
	h := fnv.New32a()
	// A hash takes everything.
	_, _ = h.Write([]byte(iri))
	return int(h.Sum32()%6) + 1
}
