package federation

import (
	"net/url"
	"regexp"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

const (
	intentBase = "https://w3id.org/fep/3b86/"
	subscribe  = "http://ostatus.org/schema/1.0/subscribe"
)

// door is a link relation whose template takes an object's id under a name.
type door struct{ rel, name string }

// doors are tried in this order. Mastodon's page behind Object and subscribe
// shows a post with everything that can be done with it, and an account with
// its Follow. A Create helps only where it can say what it answers.
var doors = map[blog.Intent][]door{
	blog.FollowIntent: {{intentBase + "Follow", "object"}, {intentBase + "Object", "object"}, {subscribe, "uri"}},
	blog.ReplyIntent:  {{intentBase + "Object", "object"}, {intentBase + "Create", "inReplyTo"}, {subscribe, "uri"}},
}

// doorway is the first of the links that serves the intent, with the object's
// id in it, or empty.
func (c *Client) doorway(links []vocab.Link, intent blog.Intent, object string) string {
	for _, d := range doors[intent] {
		for _, l := range links {
			if l.Rel != d.rel {
				continue
			}
			// FEP-3b86 says href, Mastodon 4.6 and OStatus say template.
			for _, template := range []string{l.Template, l.Href} {
				if to := expand(template, d.name, object); to != "" && c.isDoorway(to) {
					return to
				}
			}
		}
	}
	return ""
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// expand puts the value, percent-encoded, where the template names it, and
// nothing where it names something else (FEP-3b86 section 3.2). It is empty when
// the template does not name it, or does so in front of its path.
func expand(template, name, value string) string {
	if len(template) > maxIRI || !strings.Contains(template, "{"+name+"}") {
		return ""
	}
	before, _, _ := strings.Cut(template, "{")
	_, rest, ok := strings.Cut(before, "://")
	if !ok || !strings.ContainsAny(rest, "/?") {
		return ""
	}
	return placeholder.ReplaceAllStringFunc(template, func(found string) string {
		if found == "{"+name+"}" {
			return url.QueryEscape(value)
		}
		return ""
	})
}
