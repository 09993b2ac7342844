package doctor_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// faultCase is a web server in front that does something wrong, and everything
// that doctor is to say of it: the checks that are not ok, each with a part of
// what it found.
type faultCase struct {
	name     string
	server   string // lines of nginx's server
	location string // lines of its location, in place of the README's
	upstream string // in place of the node
	handle   string // what the domain of the handle, and www., do in place of sending on
	plain    string // what http does in place of sending on
	cert     string // in place of a good one
	noTLS    bool
	failures map[string]string
	warnings map[string]string
	remedy   string // a part of a line that mends it
}

// cached keeps what the cache's key says is one, whatever limelight says of that.
const cached = "proxy_cache kept; proxy_cache_valid 200 303 10m; proxy_ignore_headers Vary Cache-Control Set-Cookie Expires; proxy_cache_key $host$server_addr$request_uri; "

func faultCases() []faultCase {
	type found = map[string]string
	return []faultCase{
		{name: "as the README has it"},

		// Headers on their way in.
		{name: "another Host", location: strings.Replace(headers, "Host $host", "Host localhost", 1), warnings: found{"proxy.host": "arrive as requests for localhost"}, remedy: "proxy_set_header Host $host"},
		{name: "visitors unknown", location: "proxy_set_header Host $host; proxy_set_header X-Forwarded-For '';", warnings: found{"proxy.visitor": "does not say whom"}, remedy: "$proxy_add_x_forwarded_for"},
		{name: "visitors pretend", location: "proxy_set_header Host $host;", warnings: found{"proxy.visitor": "pretends"}, remedy: "$proxy_add_x_forwarded_for"},
		{name: "a proxy that is not believed", location: headers + "proxy_bind 127.0.0.9;", warnings: found{"proxy.visitor": "at 127.0.0.9 says whom it speaks for, and is not believed"}, remedy: `trusted_proxies = ["127.0.0.9"]`},
		{name: "Accept dropped", location: headers + "proxy_set_header Accept '';", failures: found{"negotiation.activity": "200, text/html"}, remedy: "proxy_set_header Accept $http_accept"},
		{name: "Accept fixed", location: headers + "proxy_set_header Accept application/activity+json;", failures: found{"negotiation.html": "303", "redirect.home": "answers 200, application/activity+json"}},
		{name: "Signature dropped", location: headers + "proxy_set_header Signature '';", failures: found{"inbox.cavage": "header Signature does not arrive", "inbox.rfc9421": "header Signature does not arrive"}, remedy: "proxy_set_header Signature"},
		{name: "Digest dropped", location: headers + "proxy_set_header Digest '';", failures: found{"inbox.cavage": "header Digest does not arrive"}, remedy: "proxy_set_header Digest"},
		{name: "Date dropped", location: headers + "proxy_set_header Date '';", failures: found{"inbox.cavage": "header Date does not arrive"}},
		{name: "Content-Digest dropped", location: headers + "proxy_set_header Content-Digest '';", failures: found{"inbox.rfc9421": "header Content-Digest does not arrive"}},
		{name: "Signature-Input dropped", location: headers + "proxy_set_header Signature-Input '';", failures: found{"inbox.rfc9421": "header Signature-Input does not arrive"}},
		{name: "Content-Type dropped", location: headers + "proxy_set_header Content-Type text/plain;", failures: found{"inbox.unsigned": "415", "inbox.cavage": "Content-Type does not arrive", "inbox.rfc9421": "Content-Type does not arrive"},
			warnings: found{"websub.hub": "415"}},
		{name: "no compression", location: headers + "proxy_set_header Accept-Encoding '';", warnings: found{"feed.compression": "as it is"}},

		// What the web server takes for itself, or refuses.
		{name: "small bodies only", server: "client_max_body_size 64k;", failures: found{"inbox.size": "413"}, remedy: "client_max_body_size 1m"},
		{name: "no POST", location: headers + "limit_except GET { deny all; }", failures: found{"inbox.unsigned": "403", "inbox.cavage": "403", "inbox.rfc9421": "403"}, warnings: found{"websub.hub": "403"}},
		{name: "an inbox of its own", server: "location = /ap/inbox { return 202; }", failures: found{"inbox.unsigned": "202", "inbox.cavage": "nothing tells that the signature was verified", "inbox.rfc9421": "nothing tells"}},
		{name: "another path", server: "location = /ap/inbox { proxy_pass http://node/ap/instance/inbox; " + headers + "}", failures: found{"inbox.cavage": "does not fit", "inbox.rfc9421": "does not fit"}, remedy: "without a path"},
		{name: "well-known taken", server: "location /.well-known/ { return 404; }", failures: found{"webfinger.handle": "404", "webfinger.url": "404", "webfinger.domain": "404"}, warnings: found{"hostmeta": "404", "nodeinfo": "404"}, remedy: "location /.well-known/"},
		{name: "the handle's domain alone", handle: "return 404;", failures: found{"webfinger.domain": "404"}, warnings: found{"redirect.www": "404"}, remedy: "location = /.well-known/webfinger { return 302 https://blog.test$request_uri; }"},
		{name: "nobody behind", server: "error_page 502 =502 @gone; location @gone { return 502; } proxy_connect_timeout 1s;", upstream: "127.0.0.1:1", failures: found{"redirect.home": "while `limelight serve` runs here"}, remedy: "proxy_pass http://localhost:8080"},

		// Answers changed.
		{name: "Vary dropped", location: headers + "proxy_hide_header Vary;", failures: found{"negotiation.vary": "no Vary: Accept"}, remedy: "proxy_hide_header Vary"},
		{name: "account as text", server: "location /ap/ { proxy_pass http://node; " + headers + "proxy_hide_header Content-Type; add_header Content-Type text/plain; }", failures: found{"actor": "text/plain", "actor.instance": "text/plain", "object": "text/plain"}, remedy: "proxy_hide_header Content-Type"},
		{name: "feed as a page", server: "location ~ ^/feed.(xml|atom|json)$ { proxy_pass http://node; " + headers + "proxy_hide_header Content-Type; add_header Content-Type text/html; }",
			warnings: found{"feed.rss": "text/html", "feed.atom": "text/html", "feed.json": "text/html"}},
		{name: "pictures as text", server: "location /static/ { proxy_pass http://node; " + headers + "proxy_hide_header Content-Type; add_header Content-Type text/plain; }", failures: found{"media.types": `"text/plain" and is image/`}},
		{name: "no parts of files", server: "location /media/ { proxy_pass http://node; " + headers + "proxy_set_header Range ''; max_ranges 0; }", warnings: found{"media.range": "comes whole"}},
		{name: "text replaced", location: headers + "proxy_set_header Accept-Encoding ''; sub_filter_types *; sub_filter_once off; sub_filter https://blog.test http://blog.test;",
			failures: found{"webfinger.handle": "another account", "webfinger.url": "another account", "webfinger.domain": "another account", "actor": "says that it is http://", "actor.instance": "says that it is http://", "object": "not the blog's", "media.types": "301"},
			warnings: found{"hostmeta": "does not lead", "nodeinfo": "not the blog's address", "feed.rss": "says that it is http://", "feed.atom": "says that it is http://", "feed.json": "says that it is http://", "feed.conditional": "without an ETag", "feed.compression": "as it is", "websub.link": "should name"}},
		{name: "a feed that is none", server: "location = /feed.xml { default_type application/rss+xml; return 200 '<rss><channel>'; }", failures: found{"feed.rss": "well-formed"}},
		{name: "ETag dropped", location: headers + "proxy_hide_header ETag;", warnings: found{"feed.conditional": "without an ETag"}},
		{name: "Link dropped", location: headers + "proxy_hide_header Link;", warnings: found{"websub.link": "do not arrive"}},
		{name: "scripts kept out", location: headers + "proxy_hide_header Access-Control-Allow-Origin;", warnings: found{"webfinger.scripts": "Access-Control-Allow-Origin is []"}},
		{name: "the hub taken", server: "location = /websub { return 404; }", warnings: found{"websub.hub": "404"}},
		{name: "compressed and not said", location: headers + "proxy_hide_header Content-Encoding;", failures: found{"feed.compression": "Content-Encoding is missing"}, remedy: "gzip off"},
		{name: "compressed twice", upstream: "twister", location: headers + "proxy_set_header Twist 'gzip twice';", failures: found{"feed.compression": "compressed twice"}},
		{name: "compressed and cut", upstream: "twister", location: headers + "proxy_set_header Twist 'gzip cut';", failures: found{"feed.compression": "cannot be unpacked"}},
		{name: "another time", upstream: "twister", location: headers + "proxy_set_header Twist date; proxy_pass_header Date;", failures: found{"clock": "3h0m0s off"}, remedy: "set-ntp"},

		// Caches.
		{name: "pages and objects mixed", location: headers + cached, failures: found{"negotiation.cache": "a cache in front mixes"}, warnings: found{"feed.compression": "as it is"}, remedy: "proxy_cache_key"},
		{name: "an old feed", server: "location = /feed.xml { proxy_pass http://node; " + headers + cached + "}", failures: found{"feed.cache": "an older feed than there is"}, warnings: found{"feed.compression": "as it is"}, remedy: "proxy_cache off"},
		{name: "feeds for ever", server: "location = /feed.xml { proxy_pass http://node; " + headers + "expires max; }", failures: found{"feed.cache": "max-age=315360000"}, remedy: "expires off"},

		// Redirects.
		{name: "in a circle", location: "return 301 https://blog.test$request_uri;", failures: found{"redirect.home": "in a circle"}},
		{name: "elsewhere", location: "return 301 https://www.blog.test$request_uri;", handle: "proxy_pass http://node;", failures: found{"redirect.home": "leads to https://www.blog.test/"}, warnings: found{"redirect.www": "answers 200"}},
		{name: "a slash more", server: "rewrite ^(/ap/[a-z]+)$ $1/ permanent;", failures: found{"actor": "ids never redirect", "actor.instance": "ids never redirect", "object": "301", "inbox.unsigned": "301", "inbox.cavage": "301", "inbox.rfc9421": "301"}},
		{name: "http too", plain: "proxy_pass http://node; " + headers, warnings: found{"redirect.http": "does not lead to https"}, remedy: "return 301 https://$host$request_uri"},
		{name: "two names", handle: "proxy_pass http://node; " + headers, warnings: found{"redirect.www": "answers 200"}, remedy: "server_name www.blog.test"},

		// Certificates.
		{name: "expired", cert: "expired", failures: found{"tls.days": "it has expired"}, remedy: "certbot renew"},
		{name: "soon over", cert: "soon", warnings: found{"tls.days": "2 days are left"}},
		{name: "of somebody else", cert: "other", failures: found{"tls.name": "other.test"}},
		{name: "chain incomplete", cert: "short", failures: found{"tls.chain": "the chain is incomplete"}, remedy: "fullchain.pem"},
		{name: "chain complete", cert: "long"},
		{name: "an unknown authority", cert: "unknown", failures: found{"tls.chain": "nobody knows who vouches"}},
		{name: "no https", noTLS: true, failures: found{"tls.handshake": "plain http"}},
	}
}

