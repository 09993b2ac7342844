package main

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"limelight/blog"
)

// hsts is for how long a browser that saw the blog under https asks for nothing
// else there: half a year.
const hsts = "max-age=15552000"

// ownHosts are the names under which the program is reached when nothing stands
// in front, and what each of them is for.
type ownHosts struct {
	base   string // "https://blog.example.com"
	host   string // of base, without a port
	handle string // federation.handle_domain when it leads here, else empty
	strict bool   // tells browsers to stay with https
}

func newOwnHosts(c *Config) *ownHosts {
	o := &ownHosts{base: c.baseURL(nil), host: c.hostname()}
	if slices.Contains(c.Server.TLSHosts, c.Federation.HandleDomain) {
		o.handle = c.Federation.HandleDomain
	}
	// It holds for all ports of a name. What is tried out on this machine shares
	// its name with other things, and a certificate of staging is soon another.
	o.strict = !blog.IsLocalHost(o.host) && c.Server.ACMEDirectory != staging
	return o
}

// home is where a request belongs: at the blog, or, for what servers ask about
// its handle, at the handle's domain.
func (o *ownHosts) home(r *http.Request) string {
	if o.handle != "" && hostname(r.Host) == o.handle && strings.HasPrefix(r.URL.Path, "/.well-known/") {
		return "https://" + o.handle
	}
	return o.base
}

// serve gives next what came to the right host and sends on everything else.
// /healthz and /readyz are asked for by balancers, under any name.
func (o *ownHosts) serve(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		home, _ := url.Parse(o.home(r)) // validate has seen it
		switch here := hostname(r.Host); {
		case here != home.Hostname() && r.URL.Path != "/healthz" && r.URL.Path != "/readyz":
			o.redirect(w, r)
			return
		case here == o.host && o.strict:
			w.Header().Set("Strict-Transport-Security", hsts)
		}
		next.ServeHTTP(w, r)
	})
}

// redirect sends a request on to where it belongs. What is posted stays so.
func (o *ownHosts) redirect(w http.ResponseWriter, r *http.Request) {
	path := r.URL.RequestURI()
	if !strings.HasPrefix(path, "/") { // no path
		path = "/"
	}
	status := http.StatusPermanentRedirect
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		status = http.StatusMovedPermanently
	}
	http.Redirect(w, r, o.home(r)+path, status)
}

// hostname is the name in a Host header, as it is compared.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// hostname is the host of server.base_url without a port.
func (c *Config) hostname() string {
	u, err := url.Parse(c.Server.BaseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
