package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"limelight/storage"
	"limelight/storage/backup"
)

// backUp writes everything of the blog into one archive.
func backUp(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "backup", "FILE|-")
	force := f.Bool("force", false, "overwrite FILE")
	names, err := f.parse(args, 1)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("back up into which file? (limelight backup FILE, or - for standard output)")
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
		fmt.Fprintf(e.stderr, "not in the archive: what %s names, which lies outside of the configuration's folder\n", key)
	}
	if names[0] == "-" {
		return backUpTo(ctx, e, source)
	}
	bar := newByteMeter(e.stderr)
	m, err := backup.WriteFile(ctx, names[0], source, backup.How{Overwrite: *force}, bar.show)
	bar.end()
	switch {
	case ctx.Err() != nil:
		return errors.New("stopped; no archive was written")
	case errors.Is(err, backup.ErrThere):
		return fmt.Errorf("%w; -force overwrites it", err)
	case err != nil:
		return err
	}
	info, err := os.Stat(names[0])
	if err != nil {
		return err
	}
	tellMissing(e.stderr, m)
	fmt.Fprintf(e.stdout, "%s: %s in %s, for the owner's eyes only: the blog's private key is in it\n", names[0], plural(len(m.Members), "file"), sizeOf(info.Size()))
	fmt.Fprintf(e.stdout, "Keep a copy on another machine. `limelight check %s` reads it through; `limelight restore` takes it out again.\n", names[0])
	return nil
}

// backUpTo is for pipes: what it says goes to stderr.
func backUpTo(ctx context.Context, e *env, source backup.Source) error {
	if isTerminal(e.stdout) {
		return usagef("an archive is nothing to look at; send it somewhere: limelight backup - > blog.tar.gz")
	}
	bar := newByteMeter(e.stderr)
	m, err := backup.Write(ctx, e.stdout, source.Scratch(), source, bar.show)
	bar.end()
	if err != nil {
		return err
	}
	tellMissing(e.stderr, m)
	fmt.Fprintf(e.stderr, "%s, %s before they were packed; the blog's private key is among them\n", plural(len(m.Members), "file"), sizeOf(m.Size()))
	return nil
}

func tellMissing(w io.Writer, m backup.Manifest) {
	if n := len(m.Missing); n > 0 {
		fmt.Fprintf(w, "not in the archive, since not in the folder of media: %s that posts or comments show, such as %s\n", plural(n, "file"), printable(m.Missing[0]))
	}
}

// backupSource is all there is of the blog, and the settings whose files are
// somewhere else.
func (c *Config) backupSource(getenv func(string) string) (s backup.Source, left []string, err error) {
	s = backup.Source{Storage: c.storage()}
	for _, setting := range settings(c) {
		if getenv(setting.envName()) != "" {
			s.Environment = append(s.Environment, setting.envName())
		}
	}
	if c.file == "" {
		return s, nil, nil
	}
	s.Config = []backup.File{{Name: backup.ConfigName, Path: c.file}}
	added := map[string]bool{backup.ConfigName: true} // two settings may name one file, each in its way
	for _, named := range []struct{ key, path string }{
		{"blog.avatar", c.Blog.Avatar}, {"blog.header", c.Blog.Header}, {"blog.about", c.Blog.About},
		{"blog.blogroll", c.Blog.Blogroll}, {"server.tls_cert", c.Server.TLSCert}, {"server.tls_key", c.Server.TLSKey},
		{"web.logo", c.Web.Logo}, {"web.theme", c.Web.Theme}, {"feed.podcast_cover", c.Feed.PodcastCover},
		{"storage.s3_secret_key", secretFile(c.Storage.S3SecretKey)},
		{"notify.smtp_password", secretFile(c.Notify.SMTPPass)}, {"notify.webhook_secret", secretFile(c.Notify.HookSecret)}, {"notify.ntfy_token", secretFile(c.Notify.NtfyToken)},
	} {
		switch {
		case named.path == "":
			continue
		case !filepath.IsLocal(named.path):
			left = append(left, named.key)
			continue
		}
		files, err := backup.ConfigFiles(c.dir, named.path)
		if err != nil {
			return s, nil, fmt.Errorf("%s: %s: %w", c.where(named.key), named.key, err)
		}
		for _, f := range files {
			if !added[f.Name] {
				added[f.Name], s.Config = true, append(s.Config, f)
			}
		}
	}
	return s, left, nil
}

// checkBackup reads an archive through.
func checkBackup(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "check", "FILE")
	names, err := f.parse(args, 1)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("check which archive? (limelight check FILE)")
	}
	bar := newByteMeter(e.stderr)
	a, err := backup.Open(ctx, names[0], bar.show)
	var found storage.Contents
	if err == nil {
		found, err = a.Check(ctx, filepath.Dir(names[0]))
	}
	bar.end()
	if err != nil {
		return err
	}
	tellArchive(e.stdout, a, found)
	tellMissing(e.stderr, a.Manifest)
	fmt.Fprintln(e.stdout, "It is whole and sound.")
	return nil
}

func tellArchive(w io.Writer, a *backup.Archive, c storage.Contents) {
	fmt.Fprintf(w, "%s, as it was on %s, by limelight %s (schema %d, %s)\n", printable(c.BaseURL), inUTC(a.Made), printable(a.Program), a.Schema, printable(a.Engine))
	fmt.Fprintf(w, "%s, %s, %s to be made, %s of media\n", plural(int(c.Posts), "post"), plural(int(c.Talk), "comment"), deliveriesOf(int(c.Waiting)), plural(len(c.Media)+len(c.Avatars), "file"))
}

// sizeOf is bytes for people.
func sizeOf(n int64) string {
	const kilo = 1000
	if n < kilo {
		return plural(int(n), "byte")
	}
	size, units := float64(n), "kMGT"
	at := -1
	for size >= kilo && at < len(units)-1 {
		size, at = size/kilo, at+1
	}
	return fmt.Sprintf("%.1f %cB", size, units[at])
}
