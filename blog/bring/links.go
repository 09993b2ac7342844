package bring

import (
	"net/url"
	"path"
	"strings"
)

// link makes links that were relative to the page lead where they led: to a path
// of the site, from which old addresses lead on, or to the old site.
func (c *composing) link(ref string) string {
	u, err := url.Parse(ref)
	if err == nil && u.Host != "" && c.post.Base != nil && u.Host == c.post.Base.Host && c.source.Host == "" && c.source.found(ref) {
		u.Scheme, u.Host, u.User = "", "", nil
		return destination(u.String()) // wherever the site is now
	}
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/") {
		return ref
	}
	if c.post.Base == nil {
		c.post.Note("the link to %s leads nowhere, and was taken away", clip(ref, 200))
		return ""
	}
	at := c.post.Base.ResolveReference(u)
	at.Scheme, at.Host = "", ""
	if ending := path.Ext(at.Path); ending != "" && ending != ".html" && ending != ".htm" && ending != ".md" && ending != ".php" {
		c.post.Note("the file %s did not come, only a link to where it was", clip(ref, 200))
		if far := c.elsewhere(ref); far != "" {
			return far
		}
	}
	return destination(at.String())
}
