package storage

import (
	"errors"
	"testing"
	"time"

	"limelight/blog"
)

// TestJobsUseIndexes is TestHotPathsUseIndexes for what runs in the background
// and for the rest of what servers and readers call.
func TestJobsUseIndexes(t *testing.T) {
	db := serveHere(t)
	ctx := t.Context()
	now := time.Now()
	ann := blog.Actor{IRI: "https://a.test/ann", Inbox: "https://a.test/ann/inbox", Fetched: now, AvatarURL: "https://a.test/ann.png"}
	p, _, _, err := db.Publish(ctx, blog.Post{Slug: "hello", Tags: []blog.Tag{{Slug: "go", Name: "go"}}}, PublishOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in := func(id string) Incoming { return Incoming{Actor: ann.IRI, ID: "https://a.test/" + id} }
	reply := blog.Comment{IRI: "https://a.test/1", PostID: p.ID, Author: ann, Visibility: blog.Public, Collections: []string{"https://a.test/1/replies"}}
	said, _, err := db.AddComment(ctx, in("1/create"), reply)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Follow(ctx, in("follow"), blog.Follower{Actor: ann, FollowID: "f"}); err != nil {
		t.Fatal(err)
	}
	moved := ann
	moved.Inbox, moved.Fetched = "https://a.test/new", now.Add(time.Hour)
	const sorted = "USE TEMP B-TREE FOR ORDER BY" // a few rows that a limit or a key names
	union := "USE TEMP B-TREE FOR DISTINCT"
	for _, c := range []struct {
		name  string
		run   func() error
		allow []string
	}{
		{"revisions", func() error { _, err := db.Revisions(ctx); return err }, []string{"SCAN revision"}},
		{"tag page", func() error { _, err := db.Posts(ctx, PostFilter{Listed: true, Tag: "go", Limit: 10}); return err }, []string{sorted}},
		{"featured", func() error {
			_, err := db.Posts(ctx, PostFilter{Listed: true, Federated: true, Limit: 3})
			return err
		}, nil},
		{"a comment", func() error { _, err := db.Comment(ctx, said.ID); return err }, []string{sorted}},
		{"an activity", func() error { _, err := db.Activity(ctx, "x"); ignore(&err); return err }, nil},
		{"an actor", func() error { _, err := db.Actor(ctx, ann.IRI); return err }, nil},
		{"edit a comment", func() error { _, err := db.EditComment(ctx, in("1/update"), reply); return err }, []string{"SCAN revision", sorted}},
		{"retract a comment", func() error { _, err := db.RetractComment(ctx, in("1/delete"), "https://a.test/9"); return err }, []string{sorted}},
		{"move a follower", func() error {
			_, err := db.MoveFollower(ctx, in("move"), "https://a.test/old", moved)
			return err
		}, nil},
		{"an actor with another inbox", func() error { return db.SaveActor(ctx, moved) }, []string{"SCAN revision"}},
		{"release", func() error { return db.ReleaseDeliveries(ctx, []int64{1, 2}) }, nil},
		{"put off", func() error {
			return db.RecordReceipts(ctx, []blog.Receipt{{ID: 1, State: blog.Pending, Status: 500, NextTry: now, Asked: true}})
		}, nil},
		{"gone", func() error {
			return db.RecordReceipts(ctx, []blog.Receipt{{ID: 1, State: blog.Failed, Status: 410, Gone: true, Asked: true, TooLarge: 9}})
		}, []string{"SCAN host_limit", sorted, union}}, // counted up to maxLimits
		{"sent", func() error { return db.RecordReceipts(ctx, []blog.Receipt{{ID: 1, State: blog.Sent, Asked: true}}) }, nil},
		{"failing inboxes", func() error { _, err := db.FailingInboxes(ctx, 20); return err }, nil},
		{"settle an inbox", func() error { return db.SettleInbox(ctx, "https://a.test/new", blog.InboxSilent, now) }, nil},
		{"drop the dead", func() error { _, err := db.DropDead(ctx); return err }, nil},
		{"lookups", func() error {
			_, err1 := db.AddLookup(ctx, in("2"), blog.Lookup{IRI: "https://a.test/2"})
			_, err2 := db.LookupsDue(ctx)
			_, err3 := db.ClaimLookups(ctx, 10, time.Minute)
			return errors.Join(err1, err2, err3, db.PostponeLookup(ctx, "https://a.test/2", "", now), db.DropLookup(ctx, "https://a.test/2"))
		}, []string{"SCAN l", "SCAN b", "SCAN below"}}, // counted up to maxLookups; those that wait for one
		{"walks", func() error {
			_, err1 := db.WalksDue(ctx)
			_, err2 := db.ClaimWalks(ctx, 10, time.Minute)
			_, err3 := db.UnknownNotes(ctx, []string{"https://a.test/3"})
			return errors.Join(err1, err2, err3)
		}, nil},
		{"subscriptions", func() error {
			ask := blog.SubscriptionRequest{Mode: blog.Subscribe, Callback: "https://a.test/hook", Topic: "/feed.xml", Lease: time.Hour}
			err1 := db.AskSubscription(ctx, ask)
			asked, err2 := db.ClaimSubscriptionRequests(ctx, 10, time.Minute)
			if len(asked) == 1 {
				err2 = errors.Join(err2, db.PostponeSubscriptionRequest(ctx, asked[0], now), db.SettleSubscriptionRequest(ctx, asked[0], true))
			}
			_, err3 := db.SubscribedTopics(ctx, "")
			return errors.Join(err1, err2, err3)
		}, []string{"SCAN x", "SCAN subscription_request", "SCAN subscription", union}}, // counted up to their bounds
		{"changes of feeds", func() error {
			_, _, _, err1 := db.Publish(ctx, blog.Post{Slug: "hello", Title: "Heard", Tags: []blog.Tag{{Slug: "go", Name: "go"}}}, PublishOptions{})
			changes, err2 := db.ClaimFeedChanges(ctx, 10, time.Minute)
			if len(changes) == 0 {
				err2 = errors.New("nothing changed")
			}
			for _, c := range changes {
				_, err := db.SettleFeedChange(ctx, c, map[string]string{"/feed.xml": "x"})
				err2 = errors.Join(err2, err, db.PostponeFeedChange(ctx, c.Below, now))
			}
			return errors.Join(err1, err2)
		}, []string{"SCAN revision", "SCAN e", "SCAN r", "SCAN each_inbox", "SCAN x", "SCAN CONSTANT ROW", "SCAN s", lastTerm, sorted, union}},
		// No "SCAN b": not each of those who are told is compared with each block.
		{"an edit beside blocks", func() error {
			_, _, n, err := db.Publish(ctx, blog.Post{Slug: "hello", Title: "Again"}, PublishOptions{})
			if n == 0 {
				err = errors.Join(err, errors.New("nobody is told"))
			}
			return err
		}, []string{"SCAN revision", "SCAN e", "SCAN r", "SCAN each_inbox", "SCAN x", "SCAN CONSTANT ROW", "SCAN s", lastTerm, sorted, union}},
		{"pushes", func() error {
			_, _, err1 := db.NextPush(ctx)
			got, err2 := db.ClaimPushes(ctx, 10, 4, time.Minute, Skip{})
			if len(got) == 0 {
				err2 = errors.New("nothing is to be sent")
			}
			return errors.Join(err1, err2, db.RecordPushes(ctx, []blog.Receipt{{ID: 1, State: blog.Sent}, {ID: 1, Status: 410, State: blog.Failed}}), db.ReleasePushes(ctx, []int64{1}))
		}, []string{sorted}},
		{"mentions", func() error { _, err := db.ClaimMentions(ctx, 10, time.Minute); return err }, []string{"USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY"}}, // of those due at once
		{"handles", func() error {
			_, err := db.HandlesDue(ctx, 10)
			return errors.Join(err, db.SaveHandle(ctx, ann.IRI, "ann@b.test"))
		}, []string{"SCAN revision"}},
		{"avatars", func() error { _, err := db.AvatarsDue(ctx, 10); return err }, nil},
		{"pictures", func() error { _, err := db.PicturesDue(ctx, 10); return err }, nil},
		{"relays", func() error { _, err := db.Relays(ctx); return err }, nil},
		{"the progress of a post", func() error { _, err := db.Progress(ctx, []string{p.ID}, now); return err }, []string{"SCAN x", "USE TEMP B-TREE FOR GROUP BY"}}, // of one post
		{"its newest activity", func() error { _, err := db.NewestActivity(ctx, p.ID); return err }, []string{sorted}},
		// Pictures are swept once an hour by a reader.
		{"prune", func() error { return db.Prune(ctx, now) }, []string{"SCAN p", "SCAN node", "SCAN actor", "SCAN picture", "SCAN acme_cache", "SCAN notification", sorted}},
	} {
		t.Run(c.name, func(t *testing.T) { checkPlans(t, db, c.run, c.allow...) })
	}
}
