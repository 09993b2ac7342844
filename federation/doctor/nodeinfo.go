package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"limelight/federation/vocab"
)

// nodeinfo finds out which program answers.
func (x *exam) nodeinfo(ctx context.Context) {
	const means = "Servers that ask what runs here learn nothing; some show the blog as unknown or away."
	address := x.url("/.well-known/nodeinfo")
	a, err := x.visitor.get(ctx, address, "Accept", "application/json")
	if err != nil || a.status != http.StatusOK {
		x.warn("nodeinfo", outcome(address, a, err), means, x.wellKnown()...)
		return
	}
	list, err := vocab.DecodeDescriptor(a.body)
	if err != nil {
		x.warn("nodeinfo", fmt.Sprintf("%s answers %s and no list of documents", address, a.line()), means, x.wellKnown()...)
		return
	}
	for _, link := range list.Links {
		if !strings.HasSuffix(link.Rel, "/schema/2.1") {
			continue
		}
		if !strings.HasPrefix(link.Href, x.blog.BaseURL+"/") {
			x.warn("nodeinfo", fmt.Sprintf("it is said to be at %s, which is not the blog's address", short(link.Href)), means, x.config(fmt.Sprintf("[server]\nbase_url = %q", x.blog.BaseURL)))
			return
		}
		x.program(ctx, link.Href, means)
		return
	}
	x.warn("nodeinfo", address+" names no document of version 2.1", means, x.wellKnown()...)
}

func (x *exam) program(ctx context.Context, address, means string) {
	a, err := x.visitor.get(ctx, address, "Accept", "application/json")
	if err != nil || a.status != http.StatusOK {
		x.warn("nodeinfo", outcome(address, a, err), means, x.passOn()...)
		return
	}
	var n vocab.NodeInfo
	if err := json.Unmarshal(a.body, &n); err != nil || n.Software.Name == "" {
		x.warn("nodeinfo", fmt.Sprintf("%s answers %s and no NodeInfo", address, a.line()), means, x.passOn()...)
		return
	}
	program := short(n.Software.Name + " " + n.Software.Version)
	switch {
	case n.Software.Name != "limelight":
		x.fail("nodeinfo", "another program answers there: "+program, "Whoever follows follows something else than this blog.", x.passOn()...)
	case x.o.Local != nil && n.Software.Version != x.o.Local.Version:
		x.warn("nodeinfo", fmt.Sprintf("%s answers, and this program is %s", program, x.o.Local.Version), "What the new version mends is not mended yet, until it is started.", Remedy{"machine", "stop `limelight serve` and start the new one"})
	default:
		x.ok("nodeinfo", "%s", program)
	}
}

// outcome says what came of a request that should have been answered with 200.
func outcome(address string, a answer, err error) string {
	if err != nil {
		return fmt.Sprintf("%s: %v", address, err)
	}
	return fmt.Sprintf("%s answers %s", address, a.line())
}