// certificates are those that the cases name, and the root that doctor trusts.
func (l *lab) certificates() {
	root := newAuthority(l.t, "the tests' root", nil)
	between := newAuthority(l.t, "the tests' authority", root)
	write(l.t, filepath.Join(l.web, "root.pem"), root.pem())
	names := []string{host, "www." + host, "handle.test"}
	root.leaf(l.web, "good", 80*day, nil, names...)
	root.leaf(l.web, "expired", -day, nil, names...)
	root.leaf(l.web, "soon", 2*day+day/2, nil, names...)
	root.leaf(l.web, "other", 80*day, nil, "other.test")
	between.leaf(l.web, "long", 80*day, []*authority{between}, names...)
	between.leaf(l.web, "short", 80*day, nil, names...)
	stranger := newAuthority(l.t, "nobody's root", nil)
	stranger.leaf(l.web, "unknown", 80*day, []*authority{stranger}, names...)
}

// TestFaultsAreFoundAndNamed has the program look at one node through many broken
// web servers: each fault is found, and nothing else.
func TestFaultsAreFoundAndNamed(t *testing.T) {
	l := newLab(t)
	l.certificates()
	cases := faultCases()
	l.startNginx(cases)
	l.publish("first.md", "---\ntitle: First\n---\nHello.\n")
	l.prime(cases)
	write(t, filepath.Join(l.dir, "talk.mp3"), []byte("ID3\x04\x00"+strings.Repeat("\x00", 1000)))
	l.publish("second.md", "---\ntitle: Second\naudio: talk.mp3\n---\nHello again.\n")
	t.Run("cases", func(t *testing.T) {
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				checks, code := l.doctor(addressOf(i))
				defer c.compare(t, checks)
				if (code == 1) != (len(c.failures) > 0) || code > 1 {
					t.Errorf("the exit code is %d", code)
				}
			})
		}
	})
	t.Run("a blog elsewhere", func(t *testing.T) { l.elsewhere(t) })
	t.Run("nothing listens", func(t *testing.T) { l.nobody(t) })
	t.Run("another database", func(t *testing.T) { l.another(t) })
	t.Run("left", func(t *testing.T) { l.left(t) })
	t.Run("not served", func(t *testing.T) { l.unserved(t) })
}

