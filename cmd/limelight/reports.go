package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"limelight/blog"
	"limelight/storage"
)

// reportRow is a report in `limelight reports -json`.
type reportRow struct {
	ID       int64    `json:"id"`
	Host     string   `json:"host"`
	Text     string   `json:"text"`
	Objects  []string `json:"objects"`
	Received jsonTime `json:"received"`
	Closed   jsonTime `json:"closed"`
}

func reports(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "reports", "[close ID...]")
	all := f.Bool("all", false, "also those that are closed")
	asJSON := f.Bool("json", false, "write JSON")
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return closeReports(ctx, e, f, words)
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		found, err := o.db.Reports(ctx, *all)
		if err != nil {
			return fmt.Errorf("list the reports: %w", err)
		}
		var rows []reportRow
		t := table{heading: []string{"ID", "RECEIVED", "FROM", "ABOUT", "TEXT"}, empty: "No reports."}
		for _, r := range found {
			rows = append(rows, reportRow{r.ID, r.Host, r.Text, r.Objects, jsonTime{r.Received}, jsonTime{r.Closed}})
			t.add(strconv.FormatInt(r.ID, 10), day(r.Received), r.Host, strings.Join(r.Objects, " "), blog.Excerpt(strings.Join(strings.Fields(r.Text), " "), 60))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

func closeReports(ctx context.Context, e *env, f *flags, words []string) error {
	if words[0] != "close" {
		return usagef("reports can be listed or closed: %q is neither", words[0])
	}
	if len(words) == 1 {
		return usagef("close which report? `limelight reports` lists their ids")
	}
	var ids []int64
	for _, word := range words[1:] {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return usagef("%q is no report's id; `limelight reports` lists them", word)
		}
		ids = append(ids, id)
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		for _, id := range ids {
			err := o.db.CloseReport(ctx, id)
			if errors.Is(err, storage.ErrNotFound) {
				return fmt.Errorf("there is no report %d; `limelight reports` lists them", id)
			}
			if err != nil {
				return fmt.Errorf("close report %d: %w", id, err)
			}
			fmt.Fprintf(e.stdout, "report %d: closed\n", id)
		}
		return nil
	})
}
