package blog

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// SafeReply is SafeHTML without the mention of somebody, the blog say, that
// servers put in front of every reply: under the post it says nothing. Others in
// front stay, as do mentions further on. A reply that is nothing else stays as it
// is. addresses are what such a mention may link to.
func SafeReply(remote string, addresses []string) string {
	safe, root := safeTree(remote)
	p := root.FirstChild
	if p == nil || p.Type != html.ElementNode || p.DataAtom != atom.P {
		return safe
	}
	if !dropMention(p, addresses) || p.FirstChild == nil && p.NextSibling == nil {
		return safe
	}
	if p.FirstChild == nil {
		root.RemoveChild(p)
	}
	return rendered(root)
}

// dropMention removes the first mention with one of the addresses among those
// that the paragraph begins with, and the blank behind it.
func dropMention(p *html.Node, addresses []string) bool {
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) == "" {
			continue
		}
		link := mentionIn(c)
		if link == nil {
			return false
		}
		if !slices.Contains(addresses, attribute(link, "href")) {
			continue
		}
		after := c.NextSibling
		p.RemoveChild(c)
		for after != nil && (after.DataAtom == atom.Br || after.Type == html.TextNode) {
			next := after.NextSibling
			if after.Type == html.TextNode {
				if after.Data = strings.TrimLeft(after.Data, " \t\n\u00a0"); after.Data != "" {
					break
				}
			}
			p.RemoveChild(after)
			after = next
		}
		return true
	}
	return false
}

// mentionIn is the link of a mention: itself, or all that a span (h-card) holds.
func mentionIn(node *html.Node) *html.Node {
	switch {
	case node.Type != html.ElementNode:
		return nil
	case node.DataAtom == atom.A:
		text := strings.TrimSpace(textOf(node))
		if strings.HasPrefix(text, "@") && !strings.ContainsAny(text, " \n") {
			return node
		}
	case node.DataAtom == atom.Span && node.FirstChild != nil && node.FirstChild == node.LastChild:
		return mentionIn(node.FirstChild)
	}
	return nil
}

func textOf(node *html.Node) string {
	if node.Type == html.TextNode {
		return node.Data
	}
	var b strings.Builder
	for c := node.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
	}
	return b.String()
}
