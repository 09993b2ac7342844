package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"limelight/federation"
	"limelight/storage"
)

func rotateKey(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "rotate-key", "")
	again := f.Bool("again", false, "even if the last rotation is less than seven days ago; servers that were away since may lose the blog")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		key, err := federation.NewKey() // before the transaction: it takes its time
		if err != nil {
			return err
		}
		a, deliveries, err := o.db.RotateKey(ctx, key, storage.RotateOptions{Again: *again})
		if errors.Is(err, storage.ErrRotated) {
			return fmt.Errorf("%w, and servers that were away may not know the present one yet; wait, or use -again", err)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "new key: %s#%s, %s to be told\n", o.blog.ActorIRI(), a.Key.Name, plural(deliveries, "server"))
		fmt.Fprintf(e.stdout, "The one before is kept until %s, for servers that have not heard of it. A running server takes it over by itself.\n",
			o.moment(a.Rotated.Add(storage.KeyWindow).Truncate(time.Minute)))
		return nil
	})
}
