package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"limelight/blog"
)

// subscriberRow is a subscription in `limelight subscribers -json`.
type subscriberRow struct {
	ID       int64              `json:"id"`
	Feed     string             `json:"feed"`
	Callback string             `json:"callback"`
	Host     string             `json:"host"`
	Signed   bool               `json:"signed"`
	Since    jsonTime           `json:"since"`
	Expires  jsonTime           `json:"expires"`
	State    blog.DeliveryState `json:"state"`
	Status   int                `json:"status"`
	Tries    int                `json:"tries"`
	NextTry  jsonTime           `json:"next_try"`
	Sent     jsonTime           `json:"sent"`
	Error    string             `json:"error"`
}

func listSubscribers(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "subscribers", "")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		all, err := o.db.Subscriptions(ctx, 0, 0)
		if err != nil {
			return fmt.Errorf("list the subscribers: %w", err)
		}
		var rows []subscriberRow
		t := table{heading: []string{o.zoned("SINCE"), "UNTIL", "FEED", "HOST", "SENT", "STATE"}, empty: "Nobody has feeds sent by the hub yet."}
		for _, s := range all {
			rows = append(rows, subscriberRow{s.ID, o.blog.URL(s.Topic), s.Callback, s.Host, s.Secret != "", jsonTime{s.Since}, jsonTime{s.Expires},
				s.State, s.Status, s.Tries, jsonTime{s.NextTry}, jsonTime{s.Sent}, s.Error})
			t.add(o.day(s.Since), o.day(s.Expires), s.Topic, s.Host, o.day(s.Sent), pushState(s))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// pushState is how the last change went out, in a few words.
func pushState(s blog.Subscription) string {
	if s.State == "" {
		return "-"
	}
	words := []string{string(s.State)}
	if s.Status != 0 {
		words = append(words, strconv.Itoa(s.Status))
	}
	if s.State != blog.Sent {
		words = append(words, s.Error)
	}
	return strings.TrimSpace(strings.Join(words, " "))
}
