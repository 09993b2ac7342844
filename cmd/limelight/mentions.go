package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"limelight/blog"
	"limelight/storage"
)

// mentionRow is a mention or quote in `limelight mentions -json`.
type mentionRow struct {
	ID         int64             `json:"id"`
	Type       blog.CitationType `json:"type"`
	Post       string            `json:"post"`
	IRI        string            `json:"iri"`
	URL        string            `json:"url"`
	Author     authorRow         `json:"author"`
	Text       string            `json:"text"`
	State      blog.State        `json:"state"`
	Reason     string            `json:"reason"`
	Visibility blog.Visibility   `json:"visibility"`
	Published  jsonTime          `json:"published"`
}

func mentions(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "mentions", "[approve|hide|delete ID...]")
	post := f.String("post", "", "only those of one post, by `SLUG|URL`")
	asJSON := f.Bool("json", false, "write JSON")
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return decideMentions(ctx, e, f, words)
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		name, err := o.existingPost(ctx, *post)
		if err != nil {
			return err
		}
		all, err := o.db.Citations(ctx, storage.CitationFilter{Post: name})
		if err != nil {
			return fmt.Errorf("list the mentions: %w", err)
		}
		var rows []mentionRow
		t := table{heading: []string{"ID", o.zoned("PUBLISHED"), "TYPE", "STATE", "POST", "AUTHOR", "TEXT", "WHY"}, empty: "Nobody has quoted a post or spoken of one yet."}
		for _, c := range all {
			rows = append(rows, mentionRow{c.ID, c.Type, c.PostSlug, c.IRI, c.URL, authorOf(&c.Actor),
				c.Text, c.State, c.Reason, c.Visibility, jsonTime{c.Published}})
			t.add(strconv.FormatInt(c.ID, 10), o.day(c.Published), string(c.Type), string(c.State), c.PostSlug, "@"+c.Actor.Handle, oneLine(c.Text), c.Reason)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

func decideMentions(ctx context.Context, e *env, f *flags, words []string) error {
	i := slices.IndexFunc(decisions, func(d decision) bool { return d.verb == words[0] })
	if i < 0 {
		return usagef("mentions can be listed, approved, hidden or deleted: %q is none of these", words[0])
	}
	if len(words) == 1 {
		return usagef("%s which mention? `limelight mentions` lists their ids", words[0])
	}
	ids, err := readIDs("mention", "mentions", words[1:])
	if err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		known, err := o.db.Citations(ctx, storage.CitationFilter{})
		if err != nil {
			return fmt.Errorf("look up the mentions: %w", err)
		}
		if err := knowAll("mention", "mentions", ids, known, func(c blog.Citation) int64 { return c.ID }); err != nil {
			return err
		}
		for _, id := range ids {
			c, err := o.db.DecideCitation(ctx, id, decisions[i].state)
			switch {
			case errors.Is(err, storage.ErrVeiled):
				return fmt.Errorf("mention %d cannot be shown: %s", id, c.Reason)
			case err != nil:
				return err
			}
			fmt.Fprintf(e.stdout, "mention %d by @%s: %s\n", id, printable(c.Actor.Handle), decisions[i].done)
		}
		return nil
	})
}

// oneLine is the beginning of a text, for a table.
func oneLine(text string) string {
	return blog.Excerpt(strings.Join(strings.Fields(text), " "), 60)
}
