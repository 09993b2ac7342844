package federation

import (
	"context"
	"net/http"
	"time"

	"limelight/federation/vocab"
	"limelight/storage"
)

const (
	nodeInfoSchema = "http://nodeinfo.diaspora.software/ns/schema/2.1"
	nodeInfoType   = jsonType + `; profile="` + nodeInfoSchema + `#"`

	// applicationRel leads to the server's own actor (FEP-2677).
	applicationRel = vocabulary + "#Application"

	month    = 30 * 24 * time.Hour
	halfYear = 180 * 24 * time.Hour
)

// NodeInfoLinks answers where the NodeInfo document is, and the server's own
// actor.
func (n *Node) NodeInfoLinks(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	n.answer(w, r, func() (document, error) {
		return newDocument(jsonType, askLater, vocab.ResourceDescriptor{Links: []vocab.Link{
			{Rel: nodeInfoSchema, Href: n.blog.URL("/nodeinfo/2.1")},
			{Rel: applicationRel, Href: n.blog.InstanceIRI()},
		}})
	})
}

// NodeInfo answers what runs here and how much it is used.
func (n *Node) NodeInfo(w http.ResponseWriter, r *http.Request) {
	openToScripts(w)
	n.answer(w, r, func() (document, error) {
		usage, err := n.usage(r.Context())
		if err != nil {
			return document{}, err
		}
		return newDocument(nodeInfoType, askLater, vocab.NodeInfo{
			Version:   "2.1",
			Software:  vocab.Software{Name: "limelight", Version: version(n.blog)},
			Protocols: []string{"activitypub"},
			Services:  vocab.Services{Inbound: []string{}, Outbound: []string{"atom1.0", "rss2.0"}},
			Usage:     usage,
			Metadata:  vocab.NodeMetadata{NodeName: n.blog.Title, NodeDescription: n.blog.Description},
		})
	})
}

// usage counts the one who writes here as active by the newest public post.
func (n *Node) usage(ctx context.Context) (vocab.Usage, error) {
	public := storage.PostFilter{Listed: true, Federated: true}
	count, err := n.db.CountPosts(ctx, public)
	if err != nil {
		return vocab.Usage{}, err
	}
	public.Limit = 1
	newest, err := n.db.Posts(ctx, public)
	if err != nil {
		return vocab.Usage{}, err
	}
	usage := vocab.Usage{Users: vocab.Users{Total: 1}, LocalPosts: count}
	if len(newest) > 0 {
		age := n.now().Sub(newest[0].Published)
		usage.Users.ActiveMonth = oneIf(age < month)
		usage.Users.ActiveHalfyear = oneIf(age < halfYear)
	}
	return usage, nil
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
