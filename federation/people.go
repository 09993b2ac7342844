package federation

import (
	"context"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

const (
	maxFeatured = 20 // pinned posts
	newestShown = 3  // in their place when none is pinned
)

// Followers answers how many follow the blog. Who they are is not told: they
// chose to read here, not to be listed. The empty first page is there since
// Mastodon otherwise says that the account hides its network.
func (n *Node) Followers(w http.ResponseWriter, r *http.Request) {
	n.answerPeople(w, r, "followers", func() (int, error) { return n.db.CountFollowers(r.Context()) })
}

// Following answers that the blog follows nobody.
func (n *Node) Following(w http.ResponseWriter, r *http.Request) {
	n.answerPeople(w, r, "following", func() (int, error) { return 0, nil })
}

func (n *Node) answerPeople(w http.ResponseWriter, r *http.Request, name string, count func() (int, error)) {
	n.answer(w, r, func() (document, error) {
		total, err := count()
		if err != nil {
			return document{}, err
		}
		page, err := askedPage(r)
		if err != nil {
			return document{}, err
		}
		id := n.blog.CollectionIRI(name)
		switch page {
		case 0:
			return activityDocument(vocab.Collection{
				Context: vocab.PlainContext, ID: id, Type: "OrderedCollection", TotalItems: total, First: &vocab.First{ID: pageIRI(id, 1)},
			})
		case 1:
			return activityDocument(emptyPage(id, total))
		}
		return document{}, refusal(http.StatusNotFound)
	})
}

// Featured answers the posts that a profile shows on top: the pinned ones, else
// the newest three, since no server imports what was before it met the blog.
// Mastodon takes embedded Notes and fetches anything else by its id.
func (n *Node) Featured(w http.ResponseWriter, r *http.Request) {
	n.answerFromBlog(w, r, objectKey{kind: "featured"}, func(ctx context.Context) (any, error) {
		posts, err := n.featured(ctx)
		if err != nil {
			return nil, err
		}
		list := vocab.List[vocab.Item[vocab.Post]]{
			Context: vocab.PostContext, ID: n.blog.CollectionIRI("featured"), Type: "OrderedCollection",
			TotalItems: len(posts), OrderedItems: make([]vocab.Item[vocab.Post], len(posts)),
		}
		for i := range posts {
			item := vocab.Item[vocab.Post]{ID: n.blog.PostIRI(posts[i].ID)}
			if o := n.postObject(&posts[i]); o.Type == "Note" {
				if err := n.shrink(&o, &posts[i], maxInOutbox, maxInOutbox); err != nil {
					return nil, err
				}
				item.Object = &o
			}
			list.OrderedItems[i] = item
		}
		return list, nil
	})
}

func (n *Node) featured(ctx context.Context) ([]blog.Post, error) {
	public := storage.PostFilter{Listed: true, Federated: true, Pinned: true, Limit: maxFeatured}
	posts, err := n.db.Posts(ctx, public)
	if err != nil || len(posts) > 0 {
		return posts, err
	}
	public.Pinned, public.Limit = false, newestShown
	return n.db.Posts(ctx, public)
}

// answerFromBlog answers what is made of all posts, and may change when any of
// them or the talk under it does.
func (n *Node) answerFromBlog(w http.ResponseWriter, r *http.Request, k objectKey, render func(context.Context) (any, error)) {
	n.answer(w, r, func() (document, error) {
		// Before the rows: what changes meanwhile is rendered again.
		of, err := n.db.Revisions(r.Context())
		if err != nil {
			return document{}, err
		}
		return n.objects.get(r.Context(), k, revision{text: of.Blog.N, talk: of.Comments.N}, render)
	})
}
