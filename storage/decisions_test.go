package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// audit is the log, the oldest first: "author approve comment 1 ann@a.test (note)".
func audit(t *testing.T, db *storage.DB) (out []string) {
	t.Helper()
	for _, d := range must[[]blog.Decision](t)(db.Decisions(t.Context(), 0, 0)) {
		line := strings.TrimSpace(fmt.Sprintf("%s %s %s %s", d.Who, d.Action, d.Object, d.Handle))
		if d.Note != "" {
			line += " (" + d.Note + ")"
		}
		out = append([]string{line}, out...)
	}
	return out
}

func TestDecisions(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		rule := must[blog.Rule](t)(db.AddRule(ctx, blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule, Pattern: "casino"}))
		p := publish(t, db, hello())
		c := note(ann, p, "1")
		c.State, c.Reason, c.Rule = blog.Held, "it says casino", rule.ID
		id := comment(t, db, c).ID
		for _, state := range []blog.State{blog.Shown, blog.Shown, blog.Hidden, blog.Hidden, blog.Erased} {
			must[blog.Comment](t)(db.DecideComment(ctx, id, state))
		}
		must[bool](t)(db.AddReport(ctx, storage.Incoming{}, blog.Report{Actor: "https://b.test/actor"}))
		ok(t, db.CloseReport(ctx, 1))
		ok(t, db.CloseReport(ctx, 1))
		ok(t, db.SetStanding(ctx, blog.Standing{Target: ann.IRI, Level: blog.Always}))
		ok(t, db.SetStanding(ctx, blog.Standing{Target: ann.IRI}))
		is(t, db.SetStanding(ctx, blog.Standing{Target: ann.IRI}), storage.ErrNotFound)
		ok(t, db.AddBlock(ctx, "spam.test"))
		ok(t, db.AddBlock(ctx, "spam.test"))
		ok(t, db.RemoveBlock(ctx, "spam.test"))
		equal(t, "log", audit(t, db), []string{
			"rule 1 hold comment 1 ann@a.test",
			"author approve comment 1 ann@a.test (it says casino)",
			"author hide comment 1 ann@a.test",
			"author delete comment 1 ann@a.test",
			"author close report 1",
			"author always " + ann.IRI, "author usual " + ann.IRI,
			"author block spam.test", "author unblock spam.test",
		})
		must[bool](t)(db.ForgetActor(ctx, storage.Incoming{Actor: ann.IRI}))
		equal(t, "after the account is gone", audit(t, db)[1], "author approve comment 1 (it says casino)")
		clock.Advance(366 * 24 * time.Hour)
		ok(t, db.Prune(ctx, clock.Now()))
		equal(t, "after a year", audit(t, db), nil)
	})
}

func TestHitsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		rule := must[blog.Rule](t)(db.AddRule(ctx, blog.Rule{Action: blog.RejectAction, Kind: blog.WordRule, Pattern: "casino"}))
		p := publish(t, db, hello())
		c := note(bob, p, "spam")
		c.Rule = rule.ID
		for range 1010 {
			ok(t, db.RejectComment(ctx, storage.Incoming{}, c))
		}
		equal(t, "written down", len(audit(t, db)), 1000)
		equal(t, "counted", must[[]blog.Rule](t)(db.Rules(ctx))[0].Hits, int64(1010))
		equal(t, "stored", len(must[[]blog.Comment](t)(db.Comments(ctx, storage.CommentFilter{}))), 0)
	})
}

func TestStandings(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		known := func(a blog.Actor) bool { return must[bool](t)(db.Known(ctx, a.IRI)) }
		who := func(a blog.Actor) blog.Acquaintance { return must[blog.Acquaintance](t)(db.StandingOf(ctx, a.IRI)) }
		equal(t, "a stranger", known(ann), false)
		equal(t, "of no standing", who(ann), blog.Acquaintance{})
		follow(t, db, bob)
		equal(t, "a follower", known(bob), true)
		private := note(ann, p, "private")
		private.Visibility = blog.Direct
		comment(t, db, private)
		held := note(ann, p, "held")
		held.State = blog.Held
		id := comment(t, db, held).ID
		equal(t, "after a private and a held one", known(ann), false)
		must[blog.Comment](t)(db.DecideComment(ctx, id, blog.Shown))
		equal(t, "after the approval", known(ann), true)

		sub := person("sub", "x.a.test")
		ok(t, db.SetStanding(ctx, blog.Standing{Target: "A.test", Level: blog.Ask}))
		ok(t, db.SetStanding(ctx, blog.Standing{Target: ann.IRI, Level: blog.Always}))
		equal(t, "the nearest counts", []blog.Acquaintance{who(ann), who(sub), who(bob)}, []blog.Acquaintance{
			{Level: blog.Always, Target: ann.IRI}, {Level: blog.Ask, Target: "a.test"}, {}})
		equal(t, "listed", len(must[[]blog.Standing](t)(db.Standings(ctx))), 2)
		for _, bad := range []blog.Standing{{Target: "a b", Level: blog.Ask}, {Target: "a.test", Level: "never"}} {
			if db.SetStanding(ctx, bad) == nil {
				t.Errorf("%+v was taken", bad)
			}
		}
	})
}

func TestRules(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		first := must[blog.Rule](t)(db.AddRule(ctx, blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule, Pattern: "casino"}))
		again := must[blog.Rule](t)(db.AddRule(ctx, blog.Rule{Action: blog.RejectAction, Kind: blog.WordRule, Pattern: "casino"}))
		equal(t, "the same pattern", again.ID, first.ID)
		equal(t, "rules", must[[]blog.Rule](t)(db.Rules(ctx)), []blog.Rule{again})
		if _, err := db.AddRule(ctx, blog.Rule{Action: blog.HoldAction, Kind: blog.RegexpRule, Pattern: "("}); err == nil {
			t.Error("no regular expression was taken")
		}
		for i := range storage.MaxRules - 1 {
			must[blog.Rule](t)(db.AddRule(ctx, blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule, Pattern: fmt.Sprint("w", i)}))
		}
		_, err := db.AddRule(ctx, blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule, Pattern: "more"})
		is(t, err, storage.ErrTooMany)
		must[blog.Rule](t)(db.AddRule(ctx, blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule, Pattern: "casino"}))
		ok(t, db.RemoveRule(ctx, first.ID))
		is(t, db.RemoveRule(ctx, first.ID), storage.ErrNotFound)
	})
}
