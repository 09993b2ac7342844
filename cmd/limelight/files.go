package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFiles bounds one publish command; a folder with more is a mistake.
const maxFiles = 100_000

// postFiles lists the files to publish: those named, and in folders every
// Markdown and text file below that is not hidden.
func postFiles(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, usagef("publish which file? (limelight publish FILE|DIR...)")
	}
	var files []string
	for _, path := range paths {
		path = filepath.Clean(path)
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			// What went out cannot be called back: no configuration, no device.
			if !info.Mode().IsRegular() || !isText(path) {
				return nil, fmt.Errorf("%s: is no post; publish takes .md, .markdown and .txt files, and folders of them", path)
			}
			files = append(files, path)
			continue
		}
		found, err := folderFiles(path)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: no .md, .markdown or .txt file in this folder", path)
		}
		files = append(files, found...)
	}
	if len(files) > maxFiles {
		return nil, fmt.Errorf("%d files are more than publish takes at once (%d)", len(files), maxFiles)
	}
	return unique(files), nil
}

// unique keeps the first of each, as when a folder and a file in it are named.
func unique(files []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(file string) bool {
		again := seen[file]
		seen[file] = true
		return again
	})
}

func folderFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular() && isText(path):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

func isText(path string) bool {
	return slices.Contains([]string{".md", ".markdown", ".txt"}, strings.ToLower(filepath.Ext(path)))
}
