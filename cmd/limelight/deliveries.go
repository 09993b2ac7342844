package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"limelight/blog"
	"limelight/storage"
)

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
	Created   jsonTime           `json:"created"`
	Failing   jsonTime           `json:"failing"` // since when the inbox has taken nothing
	Newest    blog.DeliveryState `json:"newest"`  // with -post: where the inbox stands with its newest version
}

func newDeliveryRow(d blog.Delivery, newest blog.DeliveryState) deliveryRow {
	return deliveryRow{
		d.ID, d.PostSlug, d.Activity.Type, d.Inbox, d.Host, d.State, d.Status, d.Tries,
		jsonTime{d.NextTry}, jsonTime{d.Delivered}, d.Error, jsonTime{d.Created}, jsonTime{d.Failing}, newest,
	}
}

const deliveriesUsage = "[retry ID|HOST...]"

// deliveryFlags are the flags of `limelight deliveries`.
type deliveryFlags struct {
	*flags
	post, state, host *string
	all, asJSON       *bool
}

func deliveries(ctx context.Context, e *env, args []string) error {
	f := deliveryFlags{flags: newFlags(e, "deliveries", deliveriesUsage)}
	f.post = f.String("post", "", "only those about one post, by `SLUG|URL`: which server has its newest version")
	f.state = f.String("state", "", "only those in one of the `STATES`, by commas: pending, sent, failed, replaced, and with -post untold")
	f.host = f.String("host", "", "only those to one `HOST`")
	f.all = f.Bool("all", false, "retry: all that failed or wait")
	f.asJSON = f.Bool("json", false, "write JSON")
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		if words[0] != "retry" {
			return usagef("deliveries cannot %q; it lists, and can retry", words[0])
		}
		return f.retry(ctx, e, words[1:])
	}
	if *f.all {
		return usagef("-all goes with `deliveries retry`; the list has all anyway")
	}
	states, err := f.states()
	if err != nil {
		return err
	}
	return withBlog(ctx, e, f.flags, func(o *opened) error {
		name, err := o.existingPost(ctx, *f.post)
		if err != nil {
			return err
		}
		if name != "" {
			return o.receipts(ctx, e, name, f, states)
		}
		all, err := o.db.ListDeliveries(ctx, storage.DeliveryFilter{Host: strings.ToLower(*f.host), States: states})
		if err != nil {
			return fmt.Errorf("list the deliveries: %w", err)
		}
		if *f.asJSON {
			return writeJSON(e.stdout, deliveryRows(all, nil))
		}
		return o.deliveryTable(all).write(e.stdout)
	})
}

// states reads -state.
func (f deliveryFlags) states() ([]blog.DeliveryState, error) {
	if *f.state == "" {
		return nil, nil
	}
	known := []blog.DeliveryState{blog.Pending, blog.Sent, blog.Failed, blog.Replaced}
	if *f.post != "" {
		known = append(known, blog.Untold)
	}
	var out []blog.DeliveryState
	for word := range strings.SplitSeq(*f.state, ",") {
		s := blog.DeliveryState(strings.TrimSpace(word))
		if !slices.Contains(known, s) {
			names := make([]string, len(known))
			for i, k := range known {
				names[i] = string(k)
			}
			return nil, usagef("-state is %q; it may be %s", s, strings.Join(names, ", "))
		}
		out = append(out, s)
	}
	return out, nil
}

func deliveryRows(all []blog.Delivery, newest map[string]blog.DeliveryState) []deliveryRow {
	var rows []deliveryRow
	for _, d := range all {
		rows = append(rows, newDeliveryRow(d, newest[d.Inbox]))
	}
	return rows
}

func (o *opened) deliveryTable(all []blog.Delivery) *table {
	t := &table{
		heading: []string{"ID", "TYPE", "POST", "HOST", "STATE", "STATUS", "TRIES", o.zoned("DELIVERED"), "NEXT TRY", "ERROR"},
		empty:   "Nothing was to be delivered yet.",
	}
	for _, d := range all {
		t.add(strconv.FormatInt(d.ID, 10), d.Activity.Type, d.PostSlug, d.Host, string(d.State), statusGiven(d.Status), strconv.Itoa(d.Tries),
			o.day(d.Delivered), o.day(d.NextTry), o.whyNot(d))
	}
	return t
}

// statusGiven is the status that a server gave, "-" when it gave none.
func statusGiven(status int) string {
	if status == 0 {
		return "-"
	}
	return strconv.Itoa(status)
}

// whyNot is what went wrong in the room that a table has for it. The host has a column of its own.
func (o *opened) whyNot(d blog.Delivery) string {
	if d.State == blog.Pending && d.Error == "" && !d.Failing.IsZero() {
		return "waits until its server is tried again, which has taken nothing since " + o.day(d.Failing)
	}
	text := strings.TrimPrefix(d.Error, "post to "+d.Host+": ")
	for _, detail := range []string{"net/http: HTTP/1.x transport connection broken: ", "net/http: "} {
		text = strings.ReplaceAll(text, detail, "") // who said so; what was said is cut off else
	}
	return blog.Excerpt(text, 100)
}
