package storage_test

import (
	"fmt"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

func citation(who blog.Actor, p blog.Post, name string) blog.Citation {
	return blog.Citation{IRI: who.IRI + "/notes/" + name, URL: who.URL + "/" + name, Type: blog.CitedMention, PostID: p.ID, Actor: who,
		Text: name, Visibility: blog.Public}
}

// cited are what readers see, or all there is.
func cited(t *testing.T, db *storage.DB, onPage bool) (out []string) {
	t.Helper()
	for _, c := range must[[]blog.Citation](t)(db.Citations(t.Context(), storage.CitationFilter{Post: "hello", OnPage: onPage})) {
		out = append(out, fmt.Sprintf("%s %s %s: %s", c.Type, c.Actor.Name, c.State, c.Text))
	}
	return out
}

func TestCitations(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		cite := func(c blog.Citation) bool { return must[bool](t)(db.Cite(ctx, storage.Incoming{}, c)) }
		one, two := citation(ann, p, "one"), citation(bob, p, "two")
		two.State = blog.Held
		equal(t, "cited", []bool{cite(one), cite(two)}, []bool{true, true})
		revision := post(t, db, "hello").Revision
		one.Type, one.Text, one.Edited = blog.CitedQuote, "edited", clock.Now()
		equal(t, "an edit", cite(one), true)
		if post(t, db, "hello").Revision == revision {
			t.Error("an edit does not make the page anew")
		}
		theft := citation(bob, p, "x")
		theft.IRI = one.IRI
		equal(t, "another's", cite(theft), false)
		equal(t, "on the page", cited(t, db, true), []string{"quote ann shown: edited"})
		equal(t, "all", cited(t, db, false), []string{"quote ann shown: edited", "mention bob held: two"})
		equal(t, "of a type", len(must[[]blog.Citation](t)(db.Citations(ctx, storage.CitationFilter{Type: blog.CitedQuote}))), 1)
		must[blog.Citation](t)(db.DecideCitation(ctx, 2, blog.Shown))

		ok(t, db.AddBlock(ctx, ann.IRI))
		equal(t, "blocked", cited(t, db, true), []string{"mention bob shown: two"})
		equal(t, "by a blocked actor", cite(citation(ann, p, "three")), false)
		_, err := db.DecideCitation(ctx, 1, blog.Shown)
		is(t, err, storage.ErrVeiled)
		ok(t, db.RemoveBlock(ctx, ann.IRI))
		equal(t, "unblocked", len(cited(t, db, true)), 2)

		must[bool](t)(db.RetractComment(ctx, by(bob, "d"), two.IRI))
		equal(t, "deleted there", cited(t, db, false), []string{"quote ann shown: edited"})
		equal(t, "comes late", cite(two), false)
		answer := note(ann, p, "one")
		comment(t, db, answer)
		equal(t, "it answers after all", cited(t, db, false), nil)
		equal(t, "a comment is no mention", cite(one), false)
		cite(citation(ann, p, "four"))
		must[bool](t)(db.ForgetActor(ctx, storage.Incoming{Actor: ann.IRI}))
		equal(t, "the account is gone", cited(t, db, false), nil)
	})
}

func TestCitationsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := publish(t, db, hello())
		n := 0
		for i := range 25 {
			clock.Advance(time.Second)
			if must[bool](t)(db.Cite(t.Context(), storage.Incoming{}, citation(ann, p, fmt.Sprint(i)))) {
				n++
			}
		}
		equal(t, "of one actor", n, 20)
		equal(t, "another's still finds room", must[bool](t)(db.Cite(t.Context(), storage.Incoming{}, citation(bob, p, "x"))), true)
	})
}

func TestImportBlocks(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		ctx := t.Context()
		p := publish(t, db, hello())
		id := comment(t, db, note(ann, p, "1")).ID
		var blocks []blog.Block
		for i := range 250 {
			blocks = append(blocks, blog.Block{Target: fmt.Sprintf("s%d.test", i), Note: "spam"})
		}
		blocks = append(blocks, blog.Block{Target: "A.test"}, blog.Block{Target: "s1.test", Note: "again"})
		asked := []blog.Standing{{Target: "loud.test", Level: blog.Ask, Note: "loud"}}
		n, err := db.ImportBlocks(ctx, blocks, asked)
		ok(t, err)
		equal(t, "new", n, 252)
		equal(t, "hidden", stands(t, db, id), "hidden: its author is blocked")
		n, err = db.ImportBlocks(ctx, blocks, asked)
		ok(t, err)
		equal(t, "again", n, 0)
		equal(t, "blocks", len(must[[]blog.Block](t)(db.Blocks(ctx))), 251)
		equal(t, "asked", must[[]blog.Standing](t)(db.Standings(ctx))[0].Note, "loud")
		equal(t, "written down", len(audit(t, db)), 252)
	})
}
