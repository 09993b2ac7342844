package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"limelight/blog"
	"limelight/storage"
)

// ruleRow is a rule in `limelight rules -json`.
type ruleRow struct {
	ID      int64         `json:"id"`
	Action  blog.Action   `json:"action"`
	Kind    blog.RuleKind `json:"kind"`
	Pattern string        `json:"pattern"`
	Hits    int64         `json:"hits"`
	Since   jsonTime      `json:"since"`
}

func rules(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "rules", "[list | add WORD|REGEXP... | remove ID...]")
	reject := f.Bool("reject", false, "with add: take no comment that matches, in place of holding it")
	expression := f.Bool("regexp", false, "with add: regular expressions (RE2), in place of words and phrases")
	asJSON := f.Bool("json", false, "write JSON")
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	verb := "list"
	if len(words) > 0 {
		verb, words = words[0], words[1:]
	}
	switch {
	case verb != "add" && (*reject || *expression):
		return usagef("-reject and -regexp are for add, and not for %s", verb)
	case verb == "list" && len(words) == 0:
		return listRules(ctx, e, f, *asJSON)
	case verb == "add" && len(words) > 0:
		r := blog.Rule{Action: blog.HoldAction, Kind: blog.WordRule}
		if *reject {
			r.Action = blog.RejectAction
		}
		if *expression {
			r.Kind = blog.RegexpRule
		}
		return addRules(ctx, e, f, r, words)
	case verb == "remove" && len(words) > 0:
		return removeRules(ctx, e, f, words)
	case verb == "add" || verb == "remove":
		return usagef("%s which rule? `limelight rules -h` tells how", verb)
	}
	return usagef("rules can be listed, added or removed: %q is none of these", verb)
}

func listRules(ctx context.Context, e *env, f *flags, asJSON bool) error {
	return withBlog(ctx, e, f, func(o *opened) error {
		all, err := o.db.Rules(ctx)
		if err != nil {
			return fmt.Errorf("list the rules: %w", err)
		}
		var rows []ruleRow
		t := table{heading: []string{"ID", o.zoned("SINCE"), "ACTION", "KIND", "PATTERN", "HITS"}, empty: "No rules."}
		for _, r := range all {
			rows = append(rows, ruleRow{r.ID, r.Action, r.Kind, r.Pattern, r.Hits, jsonTime{r.Created}})
			t.add(strconv.FormatInt(r.ID, 10), o.day(r.Created), string(r.Action), string(r.Kind), r.Pattern, strconv.FormatInt(r.Hits, 10))
		}
		if asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

func addRules(ctx context.Context, e *env, f *flags, r blog.Rule, patterns []string) error {
	for _, p := range patterns {
		r.Pattern = p
		if _, err := r.Compile(); err != nil {
			return err
		}
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		for _, p := range patterns {
			r.Pattern = p
			stored, err := o.db.AddRule(ctx, r)
			if errors.Is(err, storage.ErrTooMany) {
				return fmt.Errorf("there are %d rules already, as many as there may be; a regular expression can take the place of several", storage.MaxRules)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(e.stdout, "rule %d: %ss comments with the %s %s\n", stored.ID, stored.Action, stored.Kind, printable(stored.Pattern))
		}
		return nil
	})
}

func removeRules(ctx context.Context, e *env, f *flags, words []string) error {
	ids, err := readIDs("rule", "rules", words)
	if err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		all, err := o.db.Rules(ctx)
		if err != nil {
			return fmt.Errorf("look up the rules: %w", err)
		}
		if err := knowAll("rule", "rules", ids, all, func(r blog.Rule) int64 { return r.ID }); err != nil {
			return err
		}
		for _, id := range ids {
			if err := o.db.RemoveRule(ctx, id); err != nil {
				return err
			}
			fmt.Fprintf(e.stdout, "rule %d: removed\n", id)
		}
		return nil
	})
}

// readIDs reads numbers that a list shows.
func readIDs(one, command string, words []string) ([]int64, error) {
	var ids []int64
	for _, word := range words {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, usagef("%q is no %s's id; `limelight %s` lists them", word, one, command)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// knowAll finds an id that is none in a list, before anything is done about the
// others.
func knowAll[T any](one, command string, ids []int64, list []T, idOf func(T) int64) error {
	for _, id := range ids {
		if !slices.ContainsFunc(list, func(v T) bool { return idOf(v) == id }) {
			return fmt.Errorf("there is no %s %d; `limelight %s` lists them", one, id, command)
		}
	}
	return nil
}
