package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"limelight/storage/backup"
)

const (
	backupStamp      = "20060102T150405Z"
	backupRetry      = 15 * time.Minute // after one failed, unless backup.every is less
	backupPoll       = time.Minute      // between two looks at the clock, which may be put right
	backupFolderMode = 0o700
)

// scheduledName is the name of a backup that serve made. Nothing else in the
// folder is ever removed.
var scheduledName = regexp.MustCompile(`^limelight-([0-9]{8}T[0-9]{6}Z)\.tar\.gz$`)

// backUpRegularly makes a backup whenever the newest in the folder is older than
// backup.every, whoever made that: another node, or this one before it was
// started again.
func (n *node) backUpRegularly(ctx context.Context) {
	folder := n.config.path(n.config.Backup.Folder)
	if folder == "" {
		<-ctx.Done()
		return
	}
	every, _ := time.ParseDuration(n.config.Backup.Every) // validate has seen it
	var failed time.Time
	for ctx.Err() == nil {
		now := time.Now()
		due := !now.Before(newestBackup(folder).Add(every)) && now.Sub(failed) >= min(every, backupRetry)
		if due {
			if err := n.backUpNow(ctx, folder, now); err != nil && ctx.Err() == nil {
				failed = now
				n.log.Error("the backup failed; is there room, and may limelight write there? It is tried again in a while", "folder", folder, "err", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(every, backupPoll)):
		}
	}
}

// backUpNow makes one backup, checks it, and only then removes the oldest.
func (n *node) backUpNow(ctx context.Context, folder string, now time.Time) error {
	if err := os.MkdirAll(folder, backupFolderMode); err != nil {
		return err
	}
	backup.Sweep(folder)
	source, left, err := n.config.backupSource(os.Getenv)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "limelight-"+now.UTC().Format(backupStamp)+".tar.gz")
	m, err := backup.WriteFile(ctx, path, source, backup.How{Verify: true}, func(backup.Progress) {})
	if err != nil {
		return err
	}
	if len(m.Missing) > 0 {
		n.log.Warn("files that posts or comments show are not in the folder of media, so not in the backup", "files", len(m.Missing), "first", m.Missing[0])
	}
	n.log.Info("backed up", "file", path, "files", len(m.Members), "bytes", m.Size(), "took", time.Since(now).Round(time.Millisecond), "left_out", left)
	return pruneBackups(folder, n.config.Backup.Keep)
}

// scheduledBackups are the backups in the folder, the oldest first.
func scheduledBackups(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && scheduledName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// newestBackup is when the last backup was made; the zero time before the first.
// One from the future, of a clock that was wrong, counts for nothing.
func newestBackup(folder string) time.Time {
	names, _ := scheduledBackups(folder) // the backup that follows says what is wrong
	for _, name := range slices.Backward(names) {
		at, err := time.Parse(backupStamp, scheduledName.FindStringSubmatch(name)[1])
		if err == nil && !at.After(time.Now()) {
			return at
		}
	}
	return time.Time{}
}

func pruneBackups(folder string, keep int) error {
	names, err := scheduledBackups(folder)
	if err != nil || keep == 0 {
		return err
	}
	var errs []error
	for _, name := range names[:max(0, len(names)-keep)] {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			errs = append(errs, fmt.Errorf("remove an old backup: %w", err))
		}
	}
	return errors.Join(errs...)
}
