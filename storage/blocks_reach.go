package storage

import (
	"net"
	"slices"
	"strings"
)

// reachOnce is how many names of actors, hosts or domains one statement is asked about.
const reachOnce = 500

// whom is a condition on actors, named b, by names that an index finds.
type whom struct {
	column string // iri, host or domain
	names  []any
}

// actors is the query of those actors, with its arguments.
func (w whom) actors() (query string, args []any) {
	query = `SELECT b.iri FROM actor b WHERE b.`
	if w.column != "host" {
		args, list := in(nil, w.names)
		return query + w.column + ` IN ` + list, args
	}
	var domains []any // hosts have no index
	for _, host := range w.names {
		domain, _, _ := net.SplitHostPort(host.(string))
		domains = append(domains, domain)
	}
	args, list := in(nil, domains)
	args, hosts := in(args, w.names)
	return query + `domain IN ` + list + ` AND b.host IN ` + hosts, args
}

// reach is whom we know of those that the targets keep out. Who compares each
// actor with each target reads fifty thousand rows for each of a list of ten
// thousand, nearly all for nothing: here the domains that we know are gone through
// once for all targets, by their index.
func (t *tx) reach(targets []string) ([]whom, error) {
	blocked := map[string]bool{}
	iris, hosts, domains := whom{column: "iri"}, whom{column: "host"}, whom{column: "domain"}
	for _, target := range targets {
		_, _, err := net.SplitHostPort(target)
		switch {
		case strings.Contains(target, "/"):
			iris.names = append(iris.names, target)
		case err == nil:
			hosts.names = append(hosts.names, target)
		default:
			blocked[target] = true
		}
	}
	if len(blocked) > 0 {
		known, err := t.texts(eachDomain)
		if err != nil {
			return nil, err
		}
		for _, domain := range known {
			if blocked[domain] || isBelow(domain, blocked) {
				domains.names = append(domains.names, domain)
			}
		}
	}
	var out []whom
	for _, w := range []whom{iris, hosts, domains} {
		for some := range slices.Chunk(w.names, reachOnce) {
			out = append(out, whom{w.column, some})
		}
	}
	return out, nil
}

// isBelow tells whether a domain lies below one of these. Addresses lie below none.
func isBelow(domain string, any map[string]bool) bool {
	if net.ParseIP(domain) != nil {
		return false
	}
	for _, parent, more := strings.Cut(domain, "."); more; _, parent, more = strings.Cut(parent, ".") {
		if any[parent] {
			return true
		}
	}
	return false
}
