package federation

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/federation/vocab"
)

const ourPost = "https://blog.example.test/ap/posts/1?a=b&c"

func TestVisitor(t *testing.T) {
	o := clientOptions()
	o.AllowPrivate = nil
	c := testClient(t, o, defaultBounds())
	for typed, want := range map[string]visitor{
		"ann@social.test":                    {"social.test", "", "acct:ann@social.test"},
		" @ann@Social.Test\u200b ":           {"social.test", "", "acct:ann@Social.Test"},
		"acct:ann@social.test":               {"social.test", "", "acct:ann@social.test"},
		"\u2068@ann@social.test\u2069":       {"social.test", "", "acct:ann@social.test"},
		"social.test":                        {"social.test", "", "https://social.test"},
		"https://social.test/@ann":           {"social.test", "https", "https://social.test/@ann"},
		"social.test/@ann":                   {"social.test", "", "https://social.test/@ann"},
		"ann@b\u00fccher.test":               {"xn--bcher-kva.test", "", "acct:ann@b\u00fccher.test"},
		"":                                   {},
		"ann":                                {},
		"@ann":                               {},
		"a b@social.test":                    {"social.test", "", "acct:a b@social.test"},
		"ann@localhost":                      {},
		"ann@social.test:8080":               {},
		"http://social.test/@ann":            {"social.test", "http", "http://social.test/@ann"},
		"ftp://social.test/":                 {},
		"javascript:alert(1)":                {},
		"ann@user@social.test":               {},
		"https://ann:x@social.test/":         {},
		"ann@so cial.test":                   {},
		"ann@social.test\r\nX: y":            {},
		"blog@blog.example.test":             {},
		"ann@2130706433":                     {},
		strings.Repeat("a", 600) + "@a.test": {},
	} {
		v, err := c.visitor(typed)
		if want.host == "" {
			if !errors.Is(err, blog.ErrHandle) {
				t.Errorf("%q is taken for %+v, %v", typed, v, err)
			}
			continue
		}
		if err != nil || v != want {
			t.Errorf("%q is %+v, %v", typed, v, err)
		}
		for _, scheme := range c.schemesFor(v) {
			if scheme != "https" {
				t.Errorf("%q would be asked by %s", typed, scheme)
			}
		}
	}
}

