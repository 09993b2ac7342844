package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// fill gives the post hello n comments, half of them answers, as many likes, and
// the blog n followers at ten servers, n seen activities and n receipts.
func fill(t *testing.T, db *storage.DB, p blog.Post, n int) {
	t.Helper()
	const each = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT `
	for _, s := range []struct {
		statement string
		args      []any
	}{
		{`INSERT INTO actor (iri, type, host, domain, handle, name, url, inbox, shared_inbox, delivery_inbox, delivery_host, gone,
				avatar_url, avatar, avatar_due, key_id, key_pem, fetched, follows)
			` + each + `'https://s.test/' || i, 'Person', 's.test', 's.test', 'u' || i || '@s.test', 'u', 'https://s.test/@' || i,
				'https://s.test/' || i || '/inbox', 'https://s.test/in' || i % 10, 'https://s.test/in' || i % 10, 's.test', 0,
				'', '', 0, 'https://s.test/key' || i, 'PEM', 0, TRUE FROM n`, nil},
		{`INSERT INTO follower (actor, follow_id, since) ` + each + `'https://s.test/' || i, 'f', i FROM n`, nil},
		{`INSERT INTO comment (id, iri, url, post_id, parent, parent_iri, actor, html, text, raw, warning, language, visibility, state, source,
				published, edited, received)
			` + each + `i, 'https://s.test/c' || i, 'https://s.test/@c' || i, $2, CASE WHEN i % 2 = 0 THEN i - 1 END, '', 'https://s.test/' || i,
				'<p>x</p>', 'x', 'x', '', 'en', 'public', 'shown', 'delivered', i, 0, i FROM n`, []any{p.ID}},
		{`INSERT INTO reaction (iri, type, post_id, actor, emoji, at) ` + each + `'https://s.test/l' || i, 'like', $2, 'https://s.test/' || i, '', i FROM n`,
			[]any{p.ID}},
		{`INSERT INTO seen (actor, id, at) ` + each + `'https://s.test/' || i, 'https://s.test/a' || i, i FROM n`, nil},
		{`INSERT INTO activity (id, type, object_type, ref, target, created) ` + each + `'act' || i, 'Update', 'actor', '', '', i FROM n`, nil},
		{`INSERT INTO delivery (activity_id, object, inbox, host, state, tries, status, error, next_try, due, leased, delivered, done, created)
			` + each + `'act' || i, 'actor', 'https://s.test/in' || i % 10, 's.test', 'sent', 1, 202, '', 0, 0, FALSE, i, i, i FROM n`, nil},
	} {
		ok(t, storage.Write(t.Context(), db, s.statement, append([]any{n}, s.args...)...))
	}
	// Later rows get ids after these.
	ok(t, storage.Write(t.Context(), db, `ALTER TABLE comment ALTER COLUMN id RESTART WITH 1000000`))
	ok(t, storage.Write(t.Context(), db, `ANALYZE`))
}

// steps are what pages, feeds, the inbox and the delivery worker ask for.
func steps(t *testing.T, db *storage.DB, p blog.Post) []struct {
	name string
	run  func() error
} {
	ctx := t.Context()
	eve := person("eve", "e.test")
	reply := note(eve, p, "new")
	return []struct {
		name string
		run  func() error
	}{
		{"a page's post", func() error { _, err := db.Post(ctx, "hello"); return err }},
		{"a page's threads", func() error { _, err := db.Threads(ctx, p.ID, 0, 100); return err }},
		{"a page's faces", func() error { _, err := db.Reactions(ctx, p.ID, blog.Like, 30, 0); return err }},
		{"a page's citations", func() error {
			_, err := db.Citations(ctx, storage.CitationFilter{Post: p.ID, OnPage: true})
			return err
		}},
		{"a feed's posts", func() error { _, err := db.Posts(ctx, storage.PostFilter{Listed: true, Limit: 20}); return err }},
		{"a cache's revisions", func() error { _, err := db.Revisions(ctx); return err }},
		{"a reply comes", func() error { _, _, err := db.AddComment(ctx, create(reply), reply); return err }},
		{"it is edited", func() error { _, err := db.EditComment(ctx, by(eve, "edit"), reply); return err }},
		{"it is deleted", func() error { _, err := db.RetractComment(ctx, by(eve, "delete"), reply.IRI); return err }},
		{"a like", func() error { _, err := db.React(ctx, by(eve, "l"), like(eve, p, "l")); return err }},
		{"its end", func() error { _, err := db.Unreact(ctx, by(eve, "u"), like(eve, p, "l")); return err }},
		{"a follow", func() error {
			_, err := db.Follow(ctx, by(eve, "f"), blog.Follower{Actor: eve, FollowID: "f"})
			return err
		}},
		{"its end", func() error { _, err := db.Unfollow(ctx, by(eve, "uf"), "f"); return err }},
		{"an account that took part is deleted", func() error {
			_, err := db.ForgetActor(ctx, by(blog.Actor{IRI: "https://s.test/8"}, "gone"))
			return err
		}},
		{"who is asked for", func() error {
			_, err1 := db.ActorByKey(ctx, "https://s.test/key7")
			_, err2 := db.CommentByIRI(ctx, "https://s.test/@c7")
			_, err3 := db.StandingOf(ctx, "https://s.test/7")
			_, err4 := db.Blocked(ctx, "https://s.test/7")
			return errors.Join(err1, err2, err3, err4)
		}},
		{"a post is published", func() error {
			_, _, n, err := db.Publish(ctx, blog.Post{Slug: "new"}, storage.PublishOptions{})
			if err == nil && n != 10 {
				err = fmt.Errorf("%d deliveries for 10 inboxes", n)
			}
			return err
		}},
		{"the worker looks, claims and records", func() error {
			_, _, err1 := db.NextDelivery(ctx)
			ds, err2 := db.ClaimDeliveries(ctx, 10, 4, time.Minute, storage.Skip{})
			var rs []blog.Receipt
			for i, d := range ds {
				state := []blog.DeliveryState{blog.Sent, blog.Pending}[i%2]
				rs = append(rs, blog.Receipt{ID: d.ID, State: state, Status: 500, NextTry: start, Asked: true})
			}
			return errors.Join(err1, err2, db.RecordReceipts(ctx, rs))
		}},
		{"the receipts of a post", func() error { _, err := db.Deliveries(ctx, "new", 0, 0); return err }},
		{"failing inboxes", func() error {
			_, err1 := db.FailingInboxes(ctx, 20)
			_, err2 := db.DropDead(ctx)
			return errors.Join(err1, err2)
		}},
		{"a list of blocks", func() error {
			blocks := make([]blog.Block, 100)
			for i := range blocks {
				blocks[i].Target = fmt.Sprintf("bad%d.test", i)
			}
			_, err := db.ImportBlocks(ctx, blocks, nil)
			return err
		}},
	}
}

// byIndex keeps PostgreSQL from reading a whole table where it has an index: of
// 100,000 rows it would take that for the cheaper way.
func byIndex(o *storage.Options) {
	if strings.HasPrefix(o.Database, "postgres") {
		o.Database += "&options=-c%20enable_seqscan%3Doff"
	}
}

// TestCostsAreTheSameAtAnySize counts the rows that PostgreSQL reads for each
// step with 1,000 of everything and with 100,000. (SQLite does not tell; its
// plans are looked at in plans_test.go.)
func TestCostsAreTheSameAtAnySize(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a database")
	}
	read := map[string]int{}
	for _, size := range []int{1000, 100_000} {
		storagetest.EachPostgres(t, func(t *testing.T, db *storage.DB) {
			p := publish(t, db, hello())
			fill(t, db, p, size)
			for _, step := range steps(t, db, p) {
				rows, heavy, err := storage.CountRows(t.Context(), db, step.run)
				if err != nil {
					t.Fatalf("%s: %v", step.name, err)
				}
				if few, known := read[step.name]; known && rows > 2*few+500 {
					t.Errorf("%s reads %d rows at 1,000 and %d at %d; most of them by\n%s", step.name, few, rows, size, heavy)
				}
				t.Logf("%7d: %s reads %d rows", size, step.name, rows)
				read[step.name] = rows
			}
		}, byIndex)
	}
}
