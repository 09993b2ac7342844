package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestOwnComments(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := publish(t, db, hello())
		check := func(when string, n int, newest time.Time) {
			t.Helper()
			got, last, err := db.OwnComments(t.Context())
			ok(t, err)
			equal(t, when, got, n)
			equal(t, when, last, newest)
		}
		me := blog.Actor{IRI: "https://blog.test/ap/actor", Type: "Person", Inbox: "https://blog.test/ap/inbox"}
		say := func(who blog.Actor, source blog.Source, visibility blog.Visibility, name string, after time.Duration) {
			c := note(who, p, name)
			c.Source, c.Visibility, c.Published = source, visibility, start.Add(after)
			comment(t, db, c)
		}
		check("before any", 0, time.Time{})
		say(ann, blog.Delivered, blog.Public, "hers", -time.Minute)
		check("by somebody else", 0, time.Time{})
		say(me, blog.Own, blog.Public, "one", -time.Hour)
		say(me, blog.Own, blog.Unlisted, "two", -2*time.Hour)
		say(me, blog.Own, blog.Direct, "private", -time.Minute)
		check("by the author", 2, start.Add(-time.Hour))
	})
}
