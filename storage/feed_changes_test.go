package storage_test

import (
	"slices"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// changed are the feeds that are due to be told of, each settled with one content.
func changed(t *testing.T, db *storage.DB, digest string) []string {
	t.Helper()
	var below []string
	for _, c := range must[[]blog.FeedChange](t)(db.ClaimFeedChanges(t.Context(), 100, time.Minute)) {
		below = append(below, c.Below)
		_, err := db.SettleFeedChange(t.Context(), c, map[string]string{c.Below + "/feed.xml": digest})
		ok(t, err)
	}
	slices.Sort(below)
	return below
}

// listenToAll subscribes to every feed that the tests' post may be in.
func listenToAll(t *testing.T, db *storage.DB) {
	t.Helper()
	for _, below := range []string{"", "/tags/go", "/tags/self-hosting", "/tags/other", "/comments", "/posts/hello/comments"} {
		subscribe(t, db, asking("a.test", below+"/feed.xml"))
	}
}

func TestChangesOfFeeds(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		publish(t, db, blog.Post{Slug: "nobody"})
		equal(t, "nobody listens", changed(t, db, "x"), nil)
		listenToAll(t, db)
		step := func(what string, want ...string) {
			t.Helper()
			clock.Advance(time.Hour)
			equal(t, what, changed(t, db, what), want)
		}
		p := publish(t, db, hello())
		step("published", "", "/comments", "/posts/hello/comments", "/tags/go", "/tags/self-hosting")
		publish(t, db, hello())
		step("published unchanged")
		edit := hello()
		edit.Tags = []blog.Tag{{Slug: "other", Name: "Other"}, {Slug: "unheard", Name: "Unheard"}}
		publish(t, db, edit)
		step("edited", "", "/comments", "/posts/hello/comments", "/tags/go", "/tags/other", "/tags/self-hosting")
		ann := person("ann", "a.test")
		comment(t, db, note(ann, p, "1"))
		step("a comment", "/comments", "/posts/hello/comments")
		_, err := db.React(ctx, by(ann, "l"), like(ann, p, "l"))
		ok(t, err)
		step("a like")
		_, _, err = db.Unpublish(ctx, "hello")
		ok(t, err)
		step("deleted", "", "/comments", "/posts/hello/comments", "/tags/other")

		draft := blog.Post{Slug: "later", Status: blog.Draft}
		publish(t, db, draft)
		step("a draft")
		draft.Status, draft.Published = "", clock.Now().Add(time.Minute)
		publish(t, db, draft)
		step("scheduled")
		_, err = db.PublishDue(ctx, clock.Now())
		ok(t, err)
		step("a scheduled post came out", "", "/comments")
	})
}

// TestStormsOfChanges holds that replies cause a telling in five minutes at most,
// and that the last of them is told.
func TestStormsOfChanges(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := publish(t, db, hello())
		subscribe(t, db, asking("a.test", "/comments/feed.xml"))
		tellings, ann := 0, person("ann", "b.test")
		for i := range 200 { // over 20 minutes
			comment(t, db, note(ann, p, time.Duration(i).String()))
			tellings += len(changed(t, db, time.Duration(i).String()))
			clock.Advance(6 * time.Second)
		}
		equal(t, "tellings", tellings, 4)
		clock.Advance(5 * time.Minute)
		equal(t, "the last", changed(t, db, "last"), []string{"/comments"})
		clock.Advance(time.Hour)
		equal(t, "nothing more", changed(t, db, "more"), nil)
	})
}

// TestChangeWhileTold holds that what changes while others are being told is told
// as well.
func TestChangeWhileTold(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		subscribe(t, db, asking("a.test", "/feed.xml"))
		p := hello()
		publish(t, db, p)
		taken := must[[]blog.FeedChange](t)(db.ClaimFeedChanges(ctx, 10, time.Minute))
		p.Title = "Two"
		publish(t, db, p)
		equal(t, "while it is told", changed(t, db, "x"), nil)
		_, err := db.SettleFeedChange(ctx, taken[0], nil)
		ok(t, err)
		equal(t, "at once", changed(t, db, "x"), nil)
		clock.Advance(10 * time.Second)
		equal(t, "after a rest", changed(t, db, "x"), []string{""})
		p.Title = "Three"
		clock.Advance(time.Hour)
		publish(t, db, p)
		equal(t, "taken by one that dies", len(must[[]blog.FeedChange](t)(db.ClaimFeedChanges(ctx, 10, time.Minute))), 1)
		clock.Advance(time.Minute)
		equal(t, "by another", changed(t, db, "x"), []string{""})
	})
}

