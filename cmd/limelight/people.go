package main

import (
	"context"
	"fmt"
	"strconv"
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
		t := table{heading: []string{"AT", "TYPE", "POST", "AUTHOR"}, empty: "No likes or boosts yet."}
		for _, r := range all {
			rows = append(rows, reactionRow{r.ID, r.Type, r.PostSlug, r.Emoji, authorRow{r.Actor.Name, r.Actor.Handle, r.Actor.URL}, jsonTime{r.At}})
			t.add(day(r.At), strings.TrimSpace(string(r.Type)+" "+r.Emoji), r.PostSlug, "@"+r.Actor.Handle)
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
		t := table{heading: []string{"SINCE", "HANDLE", "NAME", "ACTOR"}, empty: "No followers yet."}
		for _, x := range all {
			rows = append(rows, followerRow{x.Actor.IRI, x.Actor.Handle, x.Actor.Name, x.Actor.DeliveryInbox(), jsonTime{x.Since}})
			t.add(day(x.Since), "@"+x.Actor.Handle, x.Actor.Name, x.Actor.IRI)
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// deliveryRow is a delivery in `limelight deliveries -json`.
type deliveryRow struct {
	ID        int64              `json:"id"`
	Post      string             `json:"post"`
	Type      string             `json:"type"`
	Inbox     string             `json:"inbox"`
	Host      string             `json:"host"`
	State     blog.DeliveryState `json:"state"`
	Status    int                `json:"status"`
	Tries     int                `json:"tries"`
	NextTry   jsonTime           `json:"next_try"`
	Delivered jsonTime           `json:"delivered"`
	Error     string             `json:"error"`
}

func listDeliveries(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "deliveries", "")
	post := f.String("post", "", "only those about one post, by `SLUG|URL`")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		name, err := o.existingPost(ctx, *post)
		if err != nil {
			return err
		}
		all, err := o.db.Deliveries(ctx, name, 0, 0)
		if err != nil {
			return fmt.Errorf("list the deliveries: %w", err)
		}
		var rows []deliveryRow
		t := table{heading: []string{"TYPE", "POST", "HOST", "STATE", "STATUS", "TRIES", "DELIVERED", "NEXT TRY", "ERROR"}, empty: "Nothing was to be delivered yet."}
		for _, d := range all {
			rows = append(rows, deliveryRow{
				d.ID, d.PostSlug, d.Activity.Type, d.Inbox, d.Host, d.State, d.Status, d.Tries,
				jsonTime{d.NextTry}, jsonTime{d.Delivered}, d.Error,
			})
			t.add(d.Activity.Type, d.PostSlug, d.Host, string(d.State), strconv.Itoa(d.Status), strconv.Itoa(d.Tries),
				day(d.Delivered), day(d.NextTry), blog.Excerpt(d.Error, 80))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}
