package storage

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

// planner asks SQLite how it will run each statement before it runs it.
type planner struct {
	runner
	plans []string
}

func (p *planner) explain(ctx context.Context, query string, args []any) {
	rows, err := p.runner.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		p.plans = append(p.plans, "error: "+err.Error())
		return
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			detail = "error: " + err.Error()
		}
		p.plans = append(p.plans, detail)
	}
}

func (p *planner) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.explain(ctx, query, args)
	return p.runner.ExecContext(ctx, query, args...)
}

func (p *planner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.explain(ctx, query, args)
	return p.runner.QueryContext(ctx, query, args...)
}

func (p *planner) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.explain(ctx, query, args)
	return p.runner.QueryRowContext(ctx, query, args...)
}

// lastTerm is the sorting of the few tags of one post, or of what one key names.
const lastTerm = "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"

// TestHotPathsUseIndexes lets the methods that readers and servers call all
// the time run, and refuses a plan that walks a table which grows, or sorts
// one, except where the row says so.
func TestHotPathsUseIndexes(t *testing.T) {
	db := serveHere(t)
	ctx := t.Context()
	ann := blog.Actor{IRI: "https://a.test/ann", Inbox: "https://a.test/ann/inbox", Fetched: time.Now()}
	p, _, _, err := db.Publish(ctx, blog.Post{Slug: "hello", Tags: []blog.Tag{{Slug: "go", Name: "go"}}}, PublishOptions{})
	if err != nil {
		t.Fatal(err)
	}
	reply := blog.Comment{IRI: "https://a.test/1", PostID: p.ID, Author: ann, Visibility: blog.Public}
	in := Incoming{Actor: ann.IRI, ID: "https://a.test/1/create"}
	for name, c := range map[string]struct {
		run   func() error
		allow []string
	}{
		"post":       {func() error { _, err := db.Post(ctx, "hello"); return err }, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		"home":       {func() error { _, err := db.Posts(ctx, PostFilter{Listed: true, Limit: 10}); return err }, nil},
		"neighbours": {func() error { _, _, err := db.Neighbours(ctx, p); return err }, nil},
		"comments":   {func() error { _, err := db.Comments(ctx, CommentFilter{Post: p.ID, OnPage: true}); return err }, []string{"USE TEMP B-TREE FOR ORDER BY", "SCAN b", "SCAN below"}},
		"threads":    {func() error { _, err := db.Threads(ctx, p.ID, 0, 200); return err }, []string{"USE TEMP B-TREE FOR ORDER BY", "SCAN b", "SCAN below", "SCAN h", "SCAN thread"}},
		"older posts": {func() error {
			_, err := db.Posts(ctx, PostFilter{Listed: true, Before: Place{p.Published, p.ID}, Limit: 10})
			return err
		}, nil},
		"arrivals":       {func() error { _, err := db.Arrivals(ctx, ArrivalFilter{Limit: 10}); return err }, nil},
		"of one post":    {func() error { _, err := db.Arrivals(ctx, ArrivalFilter{Post: p.ID, Before: 9, Limit: 10}); return err }, nil},
		"crowd":          {func() error { _, err := db.Reactions(ctx, p.ID, blog.Like, 30, 0); return err }, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		"search":         {func() error { _, err := db.Search(ctx, []string{"hello"}, 50); return err }, []string{"SCAN search_index VIRTUAL TABLE", "USE TEMP B-TREE FOR ORDER BY"}},
		"archive":        {func() error { _, err := db.Archive(ctx, 100); return err }, nil},
		"comment by url": {func() error { _, err := db.CommentByIRI(ctx, "https://a.test/x"); ignore(&err); return err }, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		"actor by key":   {func() error { _, err := db.ActorByKey(ctx, "k"); ignore(&err); return err }, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		"add comment":    {func() error { _, _, err := db.AddComment(ctx, in, reply); return err }, []string{"SCAN revision"}},
		"react": {func() error {
			_, err := db.React(ctx, Incoming{}, blog.Reaction{Type: blog.Like, PostID: p.ID, Actor: ann})
			return err
		}, []string{"SCAN revision"}},
		"unreact": {func() error { _, err := db.Unreact(ctx, in, blog.Reaction{IRI: "x"}); return err }, nil},
		"follow": {func() error {
			_, err := db.Follow(ctx, Incoming{}, blog.Follower{Actor: ann, FollowID: "f"})
			return err
		}, nil},
		"unfollow": {func() error {
			_, err1 := db.Follow(ctx, Incoming{}, blog.Follower{Actor: ann, FollowID: "g"})
			_, err2 := db.Unfollow(ctx, Incoming{Actor: ann.IRI}, "")
			return errors.Join(err1, err2)
		}, nil},
		"blocked":  {func() error { _, err := db.Blocked(ctx, ann.IRI); return err }, nil},
		"standing": {func() error { _, err := db.StandingOf(ctx, ann.IRI); return err }, nil},
		"known":    {func() error { _, err := db.Known(ctx, ann.IRI); return err }, nil},
		"rules":    {func() error { _, err := db.Rules(ctx); return err }, []string{"SCAN rule"}}, // at most MaxRules
		"held":     {func() error { _, err := db.Comments(ctx, CommentFilter{State: blog.Held}); return err }, nil},
		"cite": {func() error {
			_, err := db.Cite(ctx, Incoming{}, blog.Citation{IRI: "https://a.test/2", PostID: p.ID, Actor: ann})
			return err
		}, []string{"SCAN revision"}},
		"citations": {func() error { _, err := db.Citations(ctx, CitationFilter{Post: p.ID, OnPage: true}); return err }, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		"claim": {func() error {
			_, err := db.ClaimDeliveries(ctx, 10, 2, time.Minute, Skip{Busy: []string{"x.test"}, Resting: []string{"y.test"}})
			return err
		}, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		"next delivery": {func() error { _, _, err := db.NextDelivery(ctx); return err }, nil},
		"receipt":       {func() error { return db.RecordReceipts(ctx, []blog.Receipt{{ID: 1, State: blog.Failed, Gone: true}}) }, nil},
		"deliveries":    {func() error { _, err := db.Deliveries(ctx, "", 10, 0); return err }, []string{"SCAN d"}}, // by the key, backwards
		"of a post":     {func() error { _, err := db.Deliveries(ctx, p.ID, 10, 0); return err }, []string{"USE TEMP B-TREE FOR ORDER BY"}},
		"followers":     {func() error { _, err := db.Followers(ctx, 10, 0); return err }, nil},
		"outbox":        {func() error { _, err := db.OutboxActivities(ctx, 10, 0); return err }, nil},
		"own comments":  {func() error { _, _, err := db.OwnComments(ctx); return err }, nil},
		"handles":       {func() error { _, err := db.HandleHosts(ctx, "blog"); return err }, nil},
		"mentions due":  {func() error { _, err := db.MentionsDue(ctx); return err }, nil},
		"due posts":     {func() error { _, err := db.PublishDue(ctx, time.Now()); return err }, nil},
	} {
		t.Run(name, func(t *testing.T) { checkPlans(t, db, c.run, c.allow...) })
	}
}

// checkPlans runs a method and refuses each step that walks a table or sorts,
// unless it is allowed.
func checkPlans(t *testing.T, db *DB, run func() error, allow ...string) {
	t.Helper()
	plan := planned(db)
	if err := run(); err != nil {
		t.Fatal(err)
	}
	if len(plan.plans) == 0 {
		t.Fatal("no statement was seen")
	}
	for _, step := range plan.plans {
		// What a subquery reads has steps of its own.
		walks := strings.HasPrefix(step, "SCAN") && !strings.HasPrefix(step, "SCAN (subquery-") && !strings.Contains(step, "INDEX") && step != "SCAN CONSTANT ROW"
		if (walks || strings.Contains(step, "TEMP B-TREE") || strings.HasPrefix(step, "error")) && step != lastTerm && !slices.Contains(allow, step) {
			t.Errorf("%s\n%s", step, strings.Join(plan.plans, "\n"))
		}
	}
}

// planned has everything that the database runs from now on explained.
func planned(db *DB) *planner {
	p := &planner{}
	if old, ok := db.pool.(*planner); ok {
		p.runner = old.runner
	} else {
		p.runner = db.pool
		db.around(func(t *tx, fn func(*tx) error) error {
			on := t.on
			defer func() { t.on = on }()
			here := &planner{runner: on}
			t.on = here
			err := fn(t)
			if err == nil {
				err = t.settle()
			}
			current := db.pool.(*planner)
			current.plans = append(current.plans, here.plans...)
			return err
		})
	}
	db.pool = p
	return p
}

// ignore takes the answer that there is no such row for the success it is here.
func ignore(err *error) {
	if errors.Is(*err, ErrNotFound) {
		*err = nil
	}
}
