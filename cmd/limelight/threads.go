package main

import (
	"context"
	"fmt"
	"strconv"

	"limelight/blog"
)

// threadRow is a collection in `limelight threads -json`.
type threadRow struct {
	ID     string   `json:"id"`
	Post   string   `json:"post"`
	Host   string   `json:"host"`
	Rounds int      `json:"rounds"`
	Found  int      `json:"found"`
	Walked jsonTime `json:"walked"`
	Next   jsonTime `json:"next"`
	Error  string   `json:"error"`
}

// listThreads tells where replies that were never delivered are looked for,
// and which server refused.
func listThreads(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "threads", "")
	post := f.String("post", "", "only those of one post, by `SLUG|URL`")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		name, err := o.existingPost(ctx, *post)
		if err != nil {
			return err
		}
		all, err := o.db.Walks(ctx, name)
		if err != nil {
			return fmt.Errorf("list the threads: %w", err)
		}
		var rows []threadRow
		t := table{heading: []string{"POST", "HOST", "ROUNDS", "FOUND", o.zoned("LAST"), "NEXT", "ERROR"}, empty: "No conversation has been looked through yet."}
		for _, w := range all {
			rows = append(rows, threadRow{w.IRI, w.PostSlug, w.Host, w.Rounds, w.Found, jsonTime{w.Walked}, jsonTime{w.Next}, w.Error})
			t.add(w.PostSlug, w.Host, strconv.Itoa(w.Rounds), strconv.Itoa(w.Found), o.day(w.Walked), o.day(w.Next), blog.Excerpt(w.Error, 80))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}
