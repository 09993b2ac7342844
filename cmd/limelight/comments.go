package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"limelight/blog"
	"limelight/storage"
)

// commentRow is a comment in `limelight comments -json`.
type commentRow struct {
	ID         int64           `json:"id"`
	IRI        string          `json:"iri"`
	Post       string          `json:"post"`
	Parent     int64           `json:"parent"`
	Author     authorRow       `json:"author"`
	Text       string          `json:"text"`
	HTML       string          `json:"html"`
	State      blog.State      `json:"state"`
	Reason     string          `json:"reason"`
	Visibility blog.Visibility `json:"visibility"`
	Source     blog.Source     `json:"source"`
	Published  jsonTime        `json:"published"`
	Edited     jsonTime        `json:"edited"`
}

// authorRow is who said or did something, in all lists.
type authorRow struct {
	Name   string `json:"name"`
	Handle string `json:"handle"`
	URL    string `json:"url"`
}

func authorOf(a *blog.Actor) authorRow { return authorRow{a.Name, a.Handle, a.URL} }

func comments(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "comments", "[approve|hide|delete ID... | reply|edit ID|URL [FILE] | history ID | always|ask|usual ACTOR|DOMAIN...]")
	post := f.String("post", "", "only those of one post, by `SLUG|URL`")
	private := f.Bool("private", false, "also those that were sent to you alone")
	held := f.Bool("held", false, "only those that wait for you")
	asJSON := f.Bool("json", false, "write JSON")
	message := f.String("m", "", "with reply or edit: the `TEXT`, in Markdown, in place of a file or standard input")
	words, err := f.parse(args, -1)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		if *post != "" || *private || *held || *asJSON {
			return usagef("-post, -private, -held and -json are for the list, and not for %s", words[0])
		}
		switch {
		case isStanding(words[0]):
			return decideStandings(ctx, e, f, words)
		case words[0] == "reply":
			return answerComment(ctx, e, f, words, *message)
		case words[0] == "edit":
			return editAnswer(ctx, e, f, words, *message)
		case words[0] == "history":
			return commentHistory(ctx, e, f, words)
		case *message != "":
			return usagef("-m is for reply and edit, and not for %s", words[0])
		}
		return decideComments(ctx, e, f, words)
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		name, err := o.existingPost(ctx, *post)
		if err != nil {
			return err
		}
		filter := storage.CommentFilter{Post: name, Private: *private}
		if *held {
			filter.State = blog.Held
		}
		all, err := o.db.Comments(ctx, filter)
		if err != nil {
			return fmt.Errorf("list the comments: %w", err)
		}
		if *asJSON {
			return writeJSON(e.stdout, o.commentRows(all))
		}
		return o.commentTable(all).write(e.stdout)
	})
}

// existingPost turns the argument of -post into what storage looks up, or says
// that there is no such post. Empty stays empty.
func (o *opened) existingPost(ctx context.Context, arg string) (string, error) {
	if arg == "" {
		return "", nil
	}
	name := o.postName(arg)
	_, err := o.db.Post(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return "", fmt.Errorf("there is no post %s; `limelight posts` lists them", arg)
	}
	if err != nil && !errors.Is(err, storage.ErrDeleted) {
		return "", fmt.Errorf("look up post %s: %w", arg, err)
	}
	return name, nil
}

func (o *opened) commentRows(all []blog.Comment) []commentRow {
	var rows []commentRow
	for _, c := range all {
		if c.Source == blog.Own {
			c.Author = blog.Actor{Name: cmp.Or(o.config.Blog.Author, o.config.Blog.Title), Handle: o.blog.Acct(), URL: o.blog.HomeURL()}
		}
		rows = append(rows, commentRow{
			ID: c.ID, IRI: c.IRI, Post: c.PostSlug, Parent: c.Parent,
			Author: authorOf(&c.Author),
			Text:   c.Text, HTML: c.HTML, State: c.State, Reason: c.Reason, Visibility: c.Visibility, Source: c.Source,
			Published: jsonTime{c.Published}, Edited: jsonTime{c.Edited},
		})
	}
	return rows
}

func (o *opened) commentTable(all []blog.Comment) *table {
	t := &table{heading: []string{"ID", o.zoned("PUBLISHED"), "STATE", "POST", "AUTHOR", "TEXT", "WHY"}, empty: "No comments yet."}
	for _, c := range all {
		text := blog.Excerpt(strings.Join(strings.Fields(c.Text), " "), 60)
		state := string(c.State)
		if !c.Visibility.Shown() {
			state = "private"
		}
		author := writerOf(c)
		t.add(strconv.FormatInt(c.ID, 10), o.day(c.Published), state, c.PostSlug, author, text, c.Reason)
	}
	return t
}

// writerOf is how a list calls who wrote a comment.
func writerOf(c blog.Comment) string {
	switch c.Source {
	case blog.Own:
		return "you"
	case blog.Imported:
		return c.Author.Name
	}
	return "@" + c.Author.Handle
}

// commentVerbs are what `limelight comments` can be told to do.
var commentVerbs = []string{"approve", "hide", "delete", "reply", "edit", "history"}

// decision is a verb of `limelight comments`.
type decision struct {
	verb, done string
	state      blog.State
}

var decisions = []decision{
	{"approve", "shown", blog.Shown},
	{"hide", "hidden", blog.Hidden},
	{"delete", "deleted", blog.Erased},
}

func decideComments(ctx context.Context, e *env, f *flags, words []string) error {
	i := slices.IndexFunc(decisions, func(d decision) bool { return d.verb == words[0] })
	if i < 0 {
		if meant := slipOf(words[0], commentVerbs); meant != "" {
			return usagef("%q is nothing that can be done about comments; did you mean `limelight comments %s`?", words[0], meant)
		}
		return usagef("comments can be listed, or approved, hidden, deleted, replied to or edited, and people always shown or asked about: %q is none of these", words[0])
	}
	if len(words) == 1 {
		return usagef("%s which comment? `limelight comments` lists their ids", words[0])
	}
	var ids []int64
	for _, word := range words[1:] {
		id, err := strconv.ParseInt(strings.TrimPrefix(word, "#"), 10, 64)
		if err != nil {
			return usagef("%q is no comment's id; `limelight comments` lists them", word)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return withBlog(ctx, e, f, func(o *opened) error {
		if err := o.commentsAllow(ctx, ids, decisions[i].state); err != nil {
			return err
		}
		for _, id := range ids {
			c, err := o.db.DecideComment(ctx, id, decisions[i].state)
			if err != nil {
				return fmt.Errorf("%s: %w", decisions[i].verb, err)
			}
			fmt.Fprintf(e.stdout, "comment %d by %s: %s\n", id, printable(writerOf(c)), decisions[i].done)
		}
		return nil
	})
}

// commentsAllow finds faults in what was typed before anything is changed.
func (o *opened) commentsAllow(ctx context.Context, ids []int64, state blog.State) error {
	for _, id := range ids {
		c, err := o.db.Comment(ctx, id)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return fmt.Errorf("there is no comment %d; `limelight comments` lists them", id)
		case err != nil:
			return fmt.Errorf("look up comment %d: %w", id, err)
		case c.State == blog.Erased:
			return fmt.Errorf("comment %d is deleted already", id)
		case c.Veiled && state == blog.Shown:
			return fmt.Errorf("comment %d cannot be shown: %s", id, c.Reason)
		}
	}
	return nil
}
