package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// report is what an import did.
type report struct {
	Source  string       `json:"source"`
	Kind    string       `json:"kind"`
	Stopped bool         `json:"stopped"`
	Notes   []string     `json:"notes"`
	Posts   []reportPost `json:"posts"`
}

type reportPost struct {
	ID       string   `json:"id"`      // at the source
	Name     string   `json:"name"`    // of the file, or the address there
	Outcome  string   `json:"outcome"` // created, unchanged (here already), left, failed
	Reason   string   `json:"reason"`
	Slug     string   `json:"slug"`
	URL      string   `json:"url"`
	Status   string   `json:"status"`
	Comments int      `json:"comments"` // that are new here
	Media    int      `json:"media"`
	OldPaths []string `json:"old_paths"`
	Notes    []string `json:"notes"`
}

func (r report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if r.Notes == nil {
			r.Notes = []string{}
		}
		if r.Posts == nil {
			r.Posts = []reportPost{}
		}
		for i := range r.Posts {
			r.Posts[i].Notes, r.Posts[i].OldPaths = append([]string{}, r.Posts[i].Notes...), append([]string{}, r.Posts[i].OldPaths...)
		}
		return enc.Encode(r)
	}
	count := map[string]int{}
	drafts, comments, media, paths := 0, 0, 0, 0
	for _, p := range r.Posts {
		count[p.Outcome]++
		comments += p.Comments
		if p.Outcome == "created" {
			media, paths = media+p.Media, paths+len(p.OldPaths)
			if p.Status == "draft" {
				drafts++
			}
		}
	}
	for _, p := range r.Posts {
		if p.Reason != "" {
			fmt.Fprintf(w, "%s: %s: %s\n", p.Outcome, printable(p.Name), printable(p.Reason))
		}
	}
	for _, p := range r.Posts {
		if p.Outcome != "left" {
			for _, note := range p.Notes {
				fmt.Fprintf(w, "not as it was: %s: %s\n", printable(strings.Join([]string{p.Slug, p.Name}, " from ")), printable(note))
			}
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", printable(note))
	}
	fmt.Fprintf(w, "%s: %s came (%d as drafts), with %s, %s and %s; %d here already, %d left, %d failed\n", r.Kind, plural(count["created"], "post"), drafts,
		plural(comments, "comment"), plural(media, "file"), addresses(paths), count["unchanged"], count["left"], count["failed"])
	return nil
}

func addresses(n int) string {
	if n == 1 {
		return "1 old address"
	}
	return fmt.Sprintf("%d old addresses", n)
}
