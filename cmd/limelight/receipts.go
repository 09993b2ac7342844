package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"limelight/blog"
)

// receipts tells which server has the newest version of a post, and how many
// have it. As JSON it is the list of its deliveries, each with where its inbox
// stands.
func (o *opened) receipts(ctx context.Context, e *env, name string, f deliveryFlags, states []blog.DeliveryState) error {
	all, err := o.db.Deliveries(ctx, name, 0, 0)
	if err != nil {
		return fmt.Errorf("list the deliveries: %w", err)
	}
	var newest blog.Activity
	if len(all) > 0 {
		ref := all[0].Activity.Ref
		if newest, err = o.db.NewestActivity(ctx, ref); err != nil {
			return fmt.Errorf("find the newest version: %w", err)
		}
	}
	arrivals := blog.Arrivals(all, newest)
	if *f.host != "" {
		host := strings.ToLower(*f.host)
		arrivals = slices.DeleteFunc(arrivals, func(a blog.Arrival) bool { return a.Host != host })
		all = slices.DeleteFunc(all, func(d blog.Delivery) bool { return d.Host != host })
	}
	if *f.asJSON {
		return writeReceiptsJSON(e.stdout, all, arrivals, states)
	}
	if err := o.receiptTable(arrivals, states).write(e.stdout); err != nil || len(arrivals) == 0 {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "\n%s\n", o.summary(arrivals, newest))
	return err
}

// writeReceiptsJSON writes the deliveries that are in one of the states
// themselves, or whose inbox is without the newest version.
func writeReceiptsJSON(w io.Writer, all []blog.Delivery, arrivals []blog.Arrival, states []blog.DeliveryState) error {
	newest := map[string]blog.DeliveryState{}
	for _, a := range arrivals {
		newest[a.Inbox] = a.State
	}
	if len(states) > 0 {
		all = slices.DeleteFunc(all, func(d blog.Delivery) bool {
			untold := newest[d.Inbox] == blog.Untold && slices.Contains(states, blog.Untold)
			return !untold && !slices.Contains(states, d.State)
		})
	}
	return writeJSON(w, deliveryRows(all, newest))
}

// receiptTable has one row for each server, or each inbox where one has several.
func (o *opened) receiptTable(arrivals []blog.Arrival, states []blog.DeliveryState) *table {
	t := &table{
		heading: []string{"SERVER", "STATE", "HAS", o.zoned("DELIVERED"), "OUTSTANDING", "ID", "STATUS", "TRIES", "NEXT TRY", "ERROR"},
		empty:   "Nothing was to be delivered yet.",
	}
	inboxes := map[string]int{}
	for _, a := range arrivals {
		inboxes[a.Host]++
	}
	for _, a := range arrivals {
		if len(states) > 0 && !slices.Contains(states, a.State) {
			t.empty = "No server is in that state."
			continue
		}
		server := a.Host
		if inboxes[a.Host] > 1 {
			server = a.Inbox
		}
		has, last := "-", a.Seen
		if a.Seen.ID != 0 {
			has = a.Seen.Activity.Type
		}
		var missing []string
		for i, d := range a.Outstanding {
			if i == 0 {
				last = d // who is in front tells why
			}
			missing = append(missing, d.Activity.Type)
		}
		outstanding := strings.Join(missing, ",")
		if outstanding == "" {
			outstanding = "-"
		}
		t.add(server, string(a.State), has, o.day(a.Seen.Delivered), outstanding, strconv.FormatInt(last.ID, 10),
			statusGiven(last.Status), strconv.Itoa(last.Tries), o.day(last.NextTry), o.whyNot(last))
	}
	return t
}

// summary is how many servers have which version.
func (o *opened) summary(arrivals []blog.Arrival, newest blog.Activity) string {
	n := map[blog.DeliveryState]int{}
	for _, a := range arrivals {
		n[a.State]++
	}
	what := "have it"
	switch newest.Type {
	case "Delete":
		what = "know that it is deleted"
	case "Update":
		what = "have the edit of " + o.moment(newest.Created)
	}
	text := fmt.Sprintf("%d of %s %s, %d waiting, %d failed", n[blog.Sent], plural(len(arrivals), "server"), what, n[blog.Pending], n[blog.Failed])
	if n[blog.Untold] > 0 {
		text += fmt.Sprintf(", %d with an older version are told no more", n[blog.Untold])
	}
	return text + "."
}
