package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"limelight/blog"
	"limelight/storage"
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

func block(ctx context.Context, e *env, args []string) error {
	return changeBlocks(ctx, e, "block", args, func(o *opened, target string) error {
		if err := o.db.AddBlock(ctx, target); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s: blocked\n", target)
		return nil
	})
}

func unblock(ctx context.Context, e *env, args []string) error {
	return changeBlocks(ctx, e, "unblock", args, func(o *opened, target string) error {
		err := o.db.RemoveBlock(ctx, target)
		if errors.Is(err, storage.ErrNotFound) {
			return errors.New("is not blocked; `limelight block` without arguments lists who is")
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s: not blocked any more\n", target)
		return nil
	})
}

// changeBlocks lists the blocks when no target is named, else changes each.
func changeBlocks(ctx context.Context, e *env, verb string, args []string, change func(o *opened, target string) error) error {
	f := newFlags(e, verb, "ACTOR|DOMAIN...")
	targets, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		if len(targets) == 0 {
			return o.listBlocks(ctx, e)
		}
		for _, arg := range targets {
			target, err := o.blockTarget(ctx, arg)
			if err != nil {
				return fmt.Errorf("%s %s: %w", verb, arg, err)
			}
			if err := change(o, target); err != nil {
				return fmt.Errorf("%s %s: %w", verb, arg, err)
			}
		}
		return nil
	})
}

func (o *opened) listBlocks(ctx context.Context, e *env) error {
	blocks, err := o.db.Blocks(ctx)
	if err != nil {
		return fmt.Errorf("list the blocks: %w", err)
	}
	t := table{heading: []string{"SINCE", "BLOCKED"}, empty: "Nobody is blocked."}
	for _, b := range blocks {
		t.add(day(b.Since), b.Target)
	}
	return t.write(e.stdout)
}

// blockTarget reads what a person types for somebody: an actor's address, a
// handle of somebody who has been here, or a domain.
func (o *opened) blockTarget(ctx context.Context, arg string) (string, error) {
	if strings.Contains(arg, "://") {
		u, err := url.Parse(arg)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return "", errors.New("is no actor's address; it should look like https://example.com/users/name")
		}
		a, err := o.db.ActorByURL(ctx, arg)
		if err == nil {
			return a.IRI, nil
		}
		return arg, nil
	}
	if strings.Contains(arg, "@") {
		handle := strings.ToLower(strings.TrimPrefix(arg, "@"))
		a, err := o.db.ActorByHandle(ctx, handle)
		if errors.Is(err, storage.ErrNotFound) {
			return "", errors.New("nobody with this handle has been here; use the actor's address (https://...) or the domain")
		}
		return a.IRI, err
	}
	domain, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.ToLower(arg), "."))
	if err != nil || !strings.Contains(domain, ".") && domain != "localhost" {
		return "", errors.New("is neither an actor's address, nor a handle, nor a domain")
	}
	return domain, nil
}
