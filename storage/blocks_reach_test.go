package storage_test

import (
	"slices"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestListedBlocksReach has a list take everybody away whom its entries name, of
// whatever kind they are, and nobody else.
func TestListedBlocksReach(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		others := []string{"xa.test", "b.test:8443", "c.test", "127.0.0.1"}
		for _, host := range append([]string{"a.test", "x.y.a.test", "a.test:8443", "b.test", "[2001:db8::1]"}, others...) {
			follow(t, db, person("u", host))
		}
		follow(t, db, person("v", "c.test"))
		blocks := []blog.Block{{Target: "a.test"}, {Target: "nobody.test"}, {Target: "b.test:443"}, {Target: "[2001:db8::1]"},
			{Target: person("v", "c.test").IRI}, {Target: "0.1"}}
		equal(t, "new", must[int](t)(db.ImportBlocks(t.Context(), blocks, nil)), len(blocks))
		ok(t, db.AddBlock(t.Context(), "b.test:8443"))
		var left []string
		for _, f := range must[[]blog.Follower](t)(db.Followers(t.Context(), 0, 0)) {
			left = append(left, f.Actor.IRI)
		}
		var want []string
		for _, host := range []string{"xa.test", "b.test", "c.test", "127.0.0.1"} {
			want = append(want, person("u", host).IRI)
		}
		slices.Sort(left)
		slices.Sort(want)
		equal(t, "followers left", left, want)
	})
}
