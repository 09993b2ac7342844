package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"limelight/storage/export"
)

// exportBlog writes the blog into a folder of files that people and other programs
// can read.
func exportBlog(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "export", "FOLDER")
	names, err := f.parse(args, 1)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("export into which folder? (limelight export FOLDER)")
	}
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return err
	}
	source, left, err := c.backupSource(e.getenv)
	if err != nil {
		return err
	}
	for _, key := range left {
		fmt.Fprintf(e.stderr, "not in the export: what %s names, which lies outside of the configuration's folder\n", key)
	}
	bar := newByteMeter(e.stderr)
	m, err := export.Write(ctx, names[0], source, bar.show)
	bar.end()
	switch {
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("stopped; what is in %s is not a whole blog", names[0])
	case errors.Is(err, export.ErrFull):
		return err
	case err != nil:
		return fmt.Errorf("%w\nWhat is in %s is not a whole blog", err, names[0])
	}
	tellExport(e.stdout, names[0], m)
	return nil
}

func tellExport(w io.Writer, dir string, m export.Manifest) {
	rows := map[string]int{}
	for _, t := range m.Tables {
		rows[t.Table] = int(t.Rows)
	}
	fmt.Fprintf(w, "%s: %s, %s, %s, %s\n", dir, plural(len(m.Posts), "post"), plural(int(m.Talk), "comment"), plural(rows["reaction"], "reaction"), plural(rows["follower"], "follower"))
	for _, name := range m.Missing {
		fmt.Fprintf(w, "missing, since not among the media: %s\n", printable(name))
	}
	for _, name := range m.Unnamed {
		fmt.Fprintf(w, "not beside its text, since nobody knows which file it is: %s\n", printable(name))
	}
	if m.Waiting > 0 {
		fmt.Fprintf(w, "%s still to be made, and not in it: the blog that is served here makes them. `limelight backup` takes them along.\n", deliveriesOf(int(m.Waiting))+map[bool]string{true: " is", false: " are"}[m.Waiting == 1])
	}
	fmt.Fprintf(w, "THE BLOG'S PRIVATE KEY IS IN IT (rows/node.jsonl): whoever has that can speak as the blog. So are what was sent to you alone and,\n"+
		"in config, passwords. Publish what is in posts as you like, with the pictures beside the texts, and the rest never: private has the posts that are\n"+
		"drafts, scheduled, local or unlisted, and media has their pictures too.\n")
	fmt.Fprintf(w, "Next: `limelight import %s` where there is no blog yet makes this one again. Stop this one first: two would be one too many.\n", dir)
}
