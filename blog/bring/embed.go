package bring

import (
	"cmp"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// frame is a link to what was shown in a frame.
func (c *converter) frame(n *html.Node) string {
	u, err := url.Parse(strings.TrimSpace(attribute(n, "src")))
	if err != nil || u.Host == "" {
		return ""
	}
	if u.Scheme == "" {
		u.Scheme = "https"
	}
	last := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	c.note("what was shown in a frame became a link: %s", u.Hostname())
	switch host := strings.TrimPrefix(u.Hostname(), "www."); {
	case (host == "youtube.com" || host == "youtube-nocookie.com") && strings.HasPrefix(u.Path, "/embed/"):
		return embed("youtube", last)
	case host == "player.vimeo.com":
		return embed("vimeo", last)
	}
	return link(escape(cmp.Or(collapse(attribute(n, "title")), u.Hostname())), u.String())
}

func (c *converter) player(n *html.Node) string {
	src := attribute(n, "src")
	for _, s := range find(n, atom.Source) {
		src = cmp.Or(src, attribute(s, "src"))
	}
	if src == "" {
		return ""
	}
	c.note("a player became a link: %s", src)
	return link(map[atom.Atom]string{atom.Video: "Video", atom.Audio: "Audio"}[n.DataAtom], src)
}

// embed is a link to something at a service that pages elsewhere show in a frame;
// empty for a service that is not known.
func embed(service, id string) string {
	id = strings.Trim(id, `"' `)
	if id == "" || strings.ContainsAny(id, " <>()\n") {
		return ""
	}
	switch service {
	case "youtube":
		return link("Video on YouTube", "https://www.youtube.com/watch?v="+id)
	case "vimeo":
		return link("Video on Vimeo", "https://vimeo.com/"+id)
	case "instagram":
		return link("Post on Instagram", "https://www.instagram.com/p/"+id+"/")
	case "tweet", "twitter", "x", "twitter_simple", "x_simple":
		return link("Post on Twitter", "https://twitter.com/i/status/"+id)
	case "gist":
		return link("Gist", "https://gist.github.com/"+id)
	}
	return ""
}
