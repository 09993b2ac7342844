package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"limelight/storage"
)

const copyUsage = "[-to DATABASE] [-media FOLDER|s3://BUCKET/PREFIX]"

// copyBlog moves a blog between SQLite and PostgreSQL, and its media between a
// folder and a bucket.
func copyBlog(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "copy", "")
	to := f.String("to", "", "the empty `DATABASE` to copy into: postgres://user:password@db.example.com:5432/limelight, or a new file of SQLite.\nA password need not stand here: PGPASSWORD and ~/.pgpass are looked at too")
	media := f.String("media", "", "the `PLACE` to copy the media to: a folder, or s3://bucket/prefix at the server that the settings storage.s3_... name.\nWhat is there already is compared and stays")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	if *to == "" && *media == "" {
		return usagef("copy where? (limelight copy -to postgres://..., limelight copy -media s3://bucket)")
	}
	if err := storage.CheckDatabase(*to); *to != "" && err != nil {
		return usagef("-to %v", err)
	}
	if err := storage.CheckMedia(*media); *media != "" && err != nil {
		return usagef("-media %v", err)
	}
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return err
	}
	if *media != "" { // first: it may be done again
		if err := copyMedia(ctx, e, c, *media); err != nil {
			return err
		}
	}
	if *to != "" {
		return copyDatabase(ctx, e, c, *to, *media)
	}
	return nil
}

func copyDatabase(ctx context.Context, e *env, c *Config, to, media string) error {
	from, target := c.storage(), c.storageAt(to)
	bar := newProgress(e.stderr)
	n, err := storage.Copy(ctx, from, target, func(at storage.Copying) { bar.show(at.Table, at.Rows, at.Total) })
	bar.end()
	switch {
	case errors.Is(err, storage.ErrInUse):
		return fmt.Errorf("%w; stop it first: what it takes in while it is copied would be lost", err)
	case err != nil:
		return fmt.Errorf("%w\nNo row was copied, and nothing changed in %s", err, from.Name())
	}
	fmt.Fprintf(e.stdout, "copied: %s, each read back and the same, from %s to %s\n", plural(int(n), "row"), from.Name(), target.Name())
	fmt.Fprintf(e.stdout, "Next: name that database in storage.database and start `limelight serve`.")
	if media == "" {
		fmt.Fprintf(e.stdout, " Images stay in %s.", target.Media)
	}
	fmt.Fprintf(e.stdout, "\nDo not serve %s any more: it would be the same blog twice. Keep it until you are sure.\n", from.Name())
	return nil
}

// copyMedia needs the whole configuration of a bucket, also where the media do
// not lie in one yet.
func copyMedia(ctx context.Context, e *env, c *Config, place string) error {
	if err := c.readS3Key(place); err != nil {
		return err
	}
	from, target := c.storage(), c.storage()
	target.Media = c.mediaPath(place)
	if from.Media == target.Media {
		return usagef("-media %s is where the media are", place)
	}
	bar := newProgress(e.stderr)
	done, err := storage.CopyMedia(ctx, from, target, func(at storage.MediaCopied) { bar.show("files", int64(at.Files), int64(at.Total)) })
	bar.end()
	if err != nil {
		return fmt.Errorf("%w\nNothing changed in %s, and %s of %d had come over; do it again to go on", err, from.Media, plural(done.Files, "file"), done.Total)
	}
	fmt.Fprintf(e.stdout, "media: %s of %d bytes, %d copied now, each compared and the same, from %s to %s\n",
		plural(done.Files, "file"), done.Bytes, done.Copied, from.Media, target.Media)
	fmt.Fprintf(e.stdout, "Next: set storage.media = %q. What comes in until all nodes have it is brought over by the same command.\n", place)
	return nil
}

// progress is one line on a terminal that is written anew; elsewhere nothing.
type progress struct {
	out   io.Writer // nil where nobody watches
	last  time.Time
	shown int // letters of the line
}

const (
	progressPeriod = 100 * time.Millisecond
	progressWidth  = 24 // of the bar
)

func newProgress(w io.Writer) *progress {
	if file, ok := w.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &progress{out: w}
		}
	}
	return &progress{}
}

func (p *progress) show(what string, done, total int64) {
	if p.out == nil || total <= 0 || done < total && time.Since(p.last) < progressPeriod {
		return
	}
	p.last = time.Now()
	full := int(done * progressWidth / total)
	line := fmt.Sprintf("[%s%s] %d of %d  %s", strings.Repeat("=", full), strings.Repeat(" ", progressWidth-full), done, total, what)
	fmt.Fprintf(p.out, "\r%-*s", p.shown, line)
	p.shown = len(line)
}

// end leaves the line as it is.
func (p *progress) end() {
	if p.out != nil && p.shown > 0 {
		fmt.Fprintln(p.out)
	}
}
