package storage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// greeting mentions people by their handles.
func greeting(handles ...string) blog.Post {
	p := blog.Post{Slug: "greeting", Title: "Greeting", Source: strings.Join(handles, " ")}
	for _, h := range handles {
		p.HTML += `<span translate="no">@` + h + `</span> `
		p.Mentions = append(p.Mentions, blog.Mention{Handle: h})
	}
	return p
}

func claimMentions(t *testing.T, db *storage.DB) []blog.SoughtMention {
	t.Helper()
	return must[[]blog.SoughtMention](t)(db.ClaimMentions(t.Context(), 10, time.Minute))
}

// claimed names what is due, and gives it back.
func claimed(t *testing.T, db *storage.DB) []string {
	t.Helper()
	ds := must[[]blog.Delivery](t)(db.ClaimDeliveries(t.Context(), 100, 0, time.Minute, storage.Skip{}))
	var ids []int64
	for _, d := range ds {
		ids = append(ids, d.ID)
	}
	ok(t, db.ReleaseDeliveries(t.Context(), ids))
	return sent(ds)
}

func TestMentionIsFoundBeforeTheCreateLeaves(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		follow(t, db, person("fan", "fans.test"))
		settle(t, db)
		ann := person("ann", "a.test")
		p := publish(t, db, greeting("ann@a.test", "nobody@a.test"))
		equal(t, "due before", claimed(t, db), nil)
		sought := claimMentions(t, db)
		equal(t, "sought", sought, []blog.SoughtMention{{PostID: p.ID, Handle: "ann@a.test"}, {PostID: p.ID, Handle: "nobody@a.test"}})
		equal(t, "sought twice", claimMentions(t, db), nil)

		ok(t, db.FindMention(t.Context(), sought[0], "ann@a.test", ann))
		equal(t, "due while one is sought", claimed(t, db), nil)
		ok(t, db.LoseMention(t.Context(), sought[1]))
		equal(t, "due after", claimed(t, db), []string{"Create https://fans.test/inbox pending", "Create https://a.test/inbox pending"})

		got := post(t, db, "greeting")
		equal(t, "mentions", got.Mentions, []blog.Mention{
			{Handle: "ann@a.test", Actor: ann.IRI, Name: "ann@a.test", URL: ann.URL}, {Handle: "nobody@a.test"}})
		if !strings.Contains(got.HTML, `<a href="`+ann.URL+`" class="u-url mention">@ann@a.test</a>`) || strings.Contains(got.HTML, `>@nobody@a.test</a>`) {
			t.Errorf("%s", got.HTML)
		}
		if got.Revision <= p.Revision {
			t.Error("the page is not shown anew")
		}
		_, outcome, _, err := db.Publish(t.Context(), greeting("ann@a.test", "nobody@a.test"), storage.PublishOptions{})
		ok(t, err)
		equal(t, "published again", outcome, storage.Unchanged)
	})
}

func TestCreateDoesNotWaitForEver(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, person("fan", "fans.test"))
		settle(t, db)
		publish(t, db, greeting("ann@a.test"))
		clock.Advance(29 * time.Second)
		equal(t, "after 29 s", claimed(t, db), nil)
		clock.Advance(time.Second)
		equal(t, "after 30 s", sent(settle(t, db)), []string{"Create https://fans.test/inbox pending"})

		// She is found after all, and hears of it.
		ok(t, db.FindMention(t.Context(), claimMentions(t, db)[0], "ann@a.test", person("ann", "a.test")))
		equal(t, "late", claimed(t, db), []string{"Create https://a.test/inbox pending"})
	})
}

func TestMentionPutOff(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, person("fan", "fans.test"))
		settle(t, db)
		publish(t, db, greeting("ann@a.test"))
		m := claimMentions(t, db)[0]
		ok(t, db.PostponeMention(t.Context(), m, clock.Now().Add(time.Hour)))
		equal(t, "due", claimed(t, db), []string{"Create https://fans.test/inbox pending"})
		equal(t, "any due", must[bool](t)(db.MentionsDue(t.Context())), false)
		clock.Advance(time.Hour)
		equal(t, "any due later", must[bool](t)(db.MentionsDue(t.Context())), true)
		equal(t, "tries", claimMentions(t, db)[0].Tries, 1)
		clock.Advance(time.Minute)
		equal(t, "after its lease", len(claimMentions(t, db)), 1)
	})
}

