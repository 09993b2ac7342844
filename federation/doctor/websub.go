package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const polls = "Subscribers hear of new posts only when they ask next, not within seconds."

// websub looks at the hub that the feed names, and at whether it is there.
func (x *exam) websub(ctx context.Context) {
	if !x.feed.ok {
		return
	}
	hub := x.o.Hub
	if x.o.Local == nil && len(x.feed.Hubs) > 0 {
		hub = x.feed.Hubs[0]
	}
	if hub == "" {
		x.skip("websub.link", "the feed names no hub")
		x.skip("websub.hub", "the feed names no hub")
		return
	}
	links := strings.Join(x.feed.header.Values("Link"), ", ")
	switch {
	case !slices.Contains(x.feed.Hubs, hub):
		x.warn("websub.link", fmt.Sprintf("the feed names %q as its hub and should name %s", short(strings.Join(x.feed.Hubs, ", ")), hub), polls, x.noCache()...)
	case !strings.Contains(links, "<"+hub+`>; rel="hub"`) || !strings.Contains(links, "<"+x.feed.url+`>; rel="self"`):
		x.warn("websub.link", fmt.Sprintf("the Link headers with hub and self do not arrive (%q); the feed itself names them", short(links)), "Subscribers that look at headers alone find no hub.",
			Remedy{"nginx", "take out: proxy_hide_header Link;"}, Remedy{"Caddy", "take out `header -Link`"})
	default:
		x.ok("websub.link", "%s", hub)
	}
	x.hub(ctx, hub)
}

// hub asks for what no hub can do, which changes nothing and shows that it listens.
func (x *exam) hub(ctx context.Context, hub string) {
	form := url.Values{"hub.mode": {"doctor"}, "hub.topic": {x.feed.url}}
	a, err := x.visitor.do(ctx, ask{
		method: http.MethodPost, url: hub, body: []byte(form.Encode()), header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	})
	own := hub == x.blog.HubURL()
	switch {
	case err != nil || a.status/100 == 5 || a.status == http.StatusNotFound || a.status == http.StatusMethodNotAllowed:
		x.warn("websub.hub", fmt.Sprintf("%s: %s", hub, outcomeOf(a, err)), polls, x.hubRemedies(own)...)
	case own && (a.status != http.StatusBadRequest && a.status != http.StatusTooManyRequests || a.kind() != "text/plain"):
		x.warn("websub.hub", fmt.Sprintf("%s answers %s, which is not limelight's answer", hub, a.line()), polls, x.hubRemedies(own)...)
	default:
		x.ok("websub.hub", "%s answers", hub)
	}
}

func (x *exam) hubRemedies(own bool) []Remedy {
	if own {
		return x.passOn()
	}
	return []Remedy{x.config("[feed]\nhub = \"\"  # the blog's own")}
}
