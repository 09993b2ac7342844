package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Health is what QuickCheck found.
type Health struct {
	Schema  int64
	Program string   // version of the program that the schema came with; empty when that is unknown
	Faults  []string // what is damaged, the first few; nil when nothing is
}

// QuickCheck looks through the database while it is served, without holding up
// who writes: each page of an SQLite file, but not whether indexes and rows
// agree. PostgreSQL sees to its pages itself, and is asked for the blog's row alone.
func (db *DB) QuickCheck(ctx context.Context) (h Health, err error) {
	t := db.reading(ctx)
	err = t.row(`SELECT version_id, program FROM schema_release ORDER BY version_id DESC LIMIT 1`).Scan(&h.Schema, &h.Program)
	if err == nil && !db.shared {
		h.Faults, err = t.texts(`PRAGMA quick_check(10)`)
		h.Faults = slices.DeleteFunc(h.Faults, func(s string) bool { return s == "ok" })
		h.Faults = h.Faults[:min(len(h.Faults), maxFaults)]
		if err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "malformed") {
			h.Faults, err = append(h.Faults, err.Error()), nil
		}
	}
	if err == nil {
		_, err = readNode(t)
	}
	return h, wrap("look through the database", err)
}

// Space is how much room there is where a folder of the blog's lies.
type Space struct {
	Folder string
	Free   uint64 // bytes that this user may still write
	Total  uint64
}

// Spaces are those of the folders that data lies in, each file system once: of an
// SQLite file, of the media, of more besides. A database server and a bucket see
// to themselves.
func (o Options) Spaces(more ...string) ([]Space, error) {
	var folders []string
	if !o.Postgres() {
		folders = append(folders, filepath.Dir(o.path()))
	}
	if !o.Bucket() {
		folders = append(folders, o.Media)
	}
	var spaces []Space
	seen := map[uint64]bool{}
	for _, folder := range append(folders, more...) {
		if folder == "" {
			continue
		}
		s, device, err := spaceOf(folder)
		if err != nil {
			return nil, fmt.Errorf("ask for the room in %s: %w", folder, err)
		}
		if !seen[device] {
			seen[device] = true
			spaces = append(spaces, s)
		}
	}
	return spaces, nil
}

// spaceOf is that of a folder, or of the first one above it that is there, and
// the device it is on.
func spaceOf(folder string) (s Space, device uint64, err error) {
	info, err := os.Stat(folder)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(folder) != folder {
		folder = filepath.Dir(folder)
		info, err = os.Stat(folder)
	}
	if err != nil {
		return s, 0, err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		device = uint64(stat.Dev)
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return s, 0, err
	}
	// The fields' types differ from system to system; what is kept for root may
	// make Bavail negative.
	block := uint64(fs.Bsize)
	return Space{Folder: folder, Free: uint64(max(0, int64(fs.Bavail))) * block, Total: uint64(fs.Blocks) * block}, device, nil
}
