package doctor

import "fmt"

// How the node itself speaks https, in Local.TLS.
const (
	ownFiles = "files"
	ownACME  = "auto"
)

// ownTLS is how the node itself speaks https; empty when a web server in front
// does, or when that is not known.
func (x *exam) ownTLS() string {
	if x.o.Local == nil {
		return ""
	}
	return x.o.Local.TLS
}

// pair names the files of a certificate that will do.
func (x *exam) pair(why string) Remedy {
	return x.config(fmt.Sprintf("[server]\ntls_cert = %q  # %s\ntls_key = %q", x.o.Local.TLSCert, why, x.o.Local.TLSKey))
}

// logOfACME is where serve says what the authority saw.
func (x *exam) logOfACME() Remedy {
	return Remedy{"machine", fmt.Sprintf("journalctl -u limelight  # the log of serve says why the authority gave no certificate:\n# as a rule %s leads elsewhere, or ports 80 and 443 are closed", x.base.Hostname())}
}

// tlsRemedy is the way to a certificate.
func (x *exam) tlsRemedy() Remedy {
	switch x.ownTLS() {
	case ownFiles:
		return x.pair("a certificate for " + x.base.Hostname() + ", taken up while serve runs")
	case ownACME:
		return x.logOfACME()
	}
	return x.config("[server]\ntls = \"auto\"  # limelight gets the certificate itself; or a web server that has one in front, as the README shows")
}

// authorityRemedy is the way to a certificate of somebody whom all know.
func (x *exam) authorityRemedy() Remedy {
	if x.ownTLS() == ownACME {
		return x.config("[server]\nacme_directory = \"\"  # that of Let's Encrypt, which all know; \"staging\" is for tries")
	}
	return x.tlsRemedy()
}

// chainRemedies have the certificates between the blog's and the root sent along.
func (x *exam) chainRemedies() []Remedy {
	switch x.ownTLS() {
	case ownFiles:
		return []Remedy{x.pair("the certificate and all between it and the root in one file: certbot's fullchain.pem, not cert.pem")}
	case ownACME:
		return []Remedy{x.authorityRemedy()}
	}
	return []Remedy{
		{"nginx", "ssl_certificate /etc/letsencrypt/live/" + x.base.Hostname() + "/fullchain.pem;  # not cert.pem"},
		{"Caddy", "tls fullchain.pem key.pem  # or leave tls out: Caddy gets a certificate by itself"},
		x.config("[server]\ntls = \"files\"  # with the certificate and all between it and the root in one file"),
	}
}

// renewRemedies are for a certificate that ends.
func (x *exam) renewRemedies() []Remedy {
	auto := x.config("[server]\ntls = \"auto\"  # limelight gets and renews it")
	switch x.ownTLS() {
	case ownFiles:
		return []Remedy{{"machine", "certbot renew  # limelight takes " + x.o.Local.TLSCert + " up within seconds when it changes"}, auto}
	case ownACME:
		return []Remedy{x.logOfACME()}
	}
	return []Remedy{{"nginx", "certbot renew && nginx -s reload"}, {"Caddy", "caddy reload  # and see why it could not renew: journalctl -u caddy"}, auto}
}

// redirectRemedies send those on to https who come by http.
func (x *exam) redirectRemedies() []Remedy {
	if x.ownTLS() != "" {
		return []Remedy{x.config("[server]\nredirect_listen = \":80\"  # and let port 80 in, at the firewall and the router")}
	}
	return []Remedy{{"nginx", fmt.Sprintf("server {\n    listen 80;\n    server_name %s;\n    return 301 https://$host$request_uri;\n}", x.base.Hostname())}, x.caddy()}
}

// wwwRemedies have a further name lead to the blog, or be gone.
func (x *exam) wwwRemedies(name string) []Remedy {
	gone := Remedy{"DNS", "or remove the record of " + name}
	if x.ownTLS() != "" {
		return []Remedy{x.config(fmt.Sprintf("[server]\ntls_hosts = [%q]  # whose visitors are sent on; with tls = \"files\" the certificate has to name it too", name)), gone}
	}
	return []Remedy{
		{"Caddy", fmt.Sprintf("%s {\n\tredir %s{uri} permanent\n}", name, x.blog.BaseURL)},
		{"nginx", fmt.Sprintf("server {\n    listen 443 ssl;\n    server_name %s;\n    return 301 %s$request_uri;\n}  # with a certificate for %s", name, x.blog.BaseURL, name)},
		gone,
	}
}
