package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"limelight/blog/bring"
	"limelight/federation/archive"
	"limelight/feed/read"
	"limelight/storage"
	"limelight/storage/export"
)

// kinds are what import can read, as -from names them.
var kinds = []string{"export", "hugo", "jekyll", "wordpress", "mastodon", "feed"}

// importing is what was asked for.
type importing struct {
	path     string
	from     string // one of kinds; empty means to look
	announce bool
	replies  bool
	offline  bool
	json     bool
	files    string
}

// importBlog brings a blog here that another program kept, or this one.
func importBlog(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "import", "FOLDER|FILE|URL")
	var i importing
	f.StringVar(&i.from, "from", "", "what it is: "+strings.Join(kinds, ", ")+"; found out when it is not said")
	f.BoolVar(&i.announce, "announce", false, "deliver every post to the followers; else nothing is delivered")
	f.BoolVar(&i.replies, "replies", false, "of Mastodon: also what answered others")
	f.BoolVar(&i.offline, "offline", false, "fetch no pictures from other servers")
	f.StringVar(&i.files, "files", "", "a `FOLDER` with a copy of the old site's files, such as the one that has wp-content in it:\npictures are looked for there first")
	f.BoolVar(&i.json, "json", false, "write the report as JSON")
	names, err := f.parse(args, 1)
	switch {
	case err != nil:
		return err
	case len(names) == 0:
		return usagef("import what? (limelight import FOLDER|FILE|URL)")
	case i.from != "" && !slices.Contains(kinds, i.from):
		return usagef("-from is %q; it may be %s", i.from, strings.Join(kinds, ", "))
	}
	i.path = names[0]
	if i.isExport() {
		if i.announce || i.replies || i.offline || i.json || i.files != "" {
			return usagef("a folder of `limelight export` comes as it is: -announce, -replies, -offline, -files and -json are for other programs' blogs")
		}
		return importExport(ctx, e, f, i.path)
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		b, err := o.newBringing(ctx, e, i)
		if err != nil {
			return err
		}
		defer b.close()
		return b.run(ctx)
	})
}

func (i importing) isExport() bool {
	if i.from != "" || i.isURL() {
		return i.from == "export"
	}
	_, err := os.Stat(filepath.Join(i.path, export.ManifestName))
	return err == nil
}

func (i importing) isURL() bool {
	return strings.HasPrefix(i.path, "https://") || strings.HasPrefix(i.path, "http://")
}

// importExport makes a blog of what `limelight export` wrote, where there is none.
func importExport(ctx context.Context, e *env, f *flags, dir string) error {
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return err
	}
	target := c.storage()
	bar := newByteMeter(e.stderr)
	m, found, err := export.Read(ctx, dir, target, bar.show)
	bar.end()
	switch {
	case err != nil && ctx.Err() != nil:
		return errors.New("stopped; nothing was imported")
	case err != nil && !errors.Is(err, storage.ErrNotEmpty) && !errors.Is(err, storage.ErrInUse):
		return fmt.Errorf("%w\nNothing was imported", err)
	case err != nil:
		return fmt.Errorf("%w\nNothing was imported: an export makes the same blog again, with its ids and its key, where there is none yet.\nInto a blog that is here already its posts come by `limelight publish %s`, and those that are not for everybody from %s", err, filepath.Join(dir, "posts"), filepath.Join(dir, "private"))
	}
	fmt.Fprintf(e.stdout, "%s, as it was on %s, by limelight %s: %s, %s, %s of media\n", printable(m.BaseURL), inUTC(m.Made), printable(m.Program),
		plural(int(found.Posts), "post"), plural(int(found.Talk), "comment"), plural(len(found.Media)+len(found.Avatars), "file"))
	fmt.Fprintf(e.stdout, "imported: %s and %s\n", target.Name(), target.Media)
	changed, err := export.Changed(dir, m)
	if err != nil {
		return err
	}
	for _, name := range changed {
		fmt.Fprintf(e.stdout, "changed since the export, which does not come along: %s\n", printable(name))
	}
	if len(changed) > 0 {
		fmt.Fprintf(e.stdout, "`limelight publish FILE` takes such a change over, and tells the followers of it.\n")
	}
	if c.file == "" {
		fmt.Fprintf(e.stdout, "Its configuration is in %s: copy that here.\n", filepath.Join(dir, "config"))
	}
	fmt.Fprintln(e.stdout, "Next: see that the old server is stopped and stays so, then start `limelight serve` with the same server.base_url.")
	return nil
}

// open reads what is to be brought. close, which may be nil, is for afterwards.
func (i importing) open(ctx context.Context, fetch *fetcher, zone *time.Location) (source *bring.Source, close func() error, err error) {
	opts := bring.Options{Timezone: zone}
	if i.isURL() {
		if fetch == nil {
			return nil, nil, usagef("-offline, and %s is at another server", i.path)
		}
		data, at, err := fetch.node.FetchFeed(ctx, i.path, read.MaxFeed)
		if err != nil {
			return nil, nil, err
		}
		source, err = read.Read(bytes.NewReader(data), at, opts)
		return source, nil, i.explain(err)
	}
	info, err := os.Stat(i.path)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() && !bring.IsArchive(i.path) {
		if !info.Mode().IsRegular() {
			return nil, nil, fmt.Errorf("%s is no plain file", i.path)
		}
		file, err := os.Open(i.path)
		if err != nil {
			return nil, nil, err
		}
		defer file.Close()
		source, err = read.Read(file, "", opts)
		return source, nil, i.explain(err)
	}
	files, close, err := bring.Open(ctx, i.path)
	if err != nil {
		return nil, nil, err
	}
	source, err = i.folder(files, opts)
	if err != nil {
		return nil, nil, errors.Join(i.explain(err), close())
	}
	return source, close, nil
}

// folder reads what a folder has: what -from says, or what it looks like.
func (i importing) folder(files fs.FS, opts bring.Options) (*bring.Source, error) {
	switch {
	case i.from == "hugo", i.from == "" && bring.IsHugo(files):
		return bring.Hugo(files, opts)
	case i.from == "jekyll", i.from == "" && bring.IsJekyll(files):
		return bring.Jekyll(files, opts)
	case i.from == "mastodon", i.from == "" && archive.Is(files):
		return archive.Read(files, archive.Options{Replies: i.replies})
	}
	return nil, errors.New("it is not known what this is: a Hugo site has content/ and a configuration, a Jekyll site _posts/, an archive of Mastodon outbox.json. Plain Markdown comes by `limelight publish`")
}

func (i importing) explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", i.path, err)
}
