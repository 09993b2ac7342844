package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Contents is what Inspect found in the file that Snapshot wrote.
type Contents struct {
	Schema  int64
	Program string // version of the program that the schema came with
	BaseURL string
	Posts   int64    // that are not deleted
	Talk    int64    // comments
	Waiting int64    // deliveries that are still to be made
	Media   []string // names of files that posts show
	Avatars []string // names of copies of others' pictures
}

// maxFaults is how many faults of a damaged file are told.
const maxFaults = 3

// Inspect looks through a file of Snapshot, which nobody else has open: whether
// each page and index is sound, every reference leads somewhere, and there is one
// blog in it. One of an older schema is brought to this program's, as serve would
// do. A stranger may have made it: one with triggers or views that are not ours
// is refused before anything is written to it. ErrVersion when a later version of the program made it.
func Inspect(ctx context.Context, path string) (Contents, error) {
	c, err := inspect(ctx, path)
	return c, wrap("look through the database", err)
}

func inspect(ctx context.Context, path string) (c Contents, err error) {
	if err := checkHeader(path); err != nil {
		return c, errors.New("it is no SQLite database")
	}
	db, err := sql.Open("sqlite", dsn(path, "rw", "trusted_schema(0)", "cell_size_check(1)"))
	if err != nil {
		return c, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if c.Schema, err = schemaOf(ctx, db); err != nil {
		return c, fmt.Errorf("it is no database of limelight, or damaged: %w", err)
	}
	if newest := newestSchema(); c.Schema > newest {
		return c, newerSchema(releaseOf(ctx, db, c.Schema), "", c.Schema, newest)
	}
	if c.Program = releaseOf(ctx, db, c.Schema); c.Program == "" {
		c.Program = "unknown"
	}
	t := &tx{ctx: ctx, on: db}
	if err := checkPrograms(t, c.Schema); err != nil {
		return c, err
	}
	for check, what := range map[string]string{`PRAGMA integrity_check(10)`: "it is damaged", `SELECT "table" || ' refers to a missing row of ' || parent FROM pragma_foreign_key_check`: "rows are missing"} {
		faults, err := t.texts(check)
		if err != nil {
			return c, fmt.Errorf("it is damaged: %w", err)
		}
		if faults = slices.DeleteFunc(faults, func(s string) bool { return s == "ok" }); len(faults) > 0 {
			return c, fmt.Errorf("%s: %s", what, strings.Join(faults[:min(len(faults), maxFaults)], "; "))
		}
	}
	if err := migrate(ctx, db, sqliteEngine, Options{}, nil); err != nil {
		return c, err
	}
	n, err := readNode(t)
	if err != nil {
		return c, err
	}
	c.BaseURL = n.BaseURL
	for count, into := range map[string]*int64{
		`SELECT COUNT(*) FROM post WHERE status <> 'deleted'`:   &c.Posts,
		`SELECT COUNT(*) FROM comment WHERE state <> 'erased'`:  &c.Talk,
		`SELECT COUNT(*) FROM delivery WHERE state = 'pending'`: &c.Waiting,
	} {
		if err := t.row(count).Scan(into); err != nil {
			return c, err
		}
	}
	if c.Media, err = mediaNamed(t); err != nil {
		return c, err
	}
	c.Avatars, err = t.texts(avatarsNamed)
	return c, err
}

// checkPrograms refuses SQL in the file that would run by itself and that no
// migration put there.
func checkPrograms(t *tx, schema int64) error {
	const programs = `SELECT name || ': ' || sql FROM sqlite_master WHERE type IN ('trigger', 'view')`
	there, err := t.texts(programs)
	if err != nil {
		return fmt.Errorf("it is damaged: %w", err)
	}
	fresh, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return err
	}
	defer fresh.Close()
	fresh.SetMaxOpenConns(1) // or each would have a memory of its own
	p, err := provider(fresh, sqliteEngine)
	if err == nil {
		_, err = p.UpTo(t.ctx, schema)
	}
	if err != nil {
		return err
	}
	ours, err := (&tx{ctx: t.ctx, on: fresh}).texts(programs)
	if err != nil {
		return err
	}
	for _, program := range there {
		if name, _, _ := strings.Cut(program, ":"); !slices.Contains(ours, program) {
			return fmt.Errorf("it has the trigger or view %.100q, which no version of limelight made", name)
		}
	}
	return nil
}

// avatarsNamed are the files in the folder of avatars that rows name.
const avatarsNamed = `SELECT avatar FROM actor WHERE avatar <> '' UNION SELECT file FROM picture WHERE file <> ''`

// shownMedia finds what a post's text shows of the blog's own files.
var shownMedia = regexp.MustCompile(`(?:src|poster)="/media/([^"/?#]+)"`)

// mediaNamed are the files in the folder of media that posts show.
func mediaNamed(t *tx) ([]string, error) {
	var names []string
	add := func(escaped string) {
		if name, err := url.PathUnescape(escaped); err == nil && plainName(name) {
			names = append(names, name)
		}
	}
	paths, err := t.texts(`SELECT image_path FROM post WHERE status <> 'deleted' UNION SELECT path FROM post_image
		UNION SELECT enclosure_url FROM post WHERE status <> 'deleted'
		UNION SELECT enclosure_chapters FROM post WHERE status <> 'deleted'
		UNION SELECT enclosure_transcript FROM post WHERE status <> 'deleted'`)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if name, ok := strings.CutPrefix(path, "/media/"); ok {
			add(name)
		}
	}
	err = t.each(func(rows *sql.Rows) error {
		var html string
		err := rows.Scan(&html)
		for _, found := range shownMedia.FindAllStringSubmatch(html, -1) {
			add(found[1])
		}
		return err
	}, `SELECT html FROM post WHERE status <> 'deleted'`)
	slices.Sort(names)
	return slices.Compact(names), err
}
