package main

import (
	"context"
	"fmt"
	"os"

	"limelight/blog"
)

// saveAttached stores what a post brings along, durably: all of all posts before
// the first is published, so that a disk that is full, or a bucket that is away,
// leaves everything as it was.
func (o *opened) saveAttached(ctx context.Context, d draft) error {
	for _, m := range d.Media {
		if err := o.db.SaveMedia(ctx, m.Name, m.Data); err != nil {
			return fmt.Errorf("save %s: %w", m.Name, err)
		}
	}
	return o.saveFiles(ctx, d)
}

// saveFiles copies audio and video that lie beside a post to the media. Their
// folder is opened once more: between reading all posts and publishing the
// first one there may be thousands.
func (o *opened) saveFiles(ctx context.Context, d draft) error {
	if len(d.Files) == 0 {
		return nil
	}
	folder, err := os.OpenRoot(d.folder)
	if err != nil {
		return err
	}
	defer folder.Close()
	for _, f := range d.Files {
		if err := o.saveFile(ctx, folder, f); err != nil {
			return fmt.Errorf("save %s: %w", f.Path, err)
		}
	}
	return nil
}

func (o *opened) saveFile(ctx context.Context, folder *os.Root, f blog.SourceFile) error {
	file, err := folder.Open(f.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	return o.db.SaveMediaFrom(ctx, f.Name, f.Size, f.Checked(file))
}
