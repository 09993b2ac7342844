package storage_test

import (
	"fmt"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestClaimLooksPastAHost: what waits for one host, which has had its share, does
// not keep what comes behind it from being claimed.
func TestClaimLooksPastAHost(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		for i := range 6 {
			follow(t, db, blog.Actor{IRI: fmt.Sprintf("https://a.test/%d", i), Type: "Person", Inbox: fmt.Sprintf("https://a.test/%d/inbox", i)})
		}
		settle(t, db)
		publish(t, db, blog.Post{Slug: "first", Title: "First"})
		follow(t, db, person("bob", "b.test"))
		hosts := map[string]int{}
		for _, d := range claim(t, db, 4, 2) {
			hosts[d.Host]++
		}
		equal(t, "claimed by host", hosts, map[string]int{"a.test": 2, "b.test": 1})
	})
}
