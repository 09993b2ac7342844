package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"limelight/blog"
	"limelight/storage"
)

// queueRow is something that waits for the author, in `limelight queue -json`.
// The id is that of its own list: comments, mentions or reports.
type queueRow struct {
	ID      int64    `json:"id"`
	Kind    string   `json:"kind"` // comment, mention, report
	At      jsonTime `json:"at"`
	From    string   `json:"from"` // a handle; of a report the host
	Post    string   `json:"post"`
	Reason  string   `json:"reason"`
	Text    string   `json:"text"`
	Objects []string `json:"objects"` // of a report: what it is about
}

func queue(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "queue", "")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		rows, err := o.waiting(ctx)
		if err != nil {
			return fmt.Errorf("list what waits: %w", err)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		t := table{heading: []string{"WHAT", "ID", "AT", "FROM", "ABOUT", "WHY", "TEXT"}, empty: "Nothing waits for you."}
		for _, r := range rows {
			about, from := r.Post, "@"+r.From
			if r.Kind == "report" {
				about, from = strings.Join(r.Objects, " "), r.From
			}
			t.add(r.Kind, strconv.FormatInt(r.ID, 10), day(r.At.Time), from, about, r.Reason, oneLine(r.Text))
		}
		return t.write(e.stdout)
	})
}

// waiting is all that waits for the author, the longest first.
func (o *opened) waiting(ctx context.Context) ([]queueRow, error) {
	var rows []queueRow
	held, err := o.db.Comments(ctx, storage.CommentFilter{State: blog.Held})
	if err != nil {
		return nil, err
	}
	for _, c := range held {
		rows = append(rows, queueRow{c.ID, "comment", jsonTime{c.Received}, c.Author.Handle, c.PostSlug, c.Reason, c.Text, []string{}})
	}
	cited, err := o.db.Citations(ctx, storage.CitationFilter{State: blog.Held})
	if err != nil {
		return nil, err
	}
	for _, c := range cited {
		rows = append(rows, queueRow{c.ID, "mention", jsonTime{c.Received}, c.Actor.Handle, c.PostSlug, c.Reason, c.Text, []string{}})
	}
	open, err := o.db.Reports(ctx, false)
	if err != nil {
		return nil, err
	}
	for _, r := range open {
		objects := r.Objects
		if objects == nil {
			objects = []string{}
		}
		rows = append(rows, queueRow{r.ID, "report", jsonTime{r.Received}, r.Host, "", "a complaint", r.Text, objects})
	}
	slices.SortStableFunc(rows, func(a, b queueRow) int { return a.At.Compare(b.At.Time) })
	return rows, nil
}
