package main

import (
	"context"
	"fmt"
	"strconv"

	"limelight/blog"
)

// auditRow is a decision in `limelight audit -json`.
type auditRow struct {
	ID     int64       `json:"id"`
	At     jsonTime    `json:"at"`
	Who    string      `json:"who"`
	Action blog.Action `json:"action"`
	Object string      `json:"object"`
	Actor  string      `json:"actor"`
	Handle string      `json:"handle"`
	Note   string      `json:"note"`
}

func audit(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "audit", "")
	n := f.Int("n", 100, "how many, the latest first; 0 is all of the last year")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		all, err := o.db.Decisions(ctx, *n, 0)
		if err != nil {
			return fmt.Errorf("list the decisions: %w", err)
		}
		var rows []auditRow
		t := table{heading: []string{"ID", o.zoned("AT"), "WHO", "ACTION", "WHAT", "WHOSE", "NOTE"}, empty: "Nothing was decided yet."}
		for _, d := range all {
			rows = append(rows, auditRow{d.ID, jsonTime{d.At}, d.Who, d.Action, d.Object, d.Actor, d.Handle, d.Note})
			whose := d.Actor
			switch {
			case d.Actor == o.blog.ActorIRI():
				whose = "you"
			case d.Handle != "":
				whose = "@" + d.Handle
			}
			t.add(strconv.FormatInt(d.ID, 10), o.day(d.At), d.Who, string(d.Action), d.Object, whose, d.Note)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}
