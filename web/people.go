package web

import (
	"context"
	"html/template"

	"limelight/blog"
	"limelight/storage"
)

// maxPeople are listed of those who liked, and of those who boosted. Storage
// has the faces of a few more.
const (
	maxPeople = 30
	maxCited  = 50
)

// person is somebody elsewhere as a page shows them.
type person struct {
	Name    string // plain text
	Profile string // http(s) address; empty when there is none
	Avatar  string // path of our copy; empty when a letter stands in
	Letter  string // what is drawn in place of an avatar
	Tone    int    // 1 to 6: its colour
}

func (s *Site) newPerson(a *blog.Actor) person {
	p := person{Name: a.DisplayName(), Profile: address(a.URL, a.IRI), Tone: tone(a.IRI)}
	if a.Name == "" && a.Handle != "" {
		p.Name = "@" + a.Handle
	}
	p.Name = blog.Excerpt(p.Name, 60)
	p.Letter = letter(p.Name)
	if a.Avatar != "" {
		p.Avatar = s.avatar(a.Avatar)
	}
	return p
}

// crowd is everybody who did one thing with a post.
type crowd struct {
	Class  string // microformats property of each: u-like, u-repost
	Count  string // "3 likes"
	People []person
	More   int // how many are counted and not listed
}

// crowds are those who liked and those who boosted a post, the first first.
func (s *Site) crowds(ctx context.Context, p *blog.Post) ([]crowd, error) {
	var all []crowd
	for _, kind := range []struct {
		typ       blog.ReactionType
		n         int
		class     string
		one, many string
	}{
		{blog.Like, p.LikeCount, "u-like", "like", "likes"},
		{blog.Boost, p.BoostCount, "u-repost", "boost", "boosts"},
	} {
		if kind.n == 0 {
			continue
		}
		reactions, err := s.db.Reactions(ctx, p.ID, kind.typ, maxPeople, 0)
		if err != nil {
			return nil, err
		}
		c := crowd{Class: kind.class, Count: count(kind.n, kind.one, kind.many)}
		for i := range reactions {
			if a := &reactions[i].Actor; !a.NoBlog {
				c.People = append(c.People, s.newPerson(a))
			}
		}
		c.More = kind.n - len(c.People)
		all = append(all, c)
	}
	return all, nil
}

// cited is a note elsewhere that quotes a post, or links to it.
type cited struct {
	person
	URL       string // where a person reads it; empty when that is unknown
	Quote     bool
	Published date
	HTML      template.HTML // made safe; empty shows who and when alone
}

// citations are the quotes and mentions of a post that readers may see, oldest
// first.
func (s *Site) citations(ctx context.Context, p *blog.Post) ([]cited, error) {
	all, err := s.db.Citations(ctx, storage.CitationFilter{Post: p.ID, OnPage: true, Limit: maxCited})
	var out []cited
	for i := range all {
		c := &all[i]
		out = append(out, cited{
			person: s.newPerson(&c.Actor), URL: address(c.URL, c.IRI), Quote: c.Type == blog.CitedQuote, Published: s.date(c.Published),
			HTML: template.HTML("<p>" + template.HTMLEscapeString(c.Text) + "</p>"),
		})
	}
	return out, err
}
