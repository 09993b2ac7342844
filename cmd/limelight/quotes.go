package main

import (
	"context"
	"errors"
	"fmt"

	"limelight/blog"
	"limelight/storage"
)

// quoteRow is a quote in `limelight quotes -json`.
type quoteRow struct {
	ID     string             `json:"id"`
	Post   string             `json:"post"`
	URL    string             `json:"url"`
	Author authorRow          `json:"author"`
	State  blog.ApprovalState `json:"state"`
	At     jsonTime           `json:"at"`
}

func quotes(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "quotes", "[revoke ID...]")
	post := f.String("post", "", "only those of one post, by `SLUG|URL`")
	asJSON := f.Bool("json", false, "write JSON")
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return revokeQuotes(ctx, e, f, words)
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		name, err := o.existingPost(ctx, *post)
		if err != nil {
			return err
		}
		all, err := o.db.Approvals(ctx, name, blog.QuoteApproval)
		if err != nil {
			return fmt.Errorf("list the quotes: %w", err)
		}
		var rows []quoteRow
		t := table{heading: []string{"ID", "AT", "STATE", "POST", "AUTHOR", "QUOTE"}, empty: "Nobody has asked to quote a post yet."}
		for _, q := range all {
			rows = append(rows, quoteRow{q.ID, q.PostSlug, q.Interacting, authorRow{q.Actor.Name, q.Actor.Handle, q.Actor.URL}, q.State, jsonTime{q.Created}})
			t.add(q.ID, day(q.Created), string(q.State), q.PostSlug, "@"+q.Actor.Handle, q.Interacting)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

func revokeQuotes(ctx context.Context, e *env, f *flags, words []string) error {
	if words[0] != "revoke" {
		return usagef("quotes can be listed or revoked: %q is neither", words[0])
	}
	if len(words) == 1 {
		return usagef("revoke which quote? `limelight quotes` lists their ids")
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		for _, id := range words[1:] {
			q, revoked, err := o.db.Revoke(ctx, id)
			switch {
			case errors.Is(err, storage.ErrNotFound):
				return fmt.Errorf("there is no quote %s; `limelight quotes` lists them", id)
			case err != nil:
				return fmt.Errorf("revoke the quote %s: %w", id, err)
			case !revoked:
				fmt.Fprintf(e.stdout, "quote %s was %s already\n", id, q.State)
			default:
				fmt.Fprintf(e.stdout, "quote %s by @%s: revoked\n", id, printable(q.Actor.Handle))
			}
		}
		return nil
	})
}