func TestDoorway(t *testing.T) {
	o := clientOptions()
	o.AllowPrivate = nil
	c := testClient(t, o, defaultBounds())
	const encoded = "https%3A%2F%2Fblog.example.test%2Fap%2Fposts%2F1%3Fa%3Db%26c"
	link := func(rel, href, template string) vocab.Link {
		return vocab.Link{Rel: rel, Href: href, Template: template}
	}
	old := link(subscribe, "", "https://social.test/authorize_interaction?uri={uri}")
	atOld := "https://social.test/authorize_interaction?uri=" + encoded
	for name, tt := range map[string]struct {
		intent blog.Intent
		links  []vocab.Link
		want   string
	}{
		"none":                    {blog.ReplyIntent, nil, ""},
		"ostatus":                 {blog.FollowIntent, []vocab.Link{old}, atOld},
		"follow by href":          {blog.FollowIntent, []vocab.Link{old, link(intentBase+"Follow", "https://social.test/f?o={object}", "")}, "https://social.test/f?o=" + encoded},
		"follow by template":      {blog.FollowIntent, []vocab.Link{link(intentBase+"Follow", "", "https://social.test/f/{object}?n={on-success}&x"), old}, "https://social.test/f/" + encoded + "?n=&x"},
		"reply by object":         {blog.ReplyIntent, []vocab.Link{old, link(intentBase+"Object", "", "https://social.test/o?o={object}")}, "https://social.test/o?o=" + encoded},
		"create says what for":    {blog.ReplyIntent, []vocab.Link{link(intentBase+"Create", "https://social.test/new?text={content}&to={inReplyTo}", "")}, "https://social.test/new?text=&to=" + encoded},
		"create without it":       {blog.ReplyIntent, []vocab.Link{link(intentBase+"Create", "", "https://social.test/share?text={content}"), old}, atOld},
		"follow is not for reply": {blog.ReplyIntent, []vocab.Link{link(intentBase+"Follow", "https://social.test/f?o={object}", "")}, ""},
		"plain http":              {blog.FollowIntent, []vocab.Link{link(subscribe, "", "http://social.test/?uri={uri}")}, ""},
		"script":                  {blog.FollowIntent, []vocab.Link{link(subscribe, "", "javascript:alert('{uri}')")}, ""},
		"script with slashes":     {blog.FollowIntent, []vocab.Link{link(subscribe, "", "javascript://x/%0aalert('{uri}')")}, ""},
		"data":                    {blog.FollowIntent, []vocab.Link{link(subscribe, "", "data:text/html,{uri}")}, ""},
		"no place for it":         {blog.FollowIntent, []vocab.Link{link(subscribe, "", "https://social.test/")}, ""},
		"as the host":             {blog.FollowIntent, []vocab.Link{link(subscribe, "", "https://{uri}/")}, ""},
		"as part of the host":     {blog.FollowIntent, []vocab.Link{link(subscribe, "", "https://social.test{uri}/")}, ""},
		"with a password":         {blog.FollowIntent, []vocab.Link{link(subscribe, "", "https://blog.example@evil.test/?uri={uri}")}, ""},
		"with a line end":         {blog.FollowIntent, []vocab.Link{link(subscribe, "", "https://social.test/\r\n?uri={uri}")}, ""},
		"too long":                {blog.FollowIntent, []vocab.Link{link(subscribe, "", "https://social.test/?uri={uri}&x="+strings.Repeat("x", 2000))}, ""},
		"bad one before a good":   {blog.FollowIntent, []vocab.Link{link(intentBase+"Follow", "javascript:{object}", ""), old}, atOld},
	} {
		if got := c.doorway(tt.links, tt.intent, ourPost); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestInteraction(t *testing.T) {
	w := newInboxWorld(t)
	peer := w.peer(2)
	ann := peer.Join("ann", peertest.Mastodon)
	object := w.postIRI()
	for typed, want := range map[string]string{
		ann.Handle:                            peer.URL + "/authorize_interaction?uri=",
		"nobody@" + peer.Host:                 peer.URL + "/authorize_interaction?uri=",
		peer.Host:                             peer.URL + "/authorize_interaction?uri=",
		"http://" + peer.Host + "/users/ann/": peer.URL + "/authorize_interaction?uri=",
	} {
		to, err := w.node.Interaction(t.Context(), typed, blog.ReplyIntent, object)
		if err != nil || !strings.HasPrefix(to.URL, want+"http%3A%2F%2F") || to.Host != peer.Host || !to.Own {
			t.Errorf("%s leads to %+v, %v", typed, to, err)
		}
	}
	descriptor := ""
	peer.Handle("/.well-known/webfinger", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/jrd+json")
		_, _ = rw.Write([]byte(descriptor))
	})
	for name, tt := range map[string]struct {
		descriptor, want string
		own              bool
	}{
		"another host": {`{"links":[{"rel":"` + subscribe + `","template":"https://other.test/x?u={uri}"}]}`, "https://other.test/x?u=", false},
		"nonsense":     {`[[[`, peer.URL + "/authorize_interaction?uri=", true},
		"large":        {strings.Repeat(" ", maxDescriptor) + `{"links":[{"rel":"` + subscribe + `","template":"https://other.test/x?u={uri}"}]}`, peer.URL + "/authorize_interaction?uri=", true},
	} {
		descriptor = tt.descriptor
		to, err := w.node.Interaction(t.Context(), ann.Handle, blog.FollowIntent, object)
		if err != nil || !strings.HasPrefix(to.URL, tt.want) || to.Own != tt.own {
			t.Errorf("%s: %+v, %v", name, to, err)
		}
	}
	peer.Close()
	if _, err := w.node.Interaction(t.Context(), ann.Handle, blog.ReplyIntent, object); !errors.Is(err, blog.ErrServer) {
		t.Errorf("a server that is not there: %v", err)
	}
	if _, err := w.node.Interaction(t.Context(), "ann@"+w.node.blog.Host(), blog.ReplyIntent, object); !errors.Is(err, blog.ErrHandle) {
		t.Errorf("ourselves: %v", err)
	}
}

// TestInteractionStaysOutside holds that a visitor cannot have us ask what is
// not public, by name, address or redirect.
func TestInteractionStaysOutside(t *testing.T) {
	w := newInboxWorld(t, func(o *Options) { o.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("127.0.0.3/32")} })
	inside := w.peer(4)
	asked := inside.Join("ann", peertest.Mastodon)
	if _, err := w.node.Interaction(t.Context(), asked.Handle, blog.ReplyIntent, ourPost); !errors.Is(err, blog.ErrServer) {
		t.Errorf("a private address: %v", err)
	}
	outside := w.peer(3)
	outside.Handle("/.well-known/webfinger", moved(inside.URL+"/.well-known/webfinger?resource=acct:"+asked.Handle))
	if to, err := w.node.Interaction(t.Context(), outside.Host, blog.ReplyIntent, ourPost); !errors.Is(err, blog.ErrServer) {
		t.Errorf("a redirect inside leads to %+v, %v", to, err)
	}
	if n := inside.Fetches("/.well-known/webfinger"); n != 0 {
		t.Errorf("the private server was asked %d times", n)
	}
}