// TestMentionedHearOfTheRest: whoever has the post is told of its changes and
// its end, also when the change was to mention them no more.
func TestMentionedHearOfTheRest(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		publish(t, db, greeting("ann@a.test"))
		ok(t, db.FindMention(t.Context(), claimMentions(t, db)[0], "ann@a.test", person("ann", "a.test")))
		equal(t, "created", sent(settle(t, db)), []string{"Create https://a.test/inbox pending"})
		clock.Advance(time.Minute)

		publish(t, db, greeting("bob@b.test"))
		equal(t, "updated too early", claimed(t, db), nil)
		ok(t, db.FindMention(t.Context(), claimMentions(t, db)[0], "bob@b.test", person("bob", "b.test")))
		equal(t, "updated", sent(settle(t, db)), []string{"Update https://a.test/inbox pending", "Create https://b.test/inbox pending"})
		equal(t, "mentions", len(post(t, db, "greeting").Mentions), 1)

		_, n, err := db.Unpublish(t.Context(), "greeting")
		ok(t, err)
		equal(t, "told", n, 2)
		equal(t, "deleted", sent(settle(t, db)), []string{"Delete https://a.test/inbox pending", "Delete https://b.test/inbox pending"})
	})
}

// TestMentionWhereThePostIs: a server that has the post already, without the
// mention, gets the Update.
func TestMentionWhereThePostIs(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		follow(t, db, person("fan", "a.test"))
		publish(t, db, greeting())
		settle(t, db)
		clock.Advance(time.Minute)
		publish(t, db, greeting("ann@a.test"))
		ok(t, db.FindMention(t.Context(), claimMentions(t, db)[0], "ann@a.test", person("ann", "a.test")))
		equal(t, "due", claimed(t, db), []string{"Update https://a.test/inbox pending"})
	})
}

func TestNobodyIsSought(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*blog.Post)
	}{
		{"draft", func(p *blog.Post) { p.Status = blog.Draft }},
		{"scheduled", func(p *blog.Post) { p.Published = start.Add(time.Hour) }},
		{"local", func(p *blog.Post) { p.Visibility = blog.Local }},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
				p := greeting("ann@a.test")
				c.change(&p)
				publish(t, db, p)
				equal(t, "due", must[bool](t)(db.MentionsDue(t.Context())), false)
				equal(t, "sought", claimMentions(t, db), nil)
				if c.name != "scheduled" {
					return
				}
				follow(t, db, person("fan", "fans.test"))
				settle(t, db)
				clock.Advance(time.Hour)
				equal(t, "out", must[int](t)(db.PublishDue(t.Context(), clock.Now())), 1)
				equal(t, "due at once", claimed(t, db), nil)
				equal(t, "sought when out", len(claimMentions(t, db)), 1)
			})
		})
	}
}

// TestQuietMention: an old post that is told to nobody is not told to those it
// mentions either, until it is announced.
func TestQuietMention(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		p := greeting("ann@a.test")
		p.Published = start.AddDate(-1, 0, 0)
		publish(t, db, p)
		ok(t, db.FindMention(t.Context(), claimMentions(t, db)[0], "ann@a.test", person("ann", "a.test")))
		equal(t, "due", claimed(t, db), nil)
		_, _, n, err := db.Publish(t.Context(), p, storage.PublishOptions{Announce: true})
		ok(t, err)
		equal(t, "announced", n, 1)
		equal(t, "due then", claimed(t, db), []string{"Create https://a.test/inbox pending"})
	})
}

func TestMentionsThatEnd(t *testing.T) {
	ann := person("ann", "a.test")
	for _, c := range []struct {
		name string
		end  func(ctx context.Context, db *storage.DB, m blog.SoughtMention) error
	}{
		{"blocked", func(ctx context.Context, db *storage.DB, m blog.SoughtMention) error {
			if err := db.AddBlock(ctx, "a.test"); err != nil {
				return err
			}
			return db.FindMention(ctx, m, "ann@a.test", ann)
		}},
		{"account deleted", func(ctx context.Context, db *storage.DB, m blog.SoughtMention) error {
			if err := db.FindMention(ctx, m, "ann@a.test", ann); err != nil {
				return err
			}
			_, err := db.ForgetActor(ctx, storage.Incoming{Actor: ann.IRI, ID: ann.IRI + "#gone"})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
				before := publish(t, db, greeting("ann@a.test"))
				ok(t, c.end(t.Context(), db, claimMentions(t, db)[0]))
				got := post(t, db, "greeting")
				equal(t, "mentions", got.Mentions, []blog.Mention{{Handle: "ann@a.test"}})
				equal(t, "text", got.HTML, before.HTML)
			})
		})
	}
}
