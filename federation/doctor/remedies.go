package doctor

import (
	"fmt"
	"strings"
)

// config is a remedy in limelight's configuration.
func (x *exam) config(lines string) Remedy { return Remedy{x.o.ConfigFile, lines} }

// caddy is the whole of a Caddyfile, which does everything right by itself.
func (x *exam) caddy() Remedy {
	return Remedy{"Caddy", fmt.Sprintf("%s {\n\treverse_proxy %s\n}", x.base.Host, x.o.Upstream)}
}

// nginx are lines of the location that passes requests on.
func (x *exam) nginx(lines ...string) Remedy {
	return Remedy{"nginx", fmt.Sprintf("location / {\n    proxy_pass http://%s;\n    %s\n}", x.o.Upstream, strings.Join(lines, "\n    "))}
}

// passOn is the remedy for whatever the web server in front keeps or answers
// itself.
func (x *exam) passOn(nginx ...string) []Remedy {
	return []Remedy{x.caddy(), x.nginx(append(nginx, "proxy_set_header Host $host;")...)}
}

// domainRemedies send questions about the handle's domain on to the blog.
func (x *exam) domainRemedies() []Remedy {
	return []Remedy{
		{"Caddy", fmt.Sprintf("redir /.well-known/webfinger %s{uri}\nredir /.well-known/host-meta %s{uri}", x.blog.BaseURL, x.blog.BaseURL)},
		{"nginx", fmt.Sprintf("location = /.well-known/webfinger { return 302 %s$request_uri; }\nlocation = /.well-known/host-meta { return 302 %s$request_uri; }", x.blog.BaseURL, x.blog.BaseURL)},
	}
}

// noCache keeps a web server from keeping answers.
func (x *exam) noCache() []Remedy {
	return []Remedy{
		{"nginx", "proxy_cache off;  # or, where there is a cache: proxy_cache_key $scheme$host$request_uri$http_accept; and no proxy_ignore_headers\nexpires off;       # and no expires or add_header Cache-Control for these paths"},
		{"Caddy", "take out `header Cache-Control` and the cache directive for this site"},
	}
}
