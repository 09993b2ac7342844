package federation

import (
	"context"
	"errors"
	"net/http"

	"limelight/federation/vocab"
	"limelight/storage"
)

// outboxPage is how many activities are on a page.
const outboxPage = 20

// Outbox answers the Creates of the public posts, the newest first, in pages.
// Mastodon reads no more of it than the count.
func (n *Node) Outbox(w http.ResponseWriter, r *http.Request) {
	page, err := askedPage(r)
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.answerFromBlog(w, r, objectKey{kind: "outbox", page: page}, func(ctx context.Context) (any, error) {
		total, err := n.db.CountPosts(ctx, storage.PostFilter{Listed: true, Federated: true})
		if err != nil {
			return nil, err
		}
		last := max(1, (total+outboxPage-1)/outboxPage)
		switch id := n.blog.CollectionIRI("outbox"); {
		case page > last:
			return nil, storage.ErrNotFound
		case page > 0:
			return n.outboxPage(ctx, id, page, page < last)
		default:
			return vocab.Collection{
				Context: vocab.PlainContext, ID: id, Type: "OrderedCollection", TotalItems: total,
				First: &vocab.First{ID: pageIRI(id, 1)}, Last: pageIRI(id, last),
			}, nil
		}
	})
}

func (n *Node) outboxPage(ctx context.Context, id string, page int, more bool) (any, error) {
	activities, err := n.db.OutboxActivities(ctx, outboxPage, (page-1)*outboxPage)
	if err != nil {
		return nil, err
	}
	items := []vocab.Outgoing[vocab.Post]{}
	for _, a := range activities {
		p, err := n.tellablePost(ctx, a.Ref)
		if errors.Is(err, ErrMoot) { // since the list was read
			continue
		}
		if err != nil {
			return nil, err
		}
		o := n.postObject(&p)
		if err := n.shrink(&o, &p, maxInOutbox, maxInOutbox); err != nil {
			return nil, err
		}
		items = append(items, n.aboutPost(a, &p, o))
	}
	return pageOf(id, page, more, vocab.Page[vocab.Outgoing[vocab.Post]]{
		Context: vocab.PostContext, Type: "OrderedCollectionPage", OrderedItems: items,
	}), nil
}
