package blog

import (
	"cmp"
	"slices"
)

// Arrival is where one inbox stands with the newest version of a post.
type Arrival struct {
	Inbox       string
	Host        string
	State       DeliveryState // Sent: it has that version; else Pending, Failed or Untold
	Seen        Delivery      // the latest that arrived; the zero Delivery when none did
	Outstanding []Delivery    // what waits, or failed and was not made up for, in the order they go
}

// Arrivals tells from all deliveries about a post, and the newest of its
// activities, where each inbox stands, by host. An edit of a post whose Create
// has not left writes no delivery there, since that one tells of it; so whatever
// arrived after an activity was written brought it. Inboxes that were never to
// be told, or for which all was replaced, are left out.
func Arrivals(deliveries []Delivery, newest Activity) []Arrival {
	byInbox := map[string][]Delivery{}
	for _, d := range deliveries {
		if d.State != Replaced {
			byInbox[d.Inbox] = append(byInbox[d.Inbox], d)
		}
	}
	out := make([]Arrival, 0, len(byInbox))
	for _, ds := range byInbox {
		slices.SortFunc(ds, func(a, b Delivery) int { return cmp.Compare(a.ID, b.ID) })
		out = append(out, arrival(ds, newest))
	}
	slices.SortFunc(out, func(a, b Arrival) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Inbox, b.Inbox)) })
	return out
}

// arrival is made of what goes to one inbox, the oldest first.
func arrival(ds []Delivery, newest Activity) Arrival {
	a := Arrival{Inbox: ds[0].Inbox, Host: ds[0].Host}
	for _, d := range ds {
		switch d.State {
		case Sent:
			a.Seen = d
			a.Outstanding = slices.DeleteFunc(a.Outstanding, func(o Delivery) bool { return o.State == Failed })
		default:
			a.Outstanding = append(a.Outstanding, d)
		}
	}
	switch {
	case slices.ContainsFunc(a.Outstanding, func(o Delivery) bool { return o.State == Pending }):
		a.State = Pending
	case len(a.Outstanding) > 0:
		a.State = Failed
	case a.Seen.Activity.ID == newest.ID || !a.Seen.Delivered.Before(newest.Created):
		a.State = Sent
	default:
		a.State = Untold
	}
	return a
}
