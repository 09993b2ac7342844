package federation

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"limelight/blog"
	"limelight/storage"
)

// takeReaction counts a like, an emoji or a boost of a post, once per actor.
func (n *Node) takeReaction(ctx context.Context, a received) error {
	post, err := n.postNamed(ctx, a.object().ID)
	if err != nil || post == "" {
		return err
	}
	counted, err := n.db.React(ctx, a.once(), blog.Reaction{
		Type: reactionType(a.Type), IRI: a.ID, PostID: post, Actor: a.from, Emoji: readableEmoji(a.Emoji), At: a.Published,
	})
	if err == nil && counted {
		n.tell(a, "a reaction", "type", a.Type)
	}
	return quiet(err)
}

// reactionType is what an activity counts as. A Like with an emoji, as Misskey
// sends it, is a like.
func reactionType(activity string) blog.ReactionType {
	switch activity {
	case "Announce":
		return blog.Boost
	case "EmojiReact":
		return blog.Emoji
	}
	return blog.Like
}

// maxEmoji is in bytes: families of four with skin tones have 41.
const maxEmoji = 64

// readableEmoji is a character or :shortcode: that fits on a line, else empty.
func readableEmoji(s string) string {
	if len(s) > maxEmoji || !utf8.ValidString(s) || strings.ContainsAny(s, " <>&\"'\n\t") {
		return ""
	}
	return blog.TamePlain(s, maxEmoji)
}

// postNamed is the id of the post that iri names, by its own id or its page's
// address; empty when it is none that others know.
func (n *Node) postNamed(ctx context.Context, iri string) (string, error) {
	p, err := n.headNamed(ctx, iri)
	return p.ID, err
}

// headNamed is postNamed with what storage.PostHead tells; the zero Post when it
// is none that others know.
func (n *Node) headNamed(ctx context.Context, iri string) (blog.Post, error) {
	name, ok := n.blog.PostID(iri)
	if !ok {
		if name, ok = n.blog.PostSlug(iri); !ok {
			return blog.Post{}, nil
		}
	}
	p, err := n.db.PostHead(ctx, name)
	switch {
	case errors.Is(err, storage.ErrNotFound), errors.Is(err, storage.ErrDeleted), err == nil && !p.Federated():
		return blog.Post{}, nil
	}
	return p, err
}

// quiet is err, unless it says that something is not there (any more): then
// there is nothing to do, and nothing for the sender to mend.
func quiet(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}
