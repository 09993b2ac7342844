package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
		t := table{heading: []string{"ID", o.zoned("AT"), "STATE", "POST", "AUTHOR", "QUOTE"}, empty: "Nobody has quoted a post yet."}
		for _, q := range all {
			rows = append(rows, quoteRow{q.ID, q.PostSlug, q.Interacting, authorOf(&q.Actor), q.State, jsonTime{q.Created}})
			t.add(q.ID, o.day(q.Created), string(q.State), q.PostSlug, "@"+q.Actor.Handle, q.Interacting)
		}
		unasked, err := o.unaskedQuotes(ctx, name, all)
		if err != nil {
			return err
		}
		for _, q := range unasked {
			rows = append(rows, q)
			t.add(q.ID, o.day(q.At.Time), string(q.State), q.Post, "@"+q.Author.Handle, q.URL)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// mentionPrefix begins the ids of quotes that nobody asked for.
const mentionPrefix = "mention-"

// unaskedQuotes are the quotes of servers that do not ask.
func (o *opened) unaskedQuotes(ctx context.Context, post string, asked []blog.Approval) ([]quoteRow, error) {
	all, err := o.db.Citations(ctx, storage.CitationFilter{Post: post, Type: blog.CitedQuote})
	if err != nil {
		return nil, fmt.Errorf("list the quotes: %w", err)
	}
	var rows []quoteRow
	for _, c := range all {
		if !slices.ContainsFunc(asked, func(a blog.Approval) bool { return a.Interacting == c.IRI }) {
			rows = append(rows, quoteRow{fmt.Sprint(mentionPrefix, c.ID), c.PostSlug, c.IRI,
				authorOf(&c.Actor), "unasked", jsonTime{c.Published}})
		}
	}
	return rows, nil
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
			if n, ok := strings.CutPrefix(id, mentionPrefix); ok {
				return fmt.Errorf("quote %s was made without asking; `limelight mentions hide %s` takes it off the page", id, n)
			}
			q, err := o.db.Approval(ctx, id)
			if errors.Is(err, storage.ErrNotFound) || err == nil && q.Type != blog.QuoteApproval {
				return fmt.Errorf("there is no quote %s; `limelight quotes` lists them", id)
			}
			if err != nil {
				return fmt.Errorf("look up the quote %s: %w", id, err)
			}
		}
		for _, id := range words[1:] {
			q, revoked, err := o.db.Revoke(ctx, id)
			switch {
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
