package main

import (
	"net/http"
	"strings"

	"limelight/federation"
	"limelight/web"
)

// route is an address of the node, or many by one pattern, and what answers there.
type route struct {
	pattern string
	handler http.HandlerFunc
}

// routeTable is every address of the node. A new one is a line here and a method
// in the room that answers it; a line with negotiate answers readers in HTML
// and other servers with the way to the object's id.
func routeTable(site *web.Site, fed *federation.Node, hub *federation.Hub) []route {
	return []route{
		// Pages.
		{"GET /{$}", negotiate(site.Home, fed.RedirectActor)},
		{"GET /page/{n}", site.Page},
		{"GET /posts/{slug}", negotiate(site.Post, fed.RedirectPost)},
		{"GET /posts/{slug}/{$}", site.Post},
		{"GET /tags/{tag}", site.Tag},
		{"GET /tags/{tag}/{$}", site.Tag},
		{"GET /archive", site.Archive},
		{"GET /search", site.Search},
		{"GET /about", site.About},
		{"GET /blogroll", site.Blogroll},
		{"GET /blogroll.opml", site.BlogrollFile},
		{"GET /comments", site.CommentsHelp},
		{"GET /interact", site.Interact},
		{"POST /interact", site.Interact},
		{"GET /media/{name}", site.Media},
		{"GET /avatars/{name}", site.Avatar},
		{"GET /static/{name}", site.Static},
		{"GET /favicon.ico", site.Favicon},
		{"GET /robots.txt", site.Robots},
		{"GET /healthz", site.Health},
		{"GET /readyz", site.Ready},
		{"GET /sitemap.xml", site.Sitemap},
		{"/", site.NotFound},

		// Feeds.
		{"GET /feed.xml", site.FeedRSS},
		{"GET /feed.atom", site.FeedAtom},
		{"GET /feed.json", site.FeedJSON},
		{"GET /tags/{tag}/feed.xml", site.FeedRSS},
		{"GET /tags/{tag}/feed.atom", site.FeedAtom},
		{"GET /tags/{tag}/feed.json", site.FeedJSON},
		{"GET /comments/feed.xml", site.CommentsRSS},
		{"GET /comments/feed.atom", site.CommentsAtom},
		{"GET /comments/feed.json", site.CommentsJSON},
		{"GET /posts/{slug}/comments/feed.xml", site.CommentsRSS},
		{"GET /posts/{slug}/comments/feed.atom", site.CommentsAtom},
		{"GET /posts/{slug}/comments/feed.json", site.CommentsJSON},
		{"POST /websub", hub.WebSub},

		// Discovery by other servers.
		{"GET /.well-known/webfinger", fed.WebFinger},
		{"GET /.well-known/host-meta", fed.HostMeta},
		{"GET /.well-known/host-meta.json", fed.HostMeta},
		{"GET /.well-known/nodeinfo", fed.NodeInfoLinks},
		{"GET /nodeinfo/2.0", fed.NodeInfo},
		{"GET /nodeinfo/2.1", fed.NodeInfo},

		// The actor and its collections.
		{"GET /ap/actor", fed.Actor},
		{"POST /ap/inbox", fed.Inbox},
		{"GET /ap/instance", fed.Instance},
		{"GET /ap/instance/outbox", fed.InstanceOutbox},
		{"POST /ap/instance/inbox", fed.Inbox},
		{"GET /ap/outbox", fed.Outbox},
		{"GET /ap/followers", fed.Followers},
		{"GET /ap/following", fed.Following},
		{"GET /ap/featured", fed.Featured},
		{"GET /ap/tags", fed.FeaturedTags},

		// Objects.
		{"GET /ap/posts/{id}", fed.PostObject},
		{"GET /ap/posts/{id}/replies", fed.PostReplies},
		{"GET /ap/posts/{id}/likes", fed.PostLikes},
		{"GET /ap/posts/{id}/shares", fed.PostShares},
		{"GET /ap/posts/{id}/context", fed.PostContext},
		{"GET /ap/comments/{id}", fed.CommentObject},
		{"GET /ap/activities/{id}", fed.ActivityObject},
		{"GET /ap/authorizations/{id}", fed.Authorization},
	}
}

// routes answers by the table.
func routes(table []route, site *web.Site, fed *federation.Node) http.Handler {
	mux := http.NewServeMux()
	for _, r := range table {
		mux.Handle(r.pattern, r.handler)
	}
	return site.Headers(fed.Present(mux))
}

// readOften tells whether a path is that of a page or feed, which come out of memory.
func readOften(path string) bool {
	return path == "/" || strings.HasPrefix(path, "/posts/") || strings.HasPrefix(path, "/tags/") ||
		strings.HasPrefix(path, "/feed.") || strings.HasPrefix(path, "/comments/feed.")
}

// negotiate gives a request to page, or to object when its Accept header asks
// for ActivityPub.
func negotiate(page, object http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if federation.WantsActivity(r) {
			object(w, r)
			return
		}
		page(w, r)
	}
}
