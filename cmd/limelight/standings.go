package main

import (
	"context"
	"errors"
	"fmt"

	"limelight/blog"
	"limelight/storage"
)

// standings are the verbs of `limelight comments` about people, with what they
// make of them; usual takes the decision back.
var standings = map[string]struct {
	level blog.Level
	done  string
}{
	"always": {blog.Always, "always shown at once"},
	"ask":    {blog.Ask, "shown only when you approve it"},
	"usual":  {"", "treated like everybody again"},
}

func isStanding(verb string) bool {
	_, ok := standings[verb]
	return ok
}

// decideStandings decides about all comments of somebody or of a server. With
// nobody named it lists such decisions.
func decideStandings(ctx context.Context, e *env, f *flags, words []string) error {
	verb := words[0]
	return withBlog(ctx, e, f, func(o *opened) error {
		if len(words) == 1 {
			return o.listStandings(ctx, e)
		}
		targets, err := o.targets(ctx, verb, words[1:])
		if err != nil {
			return err
		}
		for _, t := range targets {
			err := o.db.SetStanding(ctx, blog.Standing{Target: t.name, Level: standings[verb].level})
			if errors.Is(err, storage.ErrNotFound) {
				return fmt.Errorf("nothing was decided about %s; `limelight comments always` lists about whom", t.name)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(e.stdout, "%s: %s%s\n", t.name, standings[verb].done, t.doubt)
		}
		return nil
	})
}

func (o *opened) listStandings(ctx context.Context, e *env) error {
	all, err := o.db.Standings(ctx)
	if err != nil {
		return fmt.Errorf("list about whom was decided: %w", err)
	}
	t := table{heading: []string{o.zoned("SINCE"), "COMMENTS", "WHO", "WHY"}, empty: "Nothing was decided about anybody."}
	for _, s := range all {
		t.add(o.day(s.Since), string(s.Level), s.Target, s.Note)
	}
	return t.write(e.stdout)
}
