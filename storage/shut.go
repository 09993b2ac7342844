package storage

import (
	"maps"
	"slices"
	"strings"
)

// eachDomain steps through the index from one domain of an actor to the next.
const eachDomain = `WITH RECURSIVE each_domain (domain) AS (
		SELECT MIN(domain) FROM actor
		UNION ALL SELECT (SELECT MIN(a.domain) FROM actor a WHERE a.domain > e.domain) FROM each_domain e WHERE e.domain IS NOT NULL
	) SELECT domain FROM each_domain WHERE domain IS NOT NULL`

// shutAbove are the blocked domains below which we know somebody, which are few.
// A condition of SQL that compares each actor with each block took half a minute
// for an edit of a post with ten thousand likes, beside a list of two thousand
// blocks; nothing else could be written meanwhile.
func (t *tx) shutAbove() ([]string, error) {
	targets, err := t.texts(`SELECT target FROM block`)
	if err != nil || len(targets) == 0 {
		return nil, err
	}
	blocked := make(map[string]bool, len(targets))
	for _, target := range targets {
		blocked[target] = true
	}
	domains, err := t.texts(eachDomain)
	above := map[string]bool{}
	for _, domain := range domains {
		for _, parent, more := strings.Cut(domain, "."); more; _, parent, more = strings.Cut(parent, ".") {
			if blocked[parent] {
				above[parent] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(above)), err
}

// withShut has a statement know the domains as the table shut.
func withShut(args []any, domains []string, statement string) ([]any, string) {
	args, places := placed(args, append(domains, "")) // an empty table needs another syntax; no domain is below ""
	for i := range places {
		places[i] = "(CAST(" + places[i] + " AS TEXT))"
	}
	return args, `WITH shut (domain) AS (VALUES ` + strings.Join(places, ",") + `) ` + statement
}
