package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"limelight/blog"
)

const (
	maxBlockList  = 10 << 20 // bytes
	maxBlockLines = 50_000
	maxBlockNote  = 500 // characters
)

// blockColumns are those of Mastodon's export (app/models/domain_block.rb and
// admin/export_domain_blocks_controller.rb).
var blockColumns = []string{"#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"}

// blockList is what a file asks for.
type blockList struct {
	blocks  []blog.Block    // of severity suspend
	asked   []blog.Standing // of severity silence
	skipped int             // of severity noop, or with part of the name hidden
}

func importBlocks(ctx context.Context, e *env, f *flags, file string) error {
	in := e.stdin
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return err
		}
		defer opened.Close()
		in = opened
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		own, _, _ := strings.Cut(o.blog.Host(), ":")
		list, err := readBlockList(in, own)
		if err != nil {
			return fmt.Errorf("%s: %w; nothing was imported", file, err)
		}
		added, err := o.db.ImportBlocks(ctx, list.blocks, list.asked)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%d new of %s to block and %d to ask about", added, plural(len(list.blocks), "domain"), len(list.asked))
		if list.skipped > 0 {
			fmt.Fprintf(e.stdout, "; %d left out (severity noop, or a name with *)", list.skipped)
		}
		fmt.Fprintln(e.stdout)
		return nil
	})
}

// readBlockList reads a list in Mastodon's format, with its heading or as
// domains alone. Errors name the line.
func readBlockList(in io.Reader, own string) (list blockList, err error) {
	limited := &io.LimitedReader{R: in, N: maxBlockList + 1}
	buffered := bufio.NewReader(limited)
	if bom, err := buffered.Peek(3); err == nil && string(bom) == "\ufeff" {
		buffered.Discard(3)
	}
	rows := csv.NewReader(buffered)
	rows.FieldsPerRecord, rows.TrimLeadingSpace = -1, true
	columns := []string{"#domain"}
	for n := 0; ; n++ {
		row, err := rows.Read()
		line := 0
		if err == nil {
			line, _ = rows.FieldPos(0)
		}
		switch {
		case limited.N == 0:
			return list, fmt.Errorf("it has more than %d bytes", maxBlockList)
		case err == io.EOF:
			return list, nil
		case err != nil:
			return list, err // csv says the line
		case n > maxBlockLines:
			return list, fmt.Errorf("line %d: it has more than %d lines", line, maxBlockLines)
		case n == 0 && (slices.Contains(row, "domain") || slices.Contains(row, "#domain")):
			columns = row
			continue
		}
		if err := list.add(columns, row, own); err != nil {
			return list, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// add takes in one row.
func (l *blockList) add(columns, row []string, own string) error {
	cell := func(name string) string {
		i := slices.IndexFunc(columns, func(c string) bool { return strings.TrimPrefix(c, "#") == name })
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	name, note := cell("domain"), blog.Excerpt(cell("public_comment"), maxBlockNote)
	severity := cell("severity")
	if strings.Contains(name, "*") || severity == "noop" {
		l.skipped++
		return nil
	}
	domain, err := blockDomain(name)
	if err != nil {
		return fmt.Errorf("%q is no domain", name)
	}
	if domain == own || strings.HasSuffix(own, "."+domain) {
		return fmt.Errorf("%s is this blog's own server", domain)
	}
	switch severity {
	case "", "suspend":
		l.blocks = append(l.blocks, blog.Block{Target: domain, Note: note})
	case "silence":
		l.asked = append(l.asked, blog.Standing{Target: domain, Level: blog.Ask, Note: note})
	default:
		return fmt.Errorf("the severity of %s is %q; it may be suspend, silence or noop", domain, severity)
	}
	return nil
}

// exportBlocks writes the domains that are blocked or asked about. The format
// has no place for single people, nor for ports.
func (o *opened) exportBlocks(ctx context.Context, e *env) error {
	blocks, err := o.db.Blocks(ctx)
	asked, err2 := o.db.Standings(ctx)
	if err := errors.Join(err, err2); err != nil {
		return fmt.Errorf("export the blocks: %w", err)
	}
	rows, left := [][]string{blockColumns}, 0
	add := func(target, severity, note string) {
		if strings.Contains(target, ":") {
			left++
			return
		}
		all := strconv.FormatBool(severity == "suspend")
		rows = append(rows, []string{target, severity, all, all, note, "false"})
	}
	for _, b := range blocks {
		add(b.Target, "suspend", b.Note)
	}
	for _, s := range asked {
		if s.Level == blog.Ask {
			add(s.Target, "silence", s.Note)
		}
	}
	if left > 0 {
		fmt.Fprintf(e.stderr, "limelight: %d are no plain domains and have no place in this format\n", left)
	}
	return csv.NewWriter(e.stdout).WriteAll(rows)
}