// prime asks the cache that keeps an old feed for it, before there is another.
func (l *lab) prime(cases []faultCase) {
	at := slices.IndexFunc(cases, func(c faultCase) bool { return c.name == "an old feed" })
	conn := l.get(addressOf(at), "/feed.xml")
	if !strings.Contains(conn, "First") {
		l.t.Fatalf("the feed is not there yet:\n%.500s", conn)
	}
}

// compare holds what doctor found against what is broken.
func (c faultCase) compare(t *testing.T, checks []check) {
	t.Helper()
	want := map[string]map[string]string{"failure": c.failures, "warning": c.warnings}
	mended := c.remedy == ""
	for _, got := range checks {
		if got.ID == "disk" { // of this machine
			continue
		}
		bad := got.State == "failure" || got.State == "warning"
		found, expected := want[got.State][got.ID]
		switch {
		case bad && !expected:
			t.Errorf("%s: %s: %s", got.State, got.ID, got.Found)
		case expected && !strings.Contains(got.Found, found):
			t.Errorf("%s: %s: %s; want %q", got.State, got.ID, got.Found, found)
		}
		if expected {
			delete(want[got.State], got.ID)
		}
		if bad != (got.Means != "") || bad != (len(got.Remedies) > 0) {
			t.Errorf("%s is %s, means %q and is mended by %v", got.ID, got.State, got.Means, got.Remedies)
		}
		for _, r := range got.Remedies {
			mended = mended || expected && strings.Contains(r.Lines, c.remedy)
		}
	}
	for state, ids := range want {
		for id := range ids {
			t.Errorf("no %s of %s is found", state, id)
		}
	}
	if !mended {
		t.Errorf("no remedy says %q", c.remedy)
	}
}

