package federation

import (
	"context"
	"errors"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// Bounds of an object as JSON, in bytes.
const (
	maxDoubled  = 256 << 10 // with the content in it twice, once by language
	maxWhole    = 1000_000  // peers read documents and activities up to 1 MB; where an inbox takes less, see slim
	maxInOutbox = 40_000    // 20 of them on a page
)

const (
	maxTitle  = 150 // characters; Mastodon shows it as a heading
	maxTeaser = 500 // characters
)

// PostObject answers the id of a post with its Article or Note: 410 with a
// Tombstone when it was deleted, 404 when it is not for others (a draft must
// look as if it were not there: GHSA-gwhw-gcjx-72v8).
func (n *Node) PostObject(w http.ResponseWriter, r *http.Request) {
	n.answer(w, r, func() (document, error) {
		p, err := n.federatedPost(r)
		if errors.Is(err, storage.ErrDeleted) {
			return n.tombstone(&p)
		}
		if err != nil {
			return document{}, err
		}
		return n.objects.get(r.Context(), objectKey{kind: "post", id: p.ID}, revisionOf(&p), func(ctx context.Context) (any, error) {
			o, err := n.wholeObject(ctx, &p)
			if err != nil {
				return nil, err
			}
			o.Context = vocab.PostContext
			return o, n.shrink(&o, &p, maxDoubled, maxWhole)
		})
	})
}

// federatedPost is the post whose id the address has. Errors are
// storage.ErrNotFound, also for what is not federated, and storage.ErrDeleted
// with the little that is left of the post.
func (n *Node) federatedPost(r *http.Request) (blog.Post, error) {
	id := r.PathValue("id")
	p, err := n.db.Post(r.Context(), id)
	switch {
	case err != nil && !errors.Is(err, storage.ErrDeleted):
		return p, err
	case p.ID != id: // it was found by its slug
		return blog.Post{}, storage.ErrNotFound
	case err == nil && !p.Federated():
		return blog.Post{}, storage.ErrNotFound
	}
	return p, err
}

func (n *Node) tombstone(p *blog.Post) (document, error) {
	d, err := activityDocument(vocab.Tombstone{
		Context: vocab.PlainContext, ID: n.blog.PostIRI(p.ID), Type: "Tombstone", Deleted: vocab.Time(p.Updated),
	})
	d.status = http.StatusGone
	return d, err
}

// wholeObject is the post's object with the first of its replies.
func (n *Node) wholeObject(ctx context.Context, p *blog.Post) (vocab.Post, error) {
	o := n.postObject(p)
	page, err := n.repliesPage(ctx, p, 1)
	if err != nil {
		return o, err
	}
	o.Replies.First = &vocab.First{Object: &page}
	return o, nil
}

// postObject is the post's object, without context and replies. An untitled
// post is a Note, a titled one an Article or, as the blog prefers, a Note that
// says where to read it.
func (n *Node) postObject(p *blog.Post) vocab.Post {
	b := n.blog
	o := vocab.Post{
		ID: b.PostIRI(p.ID), Type: "Article", AttributedTo: b.ActorIRI(),
		URL: b.PostURL(p.Slug), Published: vocab.Time(p.Published),
		Sensitive:         p.Sensitive,
		Image:             n.picture(p.Image),
		Attachment:        n.attachments(p),
		Tag:               n.tags(p),
		PartOf:            b.PostCollectionIRI(p.ID, "context"),
		Conversation:      b.PostCollectionIRI(p.ID, "context"),
		Replies:           n.postCollection(p, "replies", p.CommentCount),
		Likes:             n.postCollection(p, "likes", p.LikeCount),
		Shares:            n.postCollection(p, "shares", p.BoostCount),
		InteractionPolicy: vocab.InteractionPolicy{CanQuote: vocab.Approval{Automatic: []string{vocab.Public}}},
	}
	if p.Updated.After(p.Published) {
		o.Updated = vocab.Time(p.Updated)
	}
	o.To, o.Cc = n.audience(p)
	if p.Sensitive {
		o.Summary = blog.Excerpt(p.Summary, maxTeaser)
	}
	o.Content = blog.AbsoluteHTML(b.LinkMedia(p.HTML), b.PostURL(p.Slug))
	switch {
	case p.Title == "":
		n.asNote(&o, p)
	case b.ObjectType == "note":
		o.Type, o.Content = "Note", n.teaserHTML(p)
		o.Attachment = n.attachments(p, p.Image)
	default:
		n.asArticle(&o, p)
	}
	o.ContentMap = map[string]string{n.language(p): o.Content}
	return o
}

// asArticle is in the shape that FEP-b2b8 describes. Mastodon shows name,
// summary and a card made of the page, for which attachment must be empty:
// pictures are not worth that, audio and video are, which it plays.
func (n *Node) asArticle(o *vocab.Post, p *blog.Post) {
	o.Name = blog.Excerpt(p.Title, maxTitle)
	if !p.Sensitive {
		o.Summary = p.Teaser(maxTeaser)
	}
	o.Preview = &vocab.Preview{Type: "Note", AttributedTo: o.AttributedTo, Published: o.Published, Content: n.teaserHTML(p)}
}

func (n *Node) language(p *blog.Post) string {
	switch {
	case p.Language != "":
		return p.Language
	case n.blog.Language != "":
		return n.blog.Language
	}
	return "en"
}
