package federation

import (
	"context"
	"net/http"
	"strings"
	"time"

	"limelight/federation/vocab"
	"limelight/storage"
)

const (
	nodeInfoSchema = "http://nodeinfo.diaspora.software/ns/schema/" // and the version

	// applicationRel leads to the server's own actor (FEP-2677).
	applicationRel = vocabulary + "#Application"

	month    = 30 * 24 * time.Hour
	halfYear = 180 * 24 * time.Hour
)

// NodeInfoLinks answers where the NodeInfo documents are, and the server's own
// actor.
func (n *Node) NodeInfoLinks(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	n.answer(w, r, func() (document, error) {
		return newDocument(jsonType, askLater, vocab.ResourceDescriptor{Links: []vocab.Link{
			{Rel: nodeInfoSchema + "2.0", Href: n.blog.URL("/nodeinfo/2.0")},
			{Rel: nodeInfoSchema + "2.1", Href: n.blog.URL("/nodeinfo/2.1")},
			{Rel: applicationRel, Href: n.blog.InstanceIRI()},
		}})
	})
}

// NodeInfo answers what runs here and how much it is used, in the version of the
// schema that the address ends in: 2.0 or 2.1, which say the same here (FEP-f1d5).
func (n *Node) NodeInfo(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	n.answer(w, r, func() (document, error) {
		usage, err := n.usage(r.Context())
		if err != nil {
			return document{}, err
		}
		schema := strings.TrimPrefix(r.URL.Path, "/nodeinfo/")
		mediaType := jsonType + `; profile="` + nodeInfoSchema + schema + `#"`
		return newDocument(mediaType, askLater, vocab.NodeInfo{
			Version:   schema,
			Software:  vocab.Software{Name: "limelight", Version: version(n.blog)},
			Protocols: []string{"activitypub"},
			Services:  vocab.Services{Inbound: []string{}, Outbound: []string{"atom1.0", "rss2.0"}},
			Usage:     usage,
			Metadata:  vocab.NodeMetadata{NodeName: n.blog.Title, NodeDescription: n.blog.Description},
		})
	})
}

// usage counts the public posts, what their author said under posts, and the
// author as active by the newest of both.
func (n *Node) usage(ctx context.Context) (vocab.Usage, error) {
	public := storage.PostFilter{Listed: true, Federated: true}
	posts, err := n.db.CountPosts(ctx, public)
	if err != nil {
		return vocab.Usage{}, err
	}
	comments, last, err := n.db.OwnComments(ctx)
	if err != nil {
		return vocab.Usage{}, err
	}
	public.Limit = 1
	newest, err := n.db.Posts(ctx, public)
	if err != nil {
		return vocab.Usage{}, err
	}
	if len(newest) > 0 && newest[0].Published.After(last) {
		last = newest[0].Published
	}
	age := n.now().Sub(last)
	return vocab.Usage{
		Users:      vocab.Users{Total: 1, ActiveMonth: oneIf(age < month), ActiveHalfyear: oneIf(age < halfYear)},
		LocalPosts: posts, LocalComments: comments,
	}, nil
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