// states are the ids of the checks by how they ended.
func states(checks []check) map[string][]string {
	by := map[string][]string{}
	for _, c := range checks {
		by[c.State] = append(by[c.State], c.ID)
	}
	return by
}

// elsewhere looks at the blog with nothing of it beside.
func (l *lab) elsewhere(t *testing.T) {
	there := *l
	there.t, there.dir, there.bare = t, t.TempDir(), true
	checks, code := there.doctor(addressOf(0), "https://"+host)
	by := states(checks)
	if code != 0 || len(by["failure"])+len(by["warning"]) != 0 {
		t.Errorf("%d: %v", code, by)
	}
	for _, id := range []string{"serve", "database", "disk", "inbox.cavage", "inbox.rfc9421", "inbox.forged", "proxy.host", "proxy.visitor"} {
		if !slices.Contains(by["skipped"], id) {
			t.Errorf("%s is not skipped", id)
		}
	}
	for _, id := range []string{"inbox.unsigned", "inbox.size", "webfinger.handle", "webfinger.domain", "websub.hub"} {
		if !slices.Contains(by["ok"], id) {
			t.Errorf("%s is not ok", id)
		}
	}
	if files, err := os.ReadDir(there.dir); err != nil || len(files) != 0 {
		t.Errorf("it left %v, %v", files, err)
	}
}

// nobody looks where nothing listens.
func (l *lab) nobody(t *testing.T) {
	there := *l
	there.t, there.tls = t, freePort(t)
	checks, code := there.doctor(addressOf(0))
	by := states(checks)
	if code != 1 || fmt.Sprint(by["failure"]) != "[connect]" {
		t.Errorf("%d: %v", code, by)
	}
	for _, c := range checks {
		if c.ID == "connect" && !strings.Contains(c.Found, "http answers 301") {
			t.Errorf("it does not tell that http is there: %s", c.Found)
		}
	}
}

// another looks with the data of another blog beside, which bears the same address.
func (l *lab) another(t *testing.T) {
	there := *l
	there.t, there.dir = t, t.TempDir()
	there.startNode()
	defer there.stopNode()
	checks, _ := there.doctor(addressOf(0))
	c := faultCase{failures: map[string]string{"actor.key": "is not the key in", "inbox.cavage": "another database is served there", "inbox.rfc9421": "another database"}, remedy: "the one that serve uses"}
	c.compare(t, checks)
}

// left looks after the blog was taken out of the fediverse, which is no fault.
func (l *lab) left(t *testing.T) {
	if out, err := l.command("delete-actor", "-confirm", "blog@handle.test").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for deadline := time.Now().Add(patience); !strings.Contains(l.get(addressOf(0), "/ap/actor"), "Gone"); {
		if time.Now().After(deadline) {
			t.Fatal("the account is still there")
		}
	}
	checks, code := l.doctor(addressOf(0))
	faultCase{}.compare(t, checks)
	by := states(checks)
	if code != 0 || !slices.Contains(by["skipped"], "actor") || !slices.Contains(by["ok"], "feed.rss") {
		t.Errorf("%d: %v", code, by)
	}
}

// unserved looks after the node was stopped.
func (l *lab) unserved(t *testing.T) {
	l.stopNode()
	checks, code := l.doctor(addressOf(0))
	c := faultCase{failures: map[string]string{"serve": "`limelight serve` is not running", "redirect.home": "limelight is not"}, remedy: "limelight serve"}
	c.compare(t, checks)
	if code != 1 {
		t.Errorf("the exit code is %d", code)
	}
}
