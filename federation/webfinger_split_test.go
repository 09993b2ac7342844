package federation

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"limelight/blog"
)

// splitWorld is a blog whose handle is at another domain than its server.
func splitWorld(t *testing.T) *objectWorld {
	return newObjectWorld(t, func(b *blog.Blog) { b.HandleHost = "example.test" })
}

// TestSplitDomain: the server answers for both domains and names the handle's.
func TestSplitDomain(t *testing.T) {
	w := splitWorld(t)
	if got := w.found(w.blog.ActorIRI()); got != "blog@example.test" {
		t.Errorf("the blog is %s", got)
	}
	if got := w.found(w.blog.InstanceIRI()); got != "blog.example.test@blog.example.test" {
		t.Errorf("the server is %s", got)
	}
	for resource, subject := range map[string]string{
		"acct:blog@example.test":                    "acct:blog@example.test",
		"acct:blog@blog.example.test":               "acct:blog@example.test",
		"acct:BLOG@EXAMPLE.test":                    "acct:blog@example.test",
		"https://example.test":                      "acct:blog@example.test",
		"https://example.test/":                     "acct:blog@example.test",
		"https://blog.example.test":                 "acct:blog@example.test",
		"https://blog.example.test/":                "acct:blog@example.test",
		"https://blog.example.test/ap/actor":        "acct:blog@example.test",
		"https://blog.example.test/ap/instance":     "acct:blog.example.test@blog.example.test",
		"acct:blog.example.test@blog.example.test":  "acct:blog.example.test@blog.example.test",
		"acct:example.test@example.test":            "acct:blog.example.test@blog.example.test",
		"https://example.test/ap/actor":             "",
		"https://example.test/ap/instance":          "",
		"https://www.example.test/":                 "",
		"acct:blog@www.example.test":                "",
		"acct:other@example.test":                   "",
		"acct:blog@example.test.blog.example.test":  "",
		"acct:blog@blog.example.test@example.test":  "",
		"acct:www.example.test@blog.example.test":   "",
		"https://example.test/?resource=acct:blog":  "",
		"https://example.test:8443/":                "",
		"acct:https://example.test@example.test":    "",
		"acct:blog@example.test/../../ap/instance":  "",
		"https://example.test@blog.example.test/":   "",
		"https://blog.example.test/ap/actor#main":   "",
		"https://blog.example.test//":               "",
		"https://blog.example.test/ap/actor/":       "",
		"http://example.test/":                      "",
		"acct:blog.example.test@www.example.test":   "",
		"ftp://blog.example.test/":                  "",
		"https://blog.example.test/ap/instance/":    "",
		"https://blog.example.test/ap/instance?x=y": "",
	} {
		t.Run(resource, func(t *testing.T) {
			if subject != "" {
				if got := w.finger(resource); got.Subject != subject {
					t.Errorf("it is %s, not %s", got.Subject, subject)
				}
				return
			}
			if resp := w.ask("/.well-known/webfinger?resource=" + url.QueryEscape(resource)); resp.StatusCode != http.StatusNotFound {
				t.Errorf("%d", resp.StatusCode)
			}
		})
	}
}

// TestSplitDomainActor: the actor says its handle itself (FEP-2c59), and pages
// of both domains, and of no others, may name it as their author
// (GHSA-rwcw-vq68-g34p).
func TestSplitDomainActor(t *testing.T) {
	p := splitWorld(t).node.person()
	if p.PreferredUsername != "blog" || p.WebFinger != "blog@example.test" || p.ID != "https://blog.example.test/ap/actor" {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(p.AttributionDomains, []string{"blog.example.test", "example.test"}) {
		t.Errorf("%q", p.AttributionDomains)
	}
}
