package federation

import (
	"context"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
)

// maxFeaturedTags is how many Mastodon shows on a profile.
const maxFeaturedTags = 10

// FeaturedTags answers the tags that most public posts have, for the profile.
func (n *Node) FeaturedTags(w http.ResponseWriter, r *http.Request) {
	n.answerFromBlog(w, r, objectKey{kind: "tags"}, func(ctx context.Context) (any, error) {
		tags, err := n.db.TopTags(ctx, maxFeaturedTags)
		if err != nil {
			return nil, err
		}
		c := vocab.TagCollection{
			Context: vocab.TagsContext, ID: n.blog.CollectionIRI("tags"), Type: "Collection",
			TotalItems: len(tags), Items: []vocab.PostTag{},
		}
		for _, t := range tags {
			c.Items = append(c.Items, n.hashtag(t))
		}
		return c, nil
	})
}

func (n *Node) hashtag(t blog.Tag) vocab.PostTag {
	return vocab.PostTag{Type: "Hashtag", Name: blog.Hashtag(t.Name), Href: n.blog.TagURL(t.Slug)}
}
