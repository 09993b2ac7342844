package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"limelight/blog"
	"limelight/blog/bring"
	"limelight/federation"
	"limelight/storage"
	"limelight/storage/backup"
)

const maxWriter = 100 // characters of a commenter's name

// bringing is an import on its way into the blog.
type bringing struct {
	*opened
	env    *env
	what   importing
	source *bring.Source
	fetch  *fetcher // nil when nothing is fetched
	closes []func() error
	report report
}

func (o *opened) newBringing(ctx context.Context, e *env, i importing) (*bringing, error) {
	b := &bringing{opened: o, env: e, what: i}
	if !i.offline {
		node, err := o.federation(ctx)
		if err != nil {
			return nil, err
		}
		b.fetch = &fetcher{node: node, silent: map[string]int{}}
	}
	source, done, err := i.open(ctx, b.fetch, o.zone)
	if err != nil {
		return nil, err
	}
	if done != nil {
		b.closes = append(b.closes, done)
	}
	b.source = source
	if i.files != "" && source.Files != nil {
		b.close()
		return nil, usagef("-files is for WordPress and feeds; %s has its pictures in it, and they are looked for nowhere else", source.Kind)
	}
	if i.files != "" {
		root, err := os.OpenRoot(i.files)
		if err != nil {
			b.close()
			return nil, err
		}
		b.closes = append(b.closes, root.Close)
		source.Files = root.FS()
		for _, p := range source.Posts {
			p.Roots = []string{"."}
		}
	}
	return b, nil
}

func (b *bringing) close() {
	for _, end := range b.closes {
		_ = end() // what was read is read
	}
}

// run brings one post after the other; each is whole or not there at all, so that
// it can be stopped at any time and begun again.
func (b *bringing) run(ctx context.Context) error {
	b.report = report{Source: b.source.Name, Kind: b.source.Kind, Notes: b.source.Notes}
	bar := newByteMeter(b.env.stderr)
	var failed error
	for n, p := range b.source.Posts {
		bar.show(backup.Progress{Doing: "bringing the posts", Done: int64(n), Total: int64(len(b.source.Posts))})
		line, err := b.post(ctx, p)
		if ctx.Err() != nil {
			b.report.Stopped = true
			break
		}
		if err != nil {
			failed = fmt.Errorf("%s: %w", p.Name, err)
			break
		}
		b.report.Posts = append(b.report.Posts, line)
	}
	bar.end()
	if err := b.report.write(b.env.stdout, b.what.json); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return fmt.Errorf("%w\nWhat came before is here; run it again to go on", failed)
	case b.report.Stopped:
		return errors.New("stopped; run it again to go on")
	}
	return nil
}

// post brings one post. An error is about the blog here; what is wrong with the
// post is in the report.
func (b *bringing) post(ctx context.Context, p *bring.Post) (reportPost, error) {
	line := reportPost{ID: p.ID, Name: p.Name, Notes: p.Notes}
	if p.Left != "" {
		line.Outcome, line.Reason = "left", p.Left
		return line, nil
	}
	known, err := b.db.WasBrought(ctx, b.source.Name, p.ID)
	if err != nil {
		return line, err
	}
	in := storage.Brought{Source: b.source.Name, ID: p.ID, Paths: b.paths(p), Comments: keptComments(p), Announce: b.what.announce}
	if !known {
		composed, err := b.compose(ctx, p)
		if err != nil {
			line.Outcome, line.Reason, line.Notes = "failed", err.Error(), p.Notes
			return line, nil
		}
		if ctx.Err() != nil { // pictures may be missing for no other reason
			return line, ctx.Err()
		}
		if err := b.save(ctx, composed); err != nil {
			return line, err
		}
		in.Post, line.Media = composed.Post, len(composed.Media)+len(composed.Files)
	}
	done, err := b.db.Bring(ctx, in)
	if err != nil {
		return line, err
	}
	line.Outcome, line.Notes = string(done.Outcome), p.Notes
	line.Slug, line.URL, line.Status, line.Comments, line.OldPaths = done.Post.Slug, b.blog.PostURL(done.Post.Slug), string(done.Post.Status), done.Comments, in.Paths
	if !known && done.Post.Slug != in.Post.Slug {
		line.Notes = append(line.Notes, fmt.Sprintf("another post has the slug %s, so it is %s here", in.Post.Slug, done.Post.Slug))
	}
	return line, nil
}

func (b *bringing) compose(ctx context.Context, p *bring.Post) (blog.Composed, error) {
	var fetch bring.Fetch
	if b.fetch != nil {
		fetch = func(address string) ([]byte, error) { return b.fetch.picture(ctx, address) }
	}
	return b.source.Compose(p, fetch, bring.Options{Timezone: b.zone})
}

// save stores what a post brings along, durably, before the row that names it.
func (b *bringing) save(ctx context.Context, c blog.Composed) error {
	for _, m := range c.Media {
		if err := b.db.SaveMedia(ctx, m.Name, m.Data); err != nil {
			return fmt.Errorf("save %s: %w", m.Name, err)
		}
	}
	for _, f := range c.Files {
		file, err := b.source.Files.Open(f.Path)
		if err != nil {
			return fmt.Errorf("save %s: %w", f.Path, err)
		}
		err = b.db.SaveMediaFrom(ctx, f.Name, f.Size, f.Checked(file))
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("save %s: %w", f.Path, err)
		}
	}
	return nil
}

// paths are the addresses from before, where they mean this post here too.
func (b *bringing) paths(p *bring.Post) []string {
	if b.source.Host != "" && b.source.Host != b.blog.Host() {
		return nil
	}
	return p.Paths
}

// keptComments are the comments as they are kept, a stranger's HTML made safe.
func keptComments(p *bring.Post) (out []blog.Comment) {
	for _, c := range p.Comments {
		html := blog.SafeHTML(c.HTML)
		state, reason := blog.Shown, ""
		if c.Held {
			state, reason = blog.Held, "it waited there too"
		}
		out = append(out, blog.Comment{
			IRI: c.ID, ParentIRI: c.Answers, Author: blog.Actor{IRI: c.Writer, Name: blog.Excerpt(c.Name, maxWriter), URL: c.URL},
			HTML: html, Text: blog.PlainText(html), Raw: c.HTML, State: state, Reason: reason, Published: c.Published,
		})
	}
	return out
}

// maxSilent is how often in a row a host may fail to answer before the rest of its
// pictures are not asked for any more.
const maxSilent = 4

// fetcher gets pictures from other servers, one after the other.
type fetcher struct {
	node   *federation.Node
	silent map[string]int // by host: times in a row without an answer
}

func (f *fetcher) picture(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if f.silent[u.Host] >= maxSilent {
		return nil, fmt.Errorf("%s did not answer %d times, and was asked no more", u.Host, maxSilent)
	}
	data, err := f.node.FetchPicture(ctx, address)
	var status *federation.StatusError
	switch {
	case err == nil, errors.As(err, &status):
		f.silent[u.Host] = 0
	case federation.Temporary(err):
		f.silent[u.Host]++
	}
	if err != nil { // the address stands before it
		return nil, errors.New(strings.TrimPrefix(err.Error(), fmt.Sprintf("get the image %.300s: ", address)))
	}
	return data, nil
}
