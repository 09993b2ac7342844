package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func TestAsk(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		request := blog.Approval{
			Type: blog.QuoteApproval, Request: "https://a.test/requests/1", Actor: ann, Interacting: "https://a.test/notes/1",
			PostID: p.ID, State: blog.Granted,
		}
		told := func() (out []string) {
			for _, d := range must[[]blog.Delivery](t)(db.Deliveries(ctx, "", 0, 0)) {
				if d.Activity.Object == blog.ApprovalObject {
					out = append(out, d.Activity.Type+" "+d.Inbox)
				}
			}
			return out
		}
		v, done, err := db.Ask(ctx, by(ann, "r1"), request)
		ok(t, err)
		equal(t, "asked", done, true)
		equal(t, "post", v.PostSlug, "hello")
		_, done, err = db.Ask(ctx, by(ann, "r1"), request)
		ok(t, err)
		equal(t, "seen", done, false)
		equal(t, "told", told(), []string{"Accept " + ann.Inbox})
		equal(t, "listed", len(must[[]blog.Approval](t)(db.Approvals(ctx, "hello", blog.QuoteApproval))), 1)
		equal(t, "listed as another type", len(must[[]blog.Approval](t)(db.Approvals(ctx, "", blog.ReplyApproval))), 0)

		_, revoked, err := db.Revoke(ctx, v.ID)
		ok(t, err)
		equal(t, "revoked", revoked, true)
		_, revoked, err = db.Revoke(ctx, v.ID)
		ok(t, err)
		equal(t, "revoked twice", revoked, false)
		_, _, err = db.Revoke(ctx, "none")
		is(t, err, storage.ErrNotFound)
		v2, _, err := db.Ask(ctx, by(ann, "r2"), request)
		ok(t, err)
		equal(t, "asked again", []string{v2.ID, string(v2.State)}, []string{v.ID, "refused"})
		equal(t, "told", told(), []string{"Reject " + ann.Inbox, "Delete " + ann.Inbox, "Accept " + ann.Inbox})

		request.PostID = "none"
		_, _, err = db.Ask(ctx, by(ann, "r3"), request)
		is(t, err, storage.ErrNotFound)
		must[bool](t)(db.ForgetActor(ctx, by(ann, "gone")))
		_, err = db.Approval(ctx, v.ID)
		is(t, err, storage.ErrNotFound)
	})
}

func TestAskToReply(t *testing.T) {
	for state, want := range map[blog.State]blog.ApprovalState{blog.Shown: blog.Granted, blog.Hidden: blog.Refused, blog.Erased: blog.Refused} {
		t.Run(string(state), func(t *testing.T) {
			db := storagetest.New(t)
			ctx := t.Context()
			p := publish(t, db, hello())
			c, _, err := db.AddComment(ctx, by(ann, "c"), blog.Comment{
				IRI: "https://a.test/notes/1", PostID: p.ID, Author: ann, State: blog.Held, Visibility: blog.Public,
			})
			ok(t, err)
			v, _, err := db.Ask(ctx, by(ann, "r"), blog.Approval{
				Type: blog.ReplyApproval, Request: "https://a.test/r", Actor: ann, Interacting: c.IRI, PostID: p.ID, State: blog.Asked,
			})
			ok(t, err)
			equal(t, "told yet", len(deliveries(t, db, "")), 0)
			must[blog.Comment](t)(db.DecideComment(ctx, c.ID, state))
			equal(t, "state", must[blog.Approval](t)(db.Approval(ctx, v.ID)).State, want)
			equal(t, "told", len(deliveries(t, db, "")), 1)
		})
	}
}

func TestReports(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		for i := range 52 {
			in := storage.Incoming{Actor: "https://a.test/actor", ID: fmt.Sprint("https://a.test/flags/", i)}
			kept := must[bool](t)(db.AddReport(ctx, in, blog.Report{IRI: in.ID, Actor: in.Actor, Text: "Spam", Objects: []string{"https://x.test/1", "https://x.test/2"}}))
			equal(t, in.ID, kept, i < 50)
		}
		open := must[[]blog.Report](t)(db.Reports(ctx, false))
		equal(t, "open", len(open), 50)
		equal(t, "the latest", []string{open[0].IRI, open[0].Host, open[0].Text, open[0].Objects[1]}, []string{"https://a.test/flags/49", "a.test", "Spam", "https://x.test/2"})
		clock.Advance(time.Second)
		ok(t, db.CloseReport(ctx, open[0].ID))
		ok(t, db.CloseReport(ctx, open[0].ID))
		is(t, db.CloseReport(ctx, 999), storage.ErrNotFound)
		equal(t, "open", len(must[[]blog.Report](t)(db.Reports(ctx, false))), 49)
		all := must[[]blog.Report](t)(db.Reports(ctx, true))
		equal(t, "closed", all[0].Closed, clock.Now())
	})
}

func TestMoveFollower(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		equal(t, "who does not follow", must[bool](t)(db.MoveFollower(ctx, by(ann, "m0"), ann.IRI, bob)), false)
		follow(t, db, ann)
		equal(t, "follows", must[bool](t)(db.Follows(ctx, ann.IRI)), true)
		equal(t, "moved", must[bool](t)(db.MoveFollower(ctx, by(ann, "m1"), ann.IRI, bob)), true)
		f := must[[]blog.Follower](t)(db.Followers(ctx, 0, 0))
		equal(t, "followers", []string{fmt.Sprint(len(f)), f[0].Actor.IRI}, []string{"1", bob.IRI})
		ok(t, db.AddBlock(ctx, "b.test"))
		must[bool](t)(db.Follow(ctx, by(ann, "again"), blog.Follower{Actor: ann, FollowID: "again"}))
		equal(t, "to a blocked one", must[bool](t)(db.MoveFollower(ctx, by(ann, "m2"), ann.IRI, bob)), false)
		equal(t, "stays", must[bool](t)(db.Follows(ctx, ann.IRI)), true)
	})
}
