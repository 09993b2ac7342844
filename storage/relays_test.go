package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

var relay = person("relay", "relay.test")

// withRelay is the state of the one relay that there is, "" for none.
func withRelay(t *testing.T, db *storage.DB) (state blog.RelayState, r blog.Relay) {
	t.Helper()
	all := must[[]blog.Relay](t)(db.Relays(t.Context()))
	if len(all) == 0 {
		return "", r
	}
	equal(t, "relays", len(all), 1)
	return all[0].State, all[0]
}

func TestRelay(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		startedBlog(t, db)
		ok(t, db.RelayUnreached(ctx, relay.IRI, "no route"))
		_, r := withRelay(t, db)
		equal(t, "unreached", r, blog.Relay{IRI: relay.IRI, State: blog.RelayUnreached, Error: "no route", Since: clock.Now()})
		clock.Advance(time.Minute)
		equal(t, "asked", must[bool](t)(db.AskRelay(ctx, relay)), true)
		equal(t, "asked twice", must[bool](t)(db.AskRelay(ctx, relay)), false)
		ok(t, db.RelayUnreached(ctx, relay.IRI, "for now"))
		ds := must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0))
		equal(t, "on its way", sent(ds), []string{"Follow " + relay.Inbox + " pending"})
		_, r = withRelay(t, db)
		equal(t, "as", r, blog.Relay{IRI: relay.IRI, Inbox: relay.Inbox, FollowID: ds[0].Activity.ID, State: blog.RelayAsked, Since: clock.Now()})

		answer := func(who blog.Actor, id string, state blog.RelayState) bool {
			return must[bool](t)(db.AnswerRelay(ctx, storage.Incoming{Actor: who.IRI}, id, state))
		}
		equal(t, "by somebody else", answer(ann, r.FollowID, blog.RelayAccepted), false)
		equal(t, "to something else", answer(relay, "another", blog.RelayAccepted), false)
		equal(t, "to nothing", answer(relay, "", blog.RelayAccepted), false)
		state, _ := withRelay(t, db)
		equal(t, "still", state, blog.RelayAsked)
		equal(t, "rejected", answer(relay, r.FollowID, blog.RelayRejected), true)
		equal(t, "accepted after all", answer(relay, r.FollowID, blog.RelayAccepted), true)
		equal(t, "again", answer(relay, r.FollowID, blog.RelayAccepted), false)

		equal(t, "left", must[bool](t)(db.LeaveRelay(ctx, relay.IRI)), true)
		equal(t, "left twice", must[bool](t)(db.LeaveRelay(ctx, relay.IRI)), false)
		var order []string
		for _, d := range settle(t, db) {
			order = append(order, d.Activity.Type+" "+d.Activity.Ref)
		}
		equal(t, "in order", order, []string{"Follow ", "Undo " + r.FollowID})
		ok(t, db.RelayUnreached(ctx, relay.IRI, "no route"))
		equal(t, "left before it was reached", must[bool](t)(db.LeaveRelay(ctx, relay.IRI)), true)
		equal(t, "nothing to undo", len(settle(t, db)), 0)
		must[int](t)(db.DeleteActor(ctx))
		equal(t, "asked after leaving the fediverse", must[bool](t)(db.AskRelay(ctx, relay)), false)
	})
}

// TestRelayGetsWhatIsPublic: and each activity once, though it follows back.
func TestRelayGetsWhatIsPublic(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		startedBlog(t, db)
		must[bool](t)(db.AskRelay(ctx, relay))
		publish(t, db, blog.Post{Slug: "early", HTML: "<p>0</p>"})
		_, r := withRelay(t, db)
		must[bool](t)(db.AnswerRelay(ctx, storage.Incoming{Actor: relay.IRI}, r.FollowID, blog.RelayAccepted))
		settle(t, db)
		publish(t, db, blog.Post{Slug: "unlisted", HTML: "<p>1</p>", Visibility: blog.Unlisted})
		publish(t, db, hello())
		settle(t, db)
		follow(t, db, relay)
		edited := hello()
		edited.HTML = "<p>Ho</p>"
		publish(t, db, edited)
		settle(t, db)
		_, _, err := db.Unpublish(ctx, "hello")
		ok(t, err)
		equal(t, "of the public post", deliveries(t, db, ""), []string{
			"Delete https://relay.test/inbox pending", "Update https://relay.test/inbox sent",
			"Accept " + relay.Inbox + " sent", "Create https://relay.test/inbox sent", "Follow " + relay.Inbox + " sent",
		})
	})
}
