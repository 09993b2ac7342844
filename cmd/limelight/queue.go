package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

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
	writer  string   // who it is from, as the table calls them: who was imported has no handle
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
		t := table{heading: []string{"WHAT", "ID", o.zoned("AT"), "FROM", "ABOUT", "WHY", "TEXT"}, empty: "Nothing waits for you."}
		kinds := map[string]bool{}
		for _, r := range rows {
			about := r.Post
			if r.Kind == "report" {
				if about, err = o.complainedAbout(ctx, r.Objects); err != nil {
					return err
				}
			}
			kinds[r.Kind] = true
			t.add(r.Kind, strconv.FormatInt(r.ID, 10), o.day(r.At.Time), r.writer, about, r.Reason, oneLine(r.Text))
		}
		if err := t.write(e.stdout); err != nil || len(rows) == 0 {
			return err
		}
		fmt.Fprintln(e.stdout)
		for _, d := range queueDecisions {
			if kinds[d.kind] {
				fmt.Fprintf(e.stdout, "A %-7s  %s\n", d.kind, d.how)
			}
		}
		return nil
	})
}

// queueDecisions are what becomes of each kind of thing that waits.
var queueDecisions = []struct{ kind, how string }{
	{"comment", "limelight comments approve ID, or hide, or delete"},
	{"mention", "limelight mentions approve ID, or hide, or delete"},
	{"report", "limelight reports close ID, once you have done what you want about it"},
}

// waiting is all that waits for the author, the longest first.
func (o *opened) waiting(ctx context.Context) ([]queueRow, error) {
	var rows []queueRow
	held, err := o.db.Comments(ctx, storage.CommentFilter{State: blog.Held})
	if err != nil {
		return nil, err
	}
	for _, c := range held {
		rows = append(rows, queueRow{c.ID, "comment", jsonTime{c.Received}, c.Author.Handle, c.PostSlug, c.Reason, c.Text, []string{}, writerOf(c)})
	}
	cited, err := o.db.Citations(ctx, storage.CitationFilter{State: blog.Held})
	if err != nil {
		return nil, err
	}
	for _, c := range cited {
		rows = append(rows, queueRow{c.ID, "mention", jsonTime{c.Received}, c.Actor.Handle, c.PostSlug, c.Reason, c.Text, []string{}, "@" + c.Actor.Handle})
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
		rows = append(rows, queueRow{r.ID, "report", jsonTime{r.Received}, r.Host, "", "a complaint", r.Text, objects, r.Host})
	}
	slices.SortStableFunc(rows, func(a, b queueRow) int { return a.At.Compare(b.At.Time) })
	return rows, nil
}
