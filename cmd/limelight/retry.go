package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"limelight/storage"
)

// retry has deliveries that failed or wait tried now.
func (f deliveryFlags) retry(ctx context.Context, e *env, words []string) error {
	if *f.state != "" || *f.asJSON {
		return usagef("deliveries retry takes no -state and no -json")
	}
	if *f.host != "" {
		words = append(words, *f.host)
	}
	if len(words) == 0 && *f.post == "" && !*f.all {
		return usagef("retry which deliveries? (limelight deliveries retry ID...|HOST...|-post SLUG|-all)")
	}
	if *f.all && (len(words) > 0 || *f.post != "") {
		return usagef("-all is every delivery; leave it out to retry some")
	}
	var ids []int64
	var hosts []string
	for _, word := range words {
		if id, err := strconv.ParseInt(word, 10, 64); err == nil {
			ids = append(ids, id)
		} else {
			hosts = append(hosts, strings.ToLower(word))
		}
	}
	if len(ids) > 0 && (len(hosts) > 0 || *f.post != "") {
		return usagef("retry either deliveries by ID, or those of a host or post")
	}
	return withBlog(ctx, e, f.flags, func(o *opened) error {
		post, err := o.existingPost(ctx, *f.post)
		if err != nil {
			return err
		}
		if err := o.knowHosts(ctx, hosts); err != nil {
			return err
		}
		if len(hosts) == 0 {
			hosts = []string{""}
		}
		n := 0
		for _, host := range hosts {
			more, err := o.db.RetryDeliveries(ctx, storage.Retry{IDs: ids, Host: host, Post: post})
			if errors.Is(err, storage.ErrNotFound) {
				return fmt.Errorf("%w; `limelight deliveries` lists them", err)
			}
			if err != nil {
				return err
			}
			n += more
		}
		if n == 0 {
			_, err = fmt.Fprintln(e.stdout, "Nothing of that failed or waits.")
			return err
		}
		if _, err = fmt.Fprintf(e.stdout, "%s to be tried now\n", deliveriesOf(n)); err != nil {
			return err
		}
		return o.warnUnserved(ctx, e)
	})
}

// knowHosts fails for a host that nothing was ever to be delivered to, before
// anything is changed.
func (o *opened) knowHosts(ctx context.Context, hosts []string) error {
	for _, host := range hosts {
		some, err := o.db.ListDeliveries(ctx, storage.DeliveryFilter{Host: host, Limit: 1})
		if err != nil {
			return fmt.Errorf("look for deliveries to %s: %w", host, err)
		}
		if len(some) == 0 {
			return fmt.Errorf("there are no deliveries to %s; `limelight deliveries` lists them", host)
		}
	}
	return nil
}

// warnUnserved says when nobody is there to send anything.
func (o *opened) warnUnserved(ctx context.Context, e *env) error {
	served, err := o.db.Served(ctx)
	if err == nil && !served {
		fmt.Fprintln(e.stderr, "Nothing is sent before `limelight serve` runs.")
	}
	return err
}
