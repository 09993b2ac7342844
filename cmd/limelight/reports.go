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
		t := table{heading: []string{"ID", o.zoned("RECEIVED"), "FROM", "ABOUT", "TEXT"}, empty: "No reports."}
		for _, r := range found {
			rows = append(rows, reportRow{r.ID, r.Host, r.Text, r.Objects, jsonTime{r.Received}, jsonTime{r.Closed}})
			about, err := o.complainedAbout(ctx, r.Objects)
			if err != nil {
				return err
			}
			t.add(strconv.FormatInt(r.ID, 10), o.day(r.Received), r.Host, about, oneLine(r.Text))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// complainedAbout names what a report is about as the other lists do: posts by slug,
// comments by number. Other servers name the account too whatever it is about.
func (o *opened) complainedAbout(ctx context.Context, objects []string) (string, error) {
	var names []string
	for _, iri := range objects {
		if iri == o.blog.ActorIRI() {
			continue
		}
		name := iri
		if id, ok := o.blog.PostID(iri); ok {
			p, err := o.db.Post(ctx, id)
			switch {
			case err == nil, errors.Is(err, storage.ErrDeleted) && p.Slug != "":
				name = p.Slug
			case !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrDeleted):
				return "", fmt.Errorf("look up what a report is about: %w", err)
			}
		} else if c, err := o.db.CommentByIRI(ctx, iri); err == nil {
			name = fmt.Sprintf("comment %d", c.ID)
		} else if !errors.Is(err, storage.ErrNotFound) {
			return "", fmt.Errorf("look up what a report is about: %w", err)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "the blog", nil
	}
	return strings.Join(names, ", "), nil
}

func closeReports(ctx context.Context, e *env, f *flags, words []string) error {
	if words[0] != "close" {
		return usagef("reports can be listed or closed: %q is neither", words[0])
	}
	if len(words) == 1 {
		return usagef("close which report? `limelight reports` lists their ids")
	}
	ids, err := readIDs("report", "reports", words[1:])
	if err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		known, err := o.db.Reports(ctx, true)
		if err != nil {
			return fmt.Errorf("look up the reports: %w", err)
		}
		if err := knowAll("report", "reports", ids, known, func(r blog.Report) int64 { return r.ID }); err != nil {
			return err
		}
		for _, id := range ids {
			if err := o.db.CloseReport(ctx, id); err != nil {
				return fmt.Errorf("close report %d: %w", id, err)
			}
			fmt.Fprintf(e.stdout, "report %d: closed\n", id)
		}
		return nil
	})
}
