package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"limelight/blog"
	"limelight/storage"
)

const perPage = 10 // posts

// list is a page of posts, newest first: the home page, an older one, or those
// of a tag.
type list struct {
	Front   bool     // the first page of the blog
	Me      []string // on the front page: addresses that are the author's too
	Tag     string   // the tag's name; empty for all posts
	Entries []entry
	Page    int
	Pages   int
	Newer   string // path; empty at the beginning
	Older   string // path; empty at the end
}

// Home answers /: the newest posts.
func (s *Site) Home(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.RawQuery != "" {
			if to, err := s.oldAddress(r); err != nil {
				return err
			} else if to != "" {
				return to
			}
		}
		return s.list(w, r, key{kind: "home", page: 1})
	})
}

// Page answers /page/{n}: older posts.
func (s *Site) Page(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		n, ok := pageNumber(r.PathValue("n"))
		switch {
		case !ok:
			return fault(http.StatusNotFound)
		case n == 1:
			return moved("/")
		}
		return s.list(w, r, key{kind: "home", page: n})
	})
}

// Tag answers /tags/{tag}: the posts of a tag, older ones under ?page=N.
func (s *Site) Tag(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		tag := r.PathValue("tag")
		slug := blog.TagSlug(tag)
		n, ok := queryPage(r, "page")
		switch {
		case slug == "" || len(slug) > 400 || !ok:
			return fault(http.StatusNotFound)
		case slug != tag || r.URL.Path[len(r.URL.Path)-1] == '/':
			return moved(blog.TagPath(slug))
		}
		return s.list(w, r, key{kind: "tag", name: slug, page: n})
	})
}

func (s *Site) list(w http.ResponseWriter, r *http.Request, k key) error {
	if a := s.kept(k); a != nil {
		return a.send(w, r, s.now())
	}
	return s.fill(w, r, k, func(ctx context.Context, revisions storage.Revisions, _ *answer) (*answer, error) {
		return s.renderList(ctx, revisions, k)
	})
}

func (s *Site) renderList(ctx context.Context, revisions storage.Revisions, k key) (*answer, error) {
	l, err := s.readList(ctx, k)
	if err != nil {
		return nil, err
	}
	d := s.document(l.title())
	d.List, d.Canonical = l, s.blog.URL(k.path(k.page))
	if l.Front {
		l.Me = s.me()
		if s.lookup != nil {
			d.Dialog = &dialog{}
		}
		d.Activity = s.blog.ActorIRI()
		if s.blog.Header.Path != "" {
			d.Image = s.blog.Header
		}
		d.Feeds = append(d.Feeds, s.talkFeeds())
	}
	if l.Tag != "" {
		d.Description = "Posts about " + l.Tag + " on " + s.blog.Title
		d.Feeds = append([]feedSet{{k.path(1), s.blog.Title + ": " + l.Tag}}, d.Feeds...)
	}
	body, err := s.pages.render(listTemplate, d)
	if err != nil {
		return nil, err
	}
	a := newAnswer("text/html; charset=utf-8", body)
	a.talk, a.link = true, linkHeader(d.Activity)
	a.date(newest(revisions))
	return a, nil
}

// me are the addresses that the front page vouches for by rel=me, with which
// Mastodon verifies a link from there to the blog. The first is the actor's url,
// for the link to the blog itself in the actor's own profile.
func (s *Site) me() []string {
	all := append([]string{s.blog.HomeURL()}, s.blog.Me...)
	for _, f := range s.blog.Fields {
		if isHTTP(f.Value) && !slices.Contains(all, f.Value) {
			all = append(all, f.Value)
		}
	}
	return all
}

// title is the window's; empty on the front page.
func (l *list) title() string {
	switch {
	case l.Tag != "" && l.Page == 1:
		return l.Tag
	case l.Tag != "":
		return l.Tag + ", page " + strconv.Itoa(l.Page)
	case l.Page > 1:
		return "Page " + strconv.Itoa(l.Page)
	}
	return ""
}

// readList reads the page's posts; a 404 when there is no such page. The first
// page of the blog is there even without posts.
func (s *Site) readList(ctx context.Context, k key) (*list, error) {
	l := &list{Front: k.name == "" && k.page == 1, Page: k.page}
	filter := storage.PostFilter{Listed: true, Tag: k.name}
	if k.name != "" {
		name, err := s.db.TagName(ctx, k.name)
		if err != nil {
			return nil, err
		}
		l.Tag = name
	}
	total, err := s.db.CountPosts(ctx, filter)
	if err != nil {
		return nil, err
	}
	l.Pages = max(1, (total+perPage-1)/perPage)
	if k.page > l.Pages {
		return nil, fault(http.StatusNotFound)
	}
	filter.Limit, filter.Offset = perPage, (k.page-1)*perPage
	posts, err := s.db.Posts(ctx, filter)
	if err != nil {
		return nil, err
	}
	for i := range posts {
		l.Entries = append(l.Entries, s.entry(&posts[i]))
	}
	if k.page > 1 {
		l.Newer = k.path(k.page - 1)
	}
	if k.page < l.Pages {
		l.Older = k.path(k.page + 1)
	}
	return l, nil
}

// path is the address of the n-th page of a list.
func (k key) path(n int) string {
	switch {
	case k.kind == "tag" && n == 1:
		return blog.TagPath(k.name)
	case k.kind == "tag":
		return blog.TagPath(k.name) + "?page=" + strconv.Itoa(n)
	case n == 1:
		return "/"
	}
	return "/page/" + strconv.Itoa(n)
}

// newest is the time of the later of the two revisions.
func newest(r storage.Revisions) time.Time {
	if r.Comments.At.After(r.Blog.At) {
		return r.Comments.At
	}
	return r.Blog.At
}

// linkHeader names the ActivityPub object that a page shows (Mastodon's search
// follows it from a page's address to the id).
func linkHeader(activity string) []string {
	if activity == "" {
		return nil
	}
	return []string{"<" + activity + `>; rel="alternate"; type="application/activity+json"`}
}

// pageNumber reads a page's number as this site writes it: 1 to 999999,
// without leading zeros.
func pageNumber(text string) (n int, ok bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && len(text) <= 6 && strconv.Itoa(n) == text
}

// queryPage is the page that a query asks for under the name, 1 when it does
// not. The rest of the query is no concern of ours.
func queryPage(r *http.Request, name string) (n int, ok bool) {
	if r.URL.RawQuery == "" {
		return 1, true
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !values.Has(name) {
		return 1, true
	}
	return pageNumber(values.Get(name))
}
