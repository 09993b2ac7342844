package main

import (
	"context"
	"fmt"
	"strings"

	"limelight/blog"
)

// reactionRow is a reaction in `limelight reactions -json`.
type reactionRow struct {
	ID     int64             `json:"id"`
	Type   blog.ReactionType `json:"type"`
	Post   string            `json:"post"`
	Emoji  string            `json:"emoji,omitempty"`
	Author authorRow         `json:"author"`
	At     jsonTime          `json:"at"`
}

func listReactions(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "reactions", "")
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
		all, err := o.db.Reactions(ctx, name, "", 0, 0)
		if err != nil {
			return fmt.Errorf("list the reactions: %w", err)
		}
		var rows []reactionRow
		t := table{heading: []string{o.zoned("AT"), "TYPE", "POST", "AUTHOR"}, empty: "No likes or boosts yet."}
		for _, r := range all {
			rows = append(rows, reactionRow{r.ID, r.Type, r.PostSlug, r.Emoji, authorOf(&r.Actor), jsonTime{r.At}})
			t.add(o.day(r.At), strings.TrimSpace(string(r.Type)+" "+r.Emoji), r.PostSlug, "@"+r.Actor.Handle)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// followerRow is a follower in `limelight followers -json`.
type followerRow struct {
	ID     string   `json:"id"`
	Handle string   `json:"handle"`
	Name   string   `json:"name"`
	Inbox  string   `json:"inbox"`
	Since  jsonTime `json:"since"`
}

func listFollowers(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "followers", "")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		all, err := o.db.Followers(ctx, 0, 0)
		if err != nil {
			return fmt.Errorf("list the followers: %w", err)
		}
		var rows []followerRow
		t := table{heading: []string{o.zoned("SINCE"), "HANDLE", "NAME", "ACTOR"}, empty: "No followers yet."}
		for _, x := range all {
			rows = append(rows, followerRow{x.Actor.IRI, x.Actor.Handle, x.Actor.Name, x.Actor.DeliveryInbox(), jsonTime{x.Since}})
			t.add(o.day(x.Since), "@"+x.Actor.Handle, x.Actor.Name, x.Actor.IRI)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}
