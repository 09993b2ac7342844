package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"limelight/federation"
	"limelight/storage"
)

const moveUsage = "[out ACCOUNT | in ACCOUNT | cancel [ACCOUNT]]"

// move shows or changes where the blog's account moved to and from. An account
// is a handle (@name@example.com) or the address of a profile.
func move(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "move", moveUsage)
	yes := f.Bool("yes", false, "move out without asking")
	rest, err := f.parse(args, 2)
	if err != nil {
		return err
	}
	verb := strings.Join(rest[:min(len(rest), 1)], "")
	account := strings.Join(rest[min(len(rest), 1):], "")
	if (verb == "out" || verb == "in") && account == "" {
		return usagef("move %s to which account? (limelight move %s)", verb, moveUsage)
	}
	var do func(*opened) error
	switch verb {
	case "":
		do = func(o *opened) error { return o.showMove(ctx, e) }
	case "out":
		do = func(o *opened) error { return o.moveOut(ctx, e, account, *yes) }
	case "in":
		do = func(o *opened) error { return o.moveIn(ctx, e, account) }
	case "cancel":
		do = func(o *opened) error { return o.cancelMove(ctx, e, account) }
	default:
		return usagef("there is no `limelight move %s`, only %s", verb, moveUsage)
	}
	return withBlog(ctx, e, f, do)
}

func (o *opened) showMove(ctx context.Context, e *env) error {
	a, err := o.db.Account(ctx)
	if err != nil {
		return err
	}
	if a.MovedTo == "" {
		fmt.Fprintln(e.stdout, "The blog is here and sends its followers nowhere else.")
	} else {
		fmt.Fprintf(e.stdout, "Followers are sent to %s since %s.\n", a.MovedTo, o.moment(a.Moved))
	}
	for _, k := range a.KnownAs {
		fmt.Fprintf(e.stdout, "It was @%s before (%s), told since %s.\n", k.Handle, k.IRI, o.moment(k.Since))
	}
	return nil
}

func (o *opened) moveOut(ctx context.Context, e *env, account string, sure bool) error {
	n, err := o.federation(ctx)
	if err != nil {
		return err
	}
	to, err := n.MoveTarget(ctx, account)
	if errors.Is(err, federation.ErrUnlisted) {
		return fmt.Errorf("%w: on that account's server, add %s (or @%s) as an alias first, or nobody would follow there",
			err, o.blog.ActorIRI(), o.blog.Acct())
	}
	if err != nil {
		return fmt.Errorf("move out to %w", err)
	}
	if !sure {
		followers, err := o.db.CountFollowers(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stderr, "%s will be sent to %s. Who goes there does not come back by itself, and most servers\ntake no second move for weeks.\n",
			plural(followers, "follower"), to.IRI)
		if err := e.confirm("Type yes to move:", "yes"); err != nil {
			return err
		}
	}
	deliveries, err := o.db.MoveOut(ctx, to.IRI)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "moving to %s: %s to be made (limelight deliveries shows them)\n", to.IRI, deliveriesOf(deliveries))
	return nil
}

func deliveriesOf(n int) string {
	if n == 1 {
		return "1 delivery"
	}
	return fmt.Sprintf("%d deliveries", n)
}

func (o *opened) moveIn(ctx context.Context, e *env, account string) error {
	n, err := o.federation(ctx)
	if err != nil {
		return err
	}
	old, err := n.FindAccount(ctx, account)
	if err != nil {
		return fmt.Errorf("move in from %w", err)
	}
	added, err := o.db.AddKnownAs(ctx, storage.KnownAs{IRI: old.IRI, Handle: old.Handle})
	if err != nil {
		return err
	}
	if !added {
		fmt.Fprintf(e.stdout, "%s is told as an account of before already\n", old.IRI)
		return nil
	}
	fmt.Fprintf(e.stdout, "%s is told as an account of before; now move there to @%s (%s)\n", old.IRI, o.blog.Acct(), o.blog.ActorIRI())
	return nil
}

func (o *opened) cancelMove(ctx context.Context, e *env, account string) error {
	if account != "" {
		err := o.db.RemoveKnownAs(ctx, strings.TrimPrefix(account, "@"))
		if errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("cancel %s: it is not told as an account of before; `limelight move` lists them", account)
		}
		if err == nil {
			fmt.Fprintf(e.stdout, "%s is not told any more\n", account)
		}
		return err
	}
	deliveries, err := o.db.CancelMove(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		return errors.New("the blog has not moved; there is nothing to cancel")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "the move is cancelled: %s to be told; followers who left stay away\n", plural(deliveries, "server"))
	return nil
}

// federation is the blog's node for a question that only another server can
// answer; asking is all that a command does with it.
func (o *opened) federation(ctx context.Context) (*federation.Node, error) {
	row, err := o.db.Node(ctx)
	if err != nil {
		return nil, err
	}
	return o.config.federation(ctx, o.blog, o.db, row, slog.New(slog.DiscardHandler))
}

// warnOfAbsence tells who publishes that not everybody hears of it any more.
func (o *opened) warnOfAbsence(ctx context.Context, e *env) error {
	a, err := o.db.Account(ctx)
	switch {
	case err != nil:
		return err
	case !a.Leaving.IsZero():
		fmt.Fprintf(e.stderr, "note: this blog left the fediverse on %s; the post is on this site and in its feeds only\n", o.moment(a.Leaving))
	case a.MovedTo != "":
		fmt.Fprintf(e.stderr, "note: since %s this blog sends its followers to %s; who went there will not see this (limelight move)\n", o.moment(a.Moved), a.MovedTo)
	}
	return nil
}
