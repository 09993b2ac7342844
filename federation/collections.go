package federation

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// talkPage is how many replies are on a page of a collection.
const talkPage = 60

// PostReplies answers the collection of comments that are shown under a post,
// by their ids at their own servers: Mastodon fetches them from there, and that
// is how people elsewhere see all of the conversation.
func (n *Node) PostReplies(w http.ResponseWriter, r *http.Request) {
	n.answerAboutPost(w, r, "replies", func(ctx context.Context, p *blog.Post, page int) (any, error) {
		if page == 0 {
			first, err := n.repliesPage(ctx, p, 1)
			c := n.postCollection(p, "replies", p.CommentCount)
			c.Context, c.First = vocab.PlainContext, &vocab.First{Object: &first}
			return c, err
		}
		c, err := n.repliesPage(ctx, p, page)
		c.Context = vocab.PlainContext
		return c, err
	})
}

// PostContext answers the whole conversation in its order: the post and its
// comments (FEP-7888, FEP-f228).
func (n *Node) PostContext(w http.ResponseWriter, r *http.Request) {
	n.answerAboutPost(w, r, "context", func(ctx context.Context, p *blog.Post, page int) (any, error) {
		id := n.blog.PostCollectionIRI(p.ID, "context")
		if page == 0 {
			return vocab.Collection{
				Context: vocab.PlainContext, ID: id, Type: "OrderedCollection", AttributedTo: n.blog.ActorIRI(),
				TotalItems: 1 + p.CommentCount, First: &vocab.First{ID: pageIRI(id, 1)},
			}, nil
		}
		items, more, err := n.commentIRIs(ctx, p, page)
		if page == 1 {
			items = append([]string{n.blog.PostIRI(p.ID)}, items...)
		}
		return pageOf(id, page, more, vocab.Page[string]{
			Context: vocab.PlainContext, Type: "OrderedCollectionPage", OrderedItems: items,
		}), err
	})
}

// PostLikes answers how many like the post. Who they are is theirs to tell.
func (n *Node) PostLikes(w http.ResponseWriter, r *http.Request) {
	n.answerCount(w, r, "likes", func(p *blog.Post) int { return p.LikeCount })
}

// PostShares answers how many boosted the post, and not who.
func (n *Node) PostShares(w http.ResponseWriter, r *http.Request) {
	n.answerCount(w, r, "shares", func(p *blog.Post) int { return p.BoostCount })
}

func (n *Node) answerCount(w http.ResponseWriter, r *http.Request, name string, count func(*blog.Post) int) {
	n.answerAboutPost(w, r, name, func(_ context.Context, p *blog.Post, page int) (any, error) {
		c := n.postCollection(p, name, count(p))
		switch page {
		case 0:
			c.Context, c.First = vocab.PlainContext, &vocab.First{ID: pageIRI(c.ID, 1)}
			return c, nil
		case 1:
			return emptyPage(c.ID, c.TotalItems), nil
		}
		return nil, refusal(http.StatusNotFound)
	})
}

// answerAboutPost answers a collection of a post, or one of its pages, counted
// from 1. A deleted post's are gone with it.
func (n *Node) answerAboutPost(w http.ResponseWriter, r *http.Request, name string, render func(ctx context.Context, p *blog.Post, page int) (any, error)) {
	n.answer(w, r, func() (document, error) {
		p, err := n.federatedPost(r)
		if errors.Is(err, storage.ErrDeleted) {
			return document{}, refusal(http.StatusGone)
		}
		if err != nil {
			return document{}, err
		}
		page, err := askedPage(r)
		if err != nil {
			return document{}, err
		}
		return n.objects.get(r.Context(), objectKey{name, p.ID, page}, revisionOf(&p), func(ctx context.Context) (any, error) {
			return render(ctx, &p, page)
		})
	})
}

// postCollection is one of the post's collections with its count alone.
func (n *Node) postCollection(p *blog.Post, name string, count int) *vocab.Collection {
	return &vocab.Collection{ID: n.blog.PostCollectionIRI(p.ID, name), Type: "OrderedCollection", TotalItems: count}
}

// emptyPage is the only page of a collection that tells a count and no names.
// A collection without one looks hidden, or broken, to some.
func emptyPage(collection string, total int) vocab.Page[string] {
	return pageOf(collection, 1, false, vocab.Page[string]{
		Context: vocab.PlainContext, Type: "OrderedCollectionPage", TotalItems: total, OrderedItems: []string{},
	})
}

func (n *Node) repliesPage(ctx context.Context, p *blog.Post, page int) (vocab.Page[string], error) {
	items, more, err := n.commentIRIs(ctx, p, page)
	return pageOf(n.blog.PostCollectionIRI(p.ID, "replies"), page, more, vocab.Page[string]{Type: "OrderedCollectionPage", OrderedItems: items}), err
}

// commentIRIs are the ids of the comments on a page, oldest first, and whether
// there are more pages. An erased comment that keeps its place leaves a gap, so
// a page may be short. ErrNotFound behind the last page.
func (n *Node) commentIRIs(ctx context.Context, p *blog.Post, page int) (iris []string, more bool, err error) {
	comments, err := n.db.Comments(ctx, storage.CommentFilter{Post: p.ID, OnPage: true, Limit: talkPage + 1, Offset: (page - 1) * talkPage})
	if err != nil {
		return nil, false, err
	}
	if len(comments) == 0 && page > 1 {
		return nil, false, storage.ErrNotFound
	}
	iris = []string{}
	for i, c := range comments {
		if i < talkPage && c.OnPage() && c.IRI != "" && c.Source != blog.Imported { // which no server has
			iris = append(iris, c.IRI)
		}
	}
	return iris, len(comments) > talkPage, nil
}

// maxPage bounds the pages that can be asked for.
const maxPage = 1_000_000

// askedPage is the page asked for, 0 for the collection itself.
func askedPage(r *http.Request) (int, error) {
	text := r.URL.Query().Get("page")
	switch text {
	case "":
		return 0, nil
	case "true": // as Mastodon calls its first
		return 1, nil
	}
	page, err := strconv.Atoi(text)
	if err != nil || page < 1 || page > maxPage {
		return 0, refusal(http.StatusNotFound)
	}
	return page, nil
}

func pageIRI(collection string, page int) string { return collection + "?page=" + strconv.Itoa(page) }

// pageOf completes a page of a collection with its addresses.
func pageOf[T any](collection string, page int, more bool, p vocab.Page[T]) vocab.Page[T] {
	p.ID, p.PartOf = pageIRI(collection, page), collection
	if page > 1 {
		p.Prev = pageIRI(collection, page-1)
	}
	if more {
		p.Next = pageIRI(collection, page+1)
	}
	return p
}
