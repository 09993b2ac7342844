package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"limelight/blog"
)

// relayRow is a relay in `limelight relays -json`.
type relayRow struct {
	ID    string          `json:"id"`
	State blog.RelayState `json:"state"`
	Since jsonTime        `json:"since"`
	Inbox string          `json:"inbox"`
	Error string          `json:"error"`
}

func listRelays(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "relays", "")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		all, err := o.db.Relays(ctx)
		if err != nil {
			return err
		}
		for _, iri := range o.config.Federation.Relays {
			if !slices.ContainsFunc(all, func(r blog.Relay) bool { return r.IRI == iri }) {
				all = append(all, blog.Relay{IRI: iri, State: blog.RelayUnreached, Error: "`limelight serve` asks it when it starts"})
			}
		}
		var rows []relayRow
		t := table{heading: []string{o.zoned("SINCE"), "STATE", "RELAY", "ERROR"}, empty: "No relays: federation.relays in the configuration names them."}
		for _, r := range all {
			rows = append(rows, relayRow{r.IRI, r.State, jsonTime{r.Since}, r.Inbox, r.Error})
			t.add(o.day(r.Since), string(r.State), r.IRI, blog.Excerpt(r.Error, 120))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// checkRelay accepts the address of an actor.
func checkRelay(iri string) error {
	u, err := url.Parse(iri)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("has %q; it should be the address of a relay's actor such as https://relay.example.com/actor", iri)
	}
	return nil
}
