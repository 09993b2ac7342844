package main

import (
	"context"
	"fmt"

	"limelight/storage"
)

// contentRow is a file in `limelight content -json`.
type contentRow struct {
	ID      string               `json:"id"` // its path
	Slug    string               `json:"slug"`
	State   storage.ContentState `json:"state"`
	Problem string               `json:"problem"`
	Since   jsonTime             `json:"since"`
}

func listContent(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "content", "")
	all := f.Bool("all", false, "list all files that are posts")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		files, err := o.db.ContentFiles(ctx)
		if err != nil {
			return err
		}
		var rows []contentRow
		t := table{heading: []string{o.zoned("SINCE"), "STATE", "FILE", "WHAT"}, empty: "Nothing in the content folder wants a look."}
		if o.config.Content.Dir == "" {
			t.empty = "There is no content folder; the setting content.dir names one."
		}
		for _, file := range files {
			if file.State == storage.ContentTaken && !*all {
				continue
			}
			rows = append(rows, contentRow{file.Path, file.Slug, file.State, file.Problem, jsonTime{file.Since}})
			t.add(o.day(file.Since), string(file.State), file.Path, whatOf(file))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// whatOf is what is to be known or done about a file.
func whatOf(f storage.ContentFile) string {
	switch f.State {
	case storage.ContentFault:
		return f.Problem
	case storage.ContentGone:
		return fmt.Sprintf("its post stays until you say: limelight unpublish %s", f.Slug)
	}
	return f.Slug
}
