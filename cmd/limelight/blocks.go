package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"limelight/blog"
	"limelight/storage"
)

func block(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "block", "ACTOR|DOMAIN...")
	list := f.String("import", "", "block the domains of a `FILE` in Mastodon's CSV format; - is standard input")
	export := f.Bool("export", false, "write the blocked domains in that format")
	words, err := f.parse(args, -1)
	switch {
	case err != nil:
		return err
	case (*list != "" || *export) && len(words) > 0, *list != "" && *export:
		return usagef("-import FILE and -export stand alone")
	case *list != "":
		return importBlocks(ctx, e, f, *list)
	case *export:
		return withBlog(ctx, e, f, func(o *opened) error { return o.exportBlocks(ctx, e) })
	}
	return changeBlocks(ctx, e, f, words, func(o *opened, targets []target) error {
		for _, t := range targets {
			if err := o.db.AddBlock(ctx, t.name); err != nil {
				return err
			}
			fmt.Fprintf(e.stdout, "%s: blocked%s\n", t.name, t.doubt)
		}
		return nil
	})
}

func unblock(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "unblock", "ACTOR|DOMAIN...")
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	return changeBlocks(ctx, e, f, words, func(o *opened, targets []target) error {
		blocks, err := o.db.Blocks(ctx)
		if err != nil {
			return fmt.Errorf("list the blocks: %w", err)
		}
		for _, t := range targets {
			if !slices.ContainsFunc(blocks, func(b blog.Block) bool { return b.Target == t.name }) {
				return fmt.Errorf("unblock %s: is not blocked; `limelight block` without arguments lists who is", t.name)
			}
		}
		for _, t := range targets {
			if err := o.db.RemoveBlock(ctx, t.name); err != nil {
				return err
			}
			fmt.Fprintf(e.stdout, "%s: not blocked any more\n", t.name)
		}
		fmt.Fprintln(e.stdout, "What it hid is back. Who followed from there has to follow again, and likes and boosts are gone.")
		return nil
	})
}

// target is whom a block names: an actor's id or a domain.
type target struct {
	name  string
	doubt string // what to tell of a block that may not do what was meant
}

// changeBlocks lists the blocks when no target is named. Else it reads all of
// them before the first is changed.
func changeBlocks(ctx context.Context, e *env, f *flags, words []string, change func(*opened, []target) error) error {
	return withBlog(ctx, e, f, func(o *opened) error {
		if len(words) == 0 {
			return o.listBlocks(ctx, e)
		}
		targets, err := o.targets(ctx, f.Name(), words)
		if err != nil {
			return err
		}
		return change(o, targets)
	})
}

// targets reads all that was typed; verb is what is to be done with them.
func (o *opened) targets(ctx context.Context, verb string, words []string) ([]target, error) {
	var targets []target
	for _, word := range words {
		t, err := o.blockTarget(ctx, word)
		if err == nil && verb == "block" && (t.name == o.blog.ActorIRI() || t.name == o.blog.Host()) {
			err = errors.New("that is this blog itself")
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", verb, word, err)
		}
		if !slices.Contains(targets, t) {
			targets = append(targets, t)
		}
	}
	return targets, nil
}

func (o *opened) listBlocks(ctx context.Context, e *env) error {
	blocks, err := o.db.Blocks(ctx)
	if err != nil {
		return fmt.Errorf("list the blocks: %w", err)
	}
	t := table{heading: []string{o.zoned("SINCE"), "BLOCKED", "WHY"}, empty: "Nobody is blocked."}
	for _, b := range blocks {
		t.add(o.day(b.Since), b.Target, b.Note)
	}
	return t.write(e.stdout)
}

// blockTarget reads what a person types for somebody: an actor's address, a
// handle of somebody who has been here, or a domain.
func (o *opened) blockTarget(ctx context.Context, word string) (target, error) {
	switch {
	case strings.Contains(word, "://"):
		return o.actorTarget(ctx, word)
	case strings.Contains(word, "@"):
		a, err := o.db.ActorByHandle(ctx, strings.ToLower(strings.TrimPrefix(word, "@")))
		if errors.Is(err, storage.ErrNotFound) {
			return target{}, errors.New("nobody with this handle has been here; use the actor's address (https://...) or the domain")
		}
		return target{name: a.IRI}, err
	}
	domain, err := blockDomain(word)
	return target{name: domain}, err
}

// actorTarget takes an actor's id or profile page. Of somebody who was never
// here it may be the page alone, which no block would meet; and the address of
// a server without more means the server.
func (o *opened) actorTarget(ctx context.Context, word string) (target, error) {
	u, err := url.Parse(word)
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return target{}, errors.New("is no actor's address; it should look like https://example.com/users/name")
	}
	a, err := o.db.ActorByURL(ctx, word)
	switch {
	case err == nil:
		return target{name: a.IRI}, nil
	case !errors.Is(err, storage.ErrNotFound):
		return target{}, err
	case u.Path == "" || u.Path == "/":
		domain, err := blockDomain(u.Host)
		return target{name: domain}, err
	}
	return target{word, " (nobody with this address has been here yet: it works if this is the actor's id, not only its page)"}, nil
}

// blockDomain is a domain, or an address, with or without a port, as it is kept.
func blockDomain(word string) (string, error) {
	host, port, err := net.SplitHostPort(word)
	if err != nil {
		host, port = word, ""
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		host = addr.String()
	} else if host, err = idna.Lookup.ToASCII(strings.TrimSuffix(strings.ToLower(host), ".")); err != nil || !strings.Contains(host, ".") && host != "localhost" {
		return "", errors.New("is neither an actor's address, nor a handle, nor a domain")
	}
	switch {
	case port == "":
		return host, nil
	case !validPort(port):
		return "", fmt.Errorf("has the port %q; it should be a number", port)
	}
	return net.JoinHostPort(host, port), nil
}