func TestPushes(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		subscribe(t, db, asking("a.test", "/feed.xml"))
		tell := func(digest string) int {
			t.Helper()
			return must[int](t)(db.SettleFeedChange(ctx, blog.FeedChange{}, map[string]string{"/feed.xml": digest}))
		}
		claim := func() []blog.Subscription {
			t.Helper()
			return must[[]blog.Subscription](t)(db.ClaimPushes(ctx, 10, 4, time.Minute, storage.Skip{}))
		}
		record := func(r blog.Receipt) {
			t.Helper()
			r.ID = subscriptions(t, db)[0].ID
			ok(t, db.RecordPushes(ctx, []blog.Receipt{r}))
		}
		equal(t, "sends", tell("one"), 1)
		equal(t, "claimed", len(claim()), 1)
		equal(t, "claimed twice", len(claim()), 0)
		equal(t, "a newer one", tell("two"), 1)
		record(blog.Receipt{State: blog.Sent, Status: 200, At: clock.Now()})
		got := subscriptions(t, db)[0]
		equal(t, "the newer one is due", []any{got.State, got.Sent, got.Tries}, []any{blog.Pending, clock.Now(), 0})
		equal(t, "and claimed", len(claim()), 1)
		record(blog.Receipt{State: blog.Pending, Error: "cut short", NextTry: clock.Now(), Cut: true})
		equal(t, "what was broken off is no try", claim()[0].Tries, 0)
		record(blog.Receipt{State: blog.Pending, Status: 503, Error: "busy", NextTry: clock.Now().Add(time.Hour)})
		equal(t, "a newer one takes the place of one that waits", tell("three"), 1)
		equal(t, "at the time that one had", len(claim()), 0)
		clock.Advance(time.Hour)
		equal(t, "then", claim()[0].Tries, 1)
		record(blog.Receipt{State: blog.Sent, Status: 204})
		equal(t, "the same again", tell("three"), 0)
		equal(t, "nothing is due", len(claim()), 0)
		tell("four")
		claim()
		record(blog.Receipt{State: blog.Sent, Status: 204, Content: "five"})
		equal(t, "what was sent already", tell("five"), 0)
		tell("six")
		claim()
		tell("seven")
		record(blog.Receipt{State: blog.Sent, Status: 204, Content: "seven"})
		equal(t, "what was sent when it was told", subscriptions(t, db)[0].State, blog.Sent)
		tell("eight")
		claim()
		record(blog.Receipt{State: blog.Failed, Status: 410, Gone: true})
		equal(t, "gone", len(subscriptions(t, db)), 0)
		subscribe(t, db, asking("a.test", "/feed.xml"))
		tell("")
		equal(t, "a feed that is no more", len(subscriptions(t, db)), 0)
		told := requests(t, db)
		equal(t, "is told to", []any{len(told), told[0].Mode, told[0].Callback, told[0].Topic, told[0].Secret}, []any{1, blog.Denied, "https://a.test/hook", "/feed.xml", ""})
		ok(t, db.SettleSubscriptionRequest(ctx, told[0], true))
		clock.Advance(time.Hour)
		equal(t, "afterwards", []int{len(requests(t, db)), len(subscriptions(t, db))}, []int{0, 0})

		subscribe(t, db, asking("a.test", "/feed.xml"))
		renewal := asking("a.test", "/feed.xml")
		ok(t, db.AskSubscription(ctx, renewal))
		late := requests(t, db)[0]
		tell("")
		ok(t, db.SettleSubscriptionRequest(ctx, late, true))
		equal(t, "a renewal that was confirmed too late", len(subscriptions(t, db)), 0)
		equal(t, "is told, too", requests(t, db)[0].Mode, blog.Denied)
	})
}

func TestOutsideHub(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		ok(t, db.UseHub(ctx, "https://hub.test/"))
		ok(t, db.UseHub(ctx, "https://hub.test/"))
		publish(t, db, hello())
		got := must[[]blog.FeedChange](t)(db.ClaimFeedChanges(ctx, 10, time.Minute))
		equal(t, "without subscribers of ours", len(got), 5)
		for _, c := range got {
			ok(t, db.PostponeFeedChange(ctx, c.Below, clock.Now().Add(time.Hour)))
		}
		clock.Advance(time.Hour)
		equal(t, "again", must[[]blog.FeedChange](t)(db.ClaimFeedChanges(ctx, 10, time.Minute))[0].Tries, 1)
		ok(t, db.UseHub(ctx, ""))
		clock.Advance(time.Hour)
		changed(t, db, "x")
		publish(t, db, blog.Post{Slug: "more"})
		equal(t, "no hub, no subscribers", changed(t, db, "x"), nil)
	})
}

// TestPushesAfterRestart holds that what a process had taken is due when another
// one starts.
func TestPushesAfterRestart(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	subscribe(t, db, asking("a.test", "/feed.xml"))
	ok(t, db.AskSubscription(t.Context(), asking("b.test", "/feed.xml")))
	must[int](t)(db.SettleFeedChange(t.Context(), blog.FeedChange{}, map[string]string{"/feed.xml": "one"}))
	equal(t, "taken", len(must[[]blog.Subscription](t)(db.ClaimPushes(t.Context(), 10, 0, time.Hour, storage.Skip{}))), 1)
	ok(t, db.Close())
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	equal(t, "due again", len(must[[]blog.Subscription](t)(db.ClaimPushes(t.Context(), 10, 0, time.Hour, storage.Skip{}))), 1)
	equal(t, "to be verified", len(requests(t, db)), 1)
}
