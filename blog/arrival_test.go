package blog

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestArrivals(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	create, update := Activity{ID: "c", Type: "Create", Created: start}, Activity{ID: "u", Type: "Update", Created: start.Add(time.Hour)}
	var all []Delivery
	add := func(inbox string, a Activity, s DeliveryState, delivered time.Duration) {
		d := Delivery{ID: int64(len(all) + 1), Activity: a, Inbox: inbox, Host: inbox, State: s}
		if s == Sent {
			d.Delivered = start.Add(delivered)
		}
		all = append([]Delivery{d}, all...) // newest first, as storage lists them
	}
	add("both.test", create, Sent, 0)
	add("both.test", update, Sent, 2*time.Hour)
	add("late.test", create, Sent, 2*time.Hour) // rendered after the edit
	add("waits.test", create, Sent, 0)
	add("waits.test", update, Pending, 0)
	add("refused.test", create, Failed, 0)
	add("refused.test", update, Failed, 0)
	add("missed.test", create, Failed, 0)
	add("missed.test", update, Sent, 2*time.Hour)
	add("again.test", create, Pending, 0)
	add("again.test", update, Sent, 2*time.Hour)
	add("left.test", create, Sent, 0)
	add("moot.test", create, Replaced, 0)
	var got []string
	for _, a := range Arrivals(all, update) {
		line := fmt.Sprint(a.Host, " ", a.State, " seen:", a.Seen.Activity.Type)
		for _, d := range a.Outstanding {
			line += " " + d.Activity.Type
		}
		got = append(got, line)
	}
	want := `again.test pending seen:Update Create
both.test sent seen:Update
late.test sent seen:Create
left.test untold seen:Create
missed.test sent seen:Update
refused.test failed seen: Create Update
waits.test pending seen:Create Update`
	if strings.Join(got, "\n") != want {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
	}
}
