package main

import (
	"context"
	"fmt"
	"strings"

	"limelight/blog"
)

// commentHistory prints what a comment said before it was edited, the oldest
// first, and what it says now.
func commentHistory(ctx context.Context, e *env, f *flags, words []string) error {
	if len(words) != 2 {
		return usagef("history of which comment? `limelight comments` lists their ids")
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		c, err := o.commentNamed(ctx, words[1])
		if err != nil {
			return err
		}
		versions, err := o.db.CommentVersions(ctx, c.ID)
		if err != nil {
			return fmt.Errorf("list what comment %d said: %w", c.ID, err)
		}
		since := c.Published
		if !c.Edited.IsZero() {
			since = c.Edited
		}
		for _, v := range append(versions, blog.Version{Since: since, Text: c.Text, Warning: c.Warning}) {
			fmt.Fprintf(e.stdout, "%s\n", o.moment(v.Since))
			if v.Warning != "" {
				fmt.Fprintf(e.stdout, "  [%s]\n", printable(v.Warning))
			}
			for line := range strings.SplitSeq(v.Text, "\n") {
				fmt.Fprintf(e.stdout, "  %s\n", printable(line))
			}
		}
		return nil
	})
}
