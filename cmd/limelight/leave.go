package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"limelight/storage"
)

// deleteActor takes the blog out of the fediverse. It asks for the handle,
// since there is no way back.
func deleteActor(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "delete-actor", "")
	confirmed := f.String("confirm", "", "the blog's `HANDLE`, for scripts, in place of typing it")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		a, err := o.db.Account(ctx)
		if err != nil {
			return err
		}
		if !a.Leaving.IsZero() {
			return o.showLeaving(ctx, e, a)
		}
		handle := "@" + o.blog.Acct()
		if *confirmed == "" {
			fmt.Fprint(e.stderr, "This takes the blog out of the fediverse for good: every server that knows it is told to delete the account,\n"+
				"with all its posts there, and nobody can follow it again under this address.\n"+
				"IT CANNOT BE UNDONE. Pages and feeds here stay as they are.\n")
			if err := e.confirm("Type "+handle+" to delete the account:", handle); err != nil {
				return err
			}
		} else if strings.TrimPrefix(*confirmed, "@") != o.blog.Acct() {
			return fmt.Errorf("the handle is %s, not %s; nothing was changed", handle, *confirmed)
		}
		deliveries, err := o.db.DeleteActor(ctx)
		if errors.Is(err, storage.ErrLeft) {
			return errors.New("the account is deleted already")
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s is deleted, %s to be told. Keep `limelight serve` running until then: they ask for the key once more.\n",
			handle, plural(deliveries, "server"))
		return nil
	})
}

func (o *opened) showLeaving(ctx context.Context, e *env, a storage.Account) error {
	if !a.Gone.IsZero() {
		fmt.Fprintf(e.stdout, "The account was deleted %s; since %s it is gone.\n", o.day(a.Leaving), o.moment(a.Gone))
		return nil
	}
	left, err := o.db.Untold(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "The account was deleted %s; %s to be told yet, until %s at most.\n",
		o.day(a.Leaving), plural(left, "server"), o.moment(a.Leaving.Add(storage.LeaveWindow)))
	return nil
}
