package read

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"limelight/blog"
	"limelight/blog/bring"
)

// wxrSpace begins the namespaces of WordPress's exports, whose versions differ.
const wxrSpace = "http://wordpress.org/export/"

// isWXR tells whether an element is WordPress's, also where its prefix was never
// declared: what it says may be that a post is private.
func isWXR(n *node) bool { return strings.HasPrefix(n.space, wxrSpace) || n.space == "wp" }

// wxr is an export of WordPress on its way: what posts show may stand after them.
type wxr struct {
	*reading
	items       []*node
	attachments map[string]*node // by post_id
	counts      map[string]int   // of what does not come, by its kind
}

func (f *reading) wordpress() *wxr {
	if f.wxr == nil {
		f.wxr = &wxr{reading: f, attachments: map[string]*node{}, counts: map[string]int{}}
		f.source.Kind = "an export of WordPress"
	}
	return f.wxr
}

// take takes what is about the blog.
func (w *wxr) take(n *node) {
	if n.name == "base_blog_url" {
		if u := parseURL(n.text); u != nil {
			w.base = u
		}
	}
}

func (w *wxr) item(n *node) error {
	switch kind := wp(n, "post_type"); kind {
	case "post":
		if len(w.items) >= bring.MaxPosts {
			return fmt.Errorf("there are more than %d posts", bring.MaxPosts)
		}
		w.items = append(w.items, n)
	case "attachment":
		w.attachments[wp(n, "post_id")] = n
	case "nav_menu_item", "revision", "wp_global_styles", "wp_template", "custom_css", "wp_navigation":
	default:
		w.counts[cmpOr(kind, "item without a kind")]++
	}
	return nil
}

// wp is the text of an element in WordPress's own namespace, of any version.
func wp(n *node, name string) string {
	for _, c := range n.children {
		if c.name == name && isWXR(c) && !strings.HasSuffix(strings.TrimSuffix(c.space, "/"), "excerpt") {
			return strings.TrimSpace(c.text)
		}
	}
	return ""
}

func (w *wxr) finish() {
	for _, n := range w.items {
		w.source.Posts = append(w.source.Posts, w.post(n))
	}
	kinds := make([]string, 0, len(w.counts))
	for kind := range w.counts {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		w.source.Notes = append(w.source.Notes, fmt.Sprintf("of the kind %q did not come, since only posts do: %d", kind, w.counts[kind]))
	}
}

