package doctor_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOwnTLS has doctor look at a node that speaks https itself, with a pair of
// files that is good or not: each fault is named, with a line of the node's own
// configuration and none for a web server that is not there.
func TestOwnTLS(t *testing.T) {
	l := &lab{t: t, alone: true, web: t.TempDir(), tls: freePort(t), plain: freePort(t)}
	l.build()
	l.certificates()
	for _, c := range []struct {
		name, cert          string
		redirect            string // where the node listens for http
		failure, warning    string // the check that is not ok
		found, mends, other string // what it says, the line that mends it, and another one
	}{
		{name: "as the README has it", cert: "long"},
		{name: "another name", cert: "other", failure: "tls.name", found: "the certificate is for other.test", mends: "a certificate for blog.test, taken up while serve runs"},
		{name: "expired", cert: "expired", failure: "tls.days", found: "it has expired", mends: "limelight takes cert.pem up within seconds", other: `tls = "auto"`},
		{name: "soon over", cert: "soon", warning: "tls.days", found: "2 days are left", mends: "certbot renew"},
		{name: "incomplete", cert: "short", failure: "tls.chain", found: "the certificate of CN=the tests' authority is not sent along", mends: `tls_cert = "cert.pem"  # the certificate and all between it and the root in one file`},
		{name: "a stranger's", cert: "unknown", failure: "tls.chain", found: "nobody knows who vouches", mends: `tls_cert = "cert.pem"`},
		{name: "no http", cert: "long", redirect: "none", warning: "redirect.http", found: "connection refused", mends: `redirect_listen = ":80"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.t = t
			checks, code := l.ownTLS(c.cert, c.redirect == "none")
			if (code != 0) != (c.failure != "") {
				t.Errorf("exit code %d", code)
			}
			for _, check := range checks {
				want := map[string]string{c.failure: "failure", c.warning: "warning"}[check.ID]
				if want == "" && (check.State == "ok" || check.State == "skipped") {
					continue
				}
				lines := ""
				for _, r := range check.Remedies {
					lines += r.For + ":\n" + r.Lines + "\n"
				}
				if check.State != want || !strings.Contains(check.Found, c.found) || !strings.Contains(lines, c.mends) || !strings.Contains(lines, c.other) || regexp.MustCompile("nginx|Caddy").MatchString(lines) {
					t.Errorf("%s: %s, %s\n%s", check.ID, check.State, check.Found, lines)
				}
			}
		})
	}
}

// ownTLS runs a node with the certificate, and doctor beside it.
func (l *lab) ownTLS(cert string, withoutHTTP bool) (checks []check, code int) {
	l.t.Helper()
	l.dir = l.t.TempDir()
	for from, to := range map[string]string{cert + ".pem": "cert.pem", cert + ".key": "key.pem"} {
		text, err := os.ReadFile(filepath.Join(l.web, from))
		if err != nil {
			l.t.Fatal(err)
		}
		write(l.t, filepath.Join(l.dir, to), text)
	}
	plain := "127.0.0.1:" + l.plain
	if withoutHTTP {
		plain = ""
	}
	write(l.t, filepath.Join(l.dir, "limelight.toml"), []byte(`[server]
base_url = "https://`+host+`"
tls = "files"
tls_cert = "cert.pem"
tls_key = "key.pem"
tls_listen = "127.0.0.1:`+l.tls+`"
redirect_listen = "`+plain+`"
self_check = false
`))
	l.bare = true // the file says it all
	l.startServe(`(?m)^ +https +(\S+),`)
	defer l.stopNode()
	return l.doctor("127.0.0.1")
}
