package main

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// renamedFile is one that has another slug than before.
type renamedFile struct{ path, old, slug string }

// tellRenamed warns of posts that no file has any more, since theirs has another
// slug. Slugs that were passed from file to file leave none behind.
func (c *contentFolder) tellRenamed(w walked) {
	for _, r := range c.renamed {
		if c.holder(r.old, "", w) == "" {
			c.log.Warn("a file has another slug than before, which made another post; the old one stays until you say `limelight unpublish "+r.old+"`", "file", r.path, "slug", r.slug)
		}
	}
	c.renamed = nil
}

// rival is another file that has the slug, by what it says now: one that passed it
// on, and was not looked at since, has it no more. fresh means that it was written a
// moment ago, and may yet.
func (c *contentFolder) rival(root, slug, besides string, w walked) (other string, fresh bool) {
	for name := range c.bySlug[slug] {
		info, there := w.files[name]
		if !there || name == besides {
			continue
		}
		if isFresh(info.ModTime()) {
			return "", true
		}
		f := c.known[name]
		own := slices.IndexFunc(f.Sources, func(s storage.ContentSource) bool { return s.Name == "" })
		same := own >= 0 && f.State == storage.ContentTaken && sourceOf("", info, f.Sources[own].Digest) == f.Sources[own]
		if same || c.slugNow(filepath.Join(root, filepath.FromSlash(name)), slug) == slug {
			return name, false
		}
	}
	return "", false
}

// slugNow is the slug of a file as it is now. With something wrong with it it is as
// before.
func (c *contentFolder) slugNow(file, before string) string {
	folder, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return before
	}
	defer folder.Close()
	read := &sources{folder: folder, own: path.Base(filepath.ToSlash(file))}
	data, err := read.readOwn(blog.MaxSource)
	if err != nil || !blog.StartsFrontMatter(data) {
		return before
	}
	d, err := composeFile(file, data, blog.ComposeOptions{Timezone: c.zone, Now: time.Now(), ReadFile: read.readFile, Open: read.open})
	if err != nil {
		return before
	}
	return d.Post.Slug
}