func (w *wxr) post(n *node) *bring.Post {
	id, link := wp(n, "post_id"), n.value("link")
	p := w.reading.post(cmpOr(n.value("guid"), id), link) // as its feed calls it
	p.Name = cmpOr(n.value("title"), link, "post "+id)
	if id != "" {
		p.At("/?p=" + id)
	}
	if u := parseURL(n.value("guid")); u != nil {
		p.At(u.String())
	}
	p.Meta.Title = plain(n.value("title"))
	p.Meta.Slug = cmpOr(blog.MakeSlug(unescaped(wp(n, "post_name"))), blog.MakeSlug(p.Meta.Title))
	p.Meta.Pinned = wp(n, "is_sticky") == "1"
	for _, c := range n.all("category") {
		if domain := c.attribute("domain"); (domain == "post_tag" || domain == "category") && c.attribute("nicename") != "uncategorized" {
			p.Meta.Tags = append(p.Meta.Tags, html.UnescapeString(strings.TrimSpace(c.text)))
		}
	}
	for _, c := range n.children {
		if c.name == "encoded" && strings.HasSuffix(strings.TrimSuffix(c.space, "/"), "excerpt") {
			p.Meta.Summary = plain(c.text)
		}
	}
	if wp(n, "comment_status") == "closed" {
		p.Meta.Comments = "closed"
	}
	w.date(p, n)
	w.thumbnail(p, n)
	p.Text = bring.Markdown(w.content(p, n.child("encoded", contentSpace).text), p.Note)
	w.settle(p)
	w.status(p, n)
	if p.Left == "" {
		w.comments(p, n)
	}
	return p
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// status keeps what is not public from being so.
func (w *wxr) status(p *bring.Post, n *node) {
	switch status := wp(n, "status"); {
	case wp(n, "post_password") != "":
		p.Left = "it has a password"
	case status == "publish":
	case status == "draft" || status == "pending" || status == "future":
		if p.Left == "it has no date that was understood" {
			p.Left = "" // it gets one when it is published
		}
		p.Meta.Draft, p.Paths = true, nil
		p.Note("it was not public (%s), so it is a draft", status)
	default:
		p.Left = fmt.Sprintf("it is not public: its status is %q", status)
	}
}

func (w *wxr) date(p *bring.Post, n *node) {
	when := func(gmt, local string) string {
		if t, ok := bring.ParseTime(wp(n, gmt), nil); ok {
			return blog.MetaTime(t)
		}
		if t, ok := bring.ParseTime(wp(n, local), w.opts.Timezone); ok {
			return blog.MetaTime(t)
		}
		return ""
	}
	p.Meta.Date, p.Meta.Updated = when("post_date_gmt", "post_date"), when("post_modified_gmt", "post_modified")
	if p.Meta.Date == "" {
		w.dates(p, n.value("pubDate"), "")
	}
}

// meta is one of what plugins and WordPress itself keep about an item.
func meta(n *node, key string) string {
	for _, m := range n.children {
		if m.name == "postmeta" && wp(m, "meta_key") == key {
			return wp(m, "meta_value")
		}
	}
	return ""
}

// thumbnail is the lead picture.
func (w *wxr) thumbnail(p *bring.Post, n *node) {
	if a := w.attachments[meta(n, "_thumbnail_id")]; a != nil {
		p.Meta.Image, p.Meta.ImageAlt = wp(a, "attachment_url"), meta(a, "_wp_attachment_image_alt")
	}
}

var year = regexp.MustCompile(`^\d{4}`)

// comments takes those that were approved, or wait; no address of a mailbox or a
// machine comes along.
func (w *wxr) comments(p *bring.Post, n *node) {
	host := "wordpress"
	if w.base != nil {
		host = w.base.Host
	}
	// A tag URI (RFC 4151), since no address of theirs will last. Its date is one at
	// which the host was theirs.
	tag := func(kind, name string) string {
		return "tag:" + host + "," + cmpOr(year.FindString(p.Meta.Date), "2000") + ":" + kind + "/" + url.PathEscape(name)
	}
	left := map[string]int{}
	for _, c := range n.children {
		if c.name != "comment" || !isWXR(c) {
			continue
		}
		approved, kind, id := wp(c, "comment_approved"), wp(c, "comment_type"), wp(c, "comment_id")
		t, dated := bring.ParseTime(wp(c, "comment_date_gmt"), nil)
		if !dated {
			t, dated = bring.ParseTime(wp(c, "comment_date"), w.opts.Timezone)
		}
		switch {
		case kind == "pingback" || kind == "trackback":
			left["pings of other blogs"]++
		case kind != "" && kind != "comment":
			left["of the kind "+kind]++
		case approved != "1" && approved != "0":
			left[cmpOr(approved, "without a state")]++
		case id == "" || !dated:
			left["without an id or a date"]++
		case len(p.Comments) >= bring.MaxComments:
			left["beyond the most that a post may have"]++
		default:
			name := cmpOr(plain(html.EscapeString(wp(c, "comment_author"))), "Anonymous")
			out := bring.Comment{ID: tag("comment", id), Name: name, Writer: tag("by", strings.ToLower(name)), HTML: autop(wp(c, "comment_content")), Published: t, Held: approved == "0"}
			if parent := wp(c, "comment_parent"); parent != "" && parent != "0" {
				out.Answers = tag("comment", parent)
			}
			if u := parseURL(wp(c, "comment_author_url")); u != nil {
				out.URL = u.String()
			}
			p.Comments = append(p.Comments, out)
		}
	}
	slices.SortStableFunc(p.Comments, func(a, b bring.Comment) int { return a.Published.Compare(b.Published) })
	kinds := []string{}
	for kind, n := range left {
		kinds = append(kinds, fmt.Sprintf("%s: %d", kind, n))
	}
	slices.Sort(kinds)
	if len(kinds) > 0 {
		p.Note("comments that did not come: %s", strings.Join(kinds, ", "))
	}
}
