package storage

import (
	"context"
	"errors"
	"fmt"
)

// copiedTables is every table of a blog, those that others refer to first. A
// test holds that none is forgotten.
var copiedTables = []string{
	"node", "revision", "handle", "known_as", "relay",
	"post", "post_tag", "post_image", "search", "origin", "old_path",
	"actor", "follower", "block", "standing", "rule", "decision",
	"comment", "comment_version", "picture", "comment_attachment", "comment_emoji",
	"reaction", "citation", "mention", "approval", "report",
	"seen", "tombstone", "lookup", "walk", "host_limit",
	"activity", "delivery", "failing_inbox",
	"subscription", "subscription_request", "feed_change", "outside_hub",
	"notification", "notifier",
	"acme_cache", "content_folder", "content_file", "content_source",
	"unused_media",
}

// localTables tell of processes and of this database, not of the blog.
var localTables = []string{"process", "lease", "schema_release"}

// Copying is how far Copy has come.
type Copying struct {
	Table       string
	Rows, Total int64 // copied and to be copied, of all tables
}

// Copy copies a blog that is not being served into another database, which it
// makes and which must be empty: from SQLite to PostgreSQL, or back. All tables
// are read in one snapshot and written in one transaction, and before that is
// committed each is read back: it has as many rows as in the source, and the same
// ones. Ids go on where the source's end. Media files are CopyMedia's. tell, which
// may be nil, is called often. Returns how many rows there are; ErrInUse when
// either database is being served, ErrNotEmpty when something is in the other.
func Copy(ctx context.Context, from, to Options, tell func(Copying)) (int64, error) {
	source, err := openSource(ctx, from)
	if err != nil {
		return 0, fmt.Errorf("copy from %s: %w", from.Name(), err)
	}
	defer source.close()
	target, err := openTarget(ctx, to)
	if err != nil {
		return 0, fmt.Errorf("copy to %s: %w", to.Name(), err)
	}
	defer target.close()
	n, err := copyTables(ctx, source, target, copiedTables, tell)
	if err != nil {
		return 0, err
	}
	// Nobody works on these any more.
	for _, c := range []claimable{outbound(), pushes()} {
		if err := target.exec(ctx, c.freed()); err != nil {
			return 0, fmt.Errorf("copy: clear the leases: %w", err)
		}
	}
	if err := target.exec(ctx, `COMMIT`); err != nil {
		return 0, fmt.Errorf("copy: commit: %w", err)
	}
	return n, nil
}

// copyTables copies the tables; what came is for the caller to commit.
func copyTables(ctx context.Context, source, target *copyEnd, tables []string, tell func(Copying)) (int64, error) {
	at := Copying{}
	if tell == nil {
		tell = func(Copying) {}
	}
	for _, table := range tables {
		n, err := source.count(ctx, table)
		if err != nil {
			return 0, fmt.Errorf("copy: count the rows of %s: %w", table, err)
		}
		at.Total += n
	}
	for _, at.Table = range tables {
		err := copyTable(ctx, source, target, at.Table, func() { at.Rows++; tell(at) })
		if err != nil {
			return 0, fmt.Errorf("copy the table %s: %w", at.Table, err)
		}
	}
	return at.Rows, nil
}

// copyTable copies one table and compares what came with what left.
func copyTable(ctx context.Context, source, target *copyEnd, table string, moved func()) error {
	if err := target.exec(ctx, `DELETE FROM `+table); err != nil { // what the migrations put there
		return err
	}
	rows, err := source.read(ctx, table, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	rows.moved = moved
	if err := target.fill(ctx, table, rows); err != nil {
		return err
	}
	last, err := source.lastID(ctx, table)
	if err == nil {
		err = target.goOnAfter(ctx, table, last)
	}
	if err != nil {
		return fmt.Errorf("number what comes: %w", err)
	}
	back, err := target.read(ctx, table, rows.columns)
	if err != nil {
		return err
	}
	defer back.Close()
	for back.Next() {
	}
	switch {
	case back.Err() != nil:
		return back.Err()
	case back.n != rows.n:
		return fmt.Errorf("%d rows left and %d came", rows.n, back.n)
	case back.sum != rows.sum:
		return errors.New("the rows that came are others than those that left")
	}
	return nil
}
