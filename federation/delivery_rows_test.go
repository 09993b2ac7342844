package federation

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"limelight/blog"
	"limelight/federation/peertest"
)

// rows are all deliveries of a post, or of all, in the order in which they were
// written.
func (w *deliverWorld) rows(slug string) []blog.Delivery {
	w.t.Helper()
	ds, err := w.db.Deliveries(w.t.Context(), slug, 0, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(ds)
	return ds
}

// until waits for the deliveries of a post to be as they should and returns
// them.
func (w *deliverWorld) until(what, slug string, ok func([]blog.Delivery) bool) []blog.Delivery {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(deliverPatience); ; <-tick.C {
		ds := w.rows(slug)
		if ok(ds) {
			return ds
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for deliveries to be %s:\n%v", what, receipts(ds))
		}
	}
}

// all tells whether every delivery is in one of the states.
func all(states ...blog.DeliveryState) func([]blog.Delivery) bool {
	return func(ds []blog.Delivery) bool {
		return len(ds) > 0 && !slices.ContainsFunc(ds, func(d blog.Delivery) bool { return !slices.Contains(states, d.State) })
	}
}

// tried tells whether every delivery was tried n times.
func tried(n int) func([]blog.Delivery) bool {
	return func(ds []blog.Delivery) bool {
		return len(ds) > 0 && !slices.ContainsFunc(ds, func(d blog.Delivery) bool { return d.Tries != n })
	}
}

// receipts are deliveries in short: "Create sent 202 1".
func receipts(ds []blog.Delivery) []string {
	var out []string
	for _, d := range ds {
		out = append(out, fmt.Sprintf("%s %s %d %d", d.Activity.Type, d.State, d.Status, d.Tries))
	}
	return out
}

// types are those of what arrived.
func types(ds []peertest.Delivery) []string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Activity.Type)
	}
	return out
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
