package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"limelight/blog"
	"limelight/storage"
)

// maxAnswer is how long an answer may be, in bytes of Markdown. Longer ones are
// posts.
const maxAnswer = 64 << 10

// noComment is the error of an id or address that no comment has; it is
// storage.ErrNotFound, and says where to look instead.
type noComment string

func (n noComment) Error() string {
	return fmt.Sprintf("there is no comment %s; `limelight comments` lists them", string(n))
}

func (noComment) Is(target error) bool { return target == storage.ErrNotFound }

// answerComment publishes an answer of the author's to a comment, or under a
// post, as a note that goes to whom it answers and to the followers.
func answerComment(ctx context.Context, e *env, f *flags, words []string, message string) error {
	to, file, err := answerArguments(words, message)
	if err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		c, err := o.answered(ctx, to)
		if err != nil {
			return err
		}
		if err := o.say(&c, e, message, file); err != nil {
			return err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		c.IRI = o.blog.CommentIRI(id.String())
		stored, n, err := o.db.Answer(ctx, c)
		if errors.Is(err, storage.ErrDeleted) {
			return fmt.Errorf("the post %s is not published any more", c.PostSlug)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "comment %d: published, goes to %s\n%s\n", stored.ID, plural(n, "server"), o.blog.CommentURL(stored.PostSlug, stored.ID))
		return nil
	})
}

// editAnswer replaces the text of an answer of the author's.
func editAnswer(ctx context.Context, e *env, f *flags, words []string, message string) error {
	name, file, err := answerArguments(words, message)
	if err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		c, err := o.commentNamed(ctx, name)
		if err != nil {
			return err
		}
		if err := o.say(&c, e, message, file); err != nil {
			return err
		}
		changed, n, err := o.db.EditAnswer(ctx, c)
		switch {
		case errors.Is(err, storage.ErrNotOwn):
			return fmt.Errorf("comment %d is by @%s; only your own answers can be edited here", c.ID, printable(c.Author.Handle))
		case errors.Is(err, storage.ErrDeleted):
			return fmt.Errorf("comment %d is deleted", c.ID)
		case err != nil:
			return err
		case !changed:
			fmt.Fprintf(e.stdout, "comment %d: says so already\n", c.ID)
		default:
			fmt.Fprintf(e.stdout, "comment %d: edited, goes to %s\n", c.ID, plural(n, "server"))
		}
		return nil
	})
}

// answerArguments are which comment or post, and the file with the text unless
// that is given by -m or comes from standard input.
func answerArguments(words []string, message string) (to, file string, err error) {
	switch {
	case len(words) < 2:
		return "", "", usagef("%s what? give a comment's id or address; `limelight comments` lists the ids", words[0])
	case len(words) > 3, len(words) == 3 && message != "":
		return "", "", usagef("limelight comments %s ID|URL [-m TEXT | FILE]; without both, the text is read from standard input", words[0])
	case len(words) == 3:
		file = words[2]
	}
	return words[1], file, nil
}

// answered is a new comment under what is named: a comment by id or address, or
// a post by slug or address.
func (o *opened) answered(ctx context.Context, name string) (blog.Comment, error) {
	parent, err := o.commentNamed(ctx, name)
	if errors.Is(err, storage.ErrNotFound) && !isNumber(name) {
		p, err := o.db.Post(ctx, o.postName(name))
		if err != nil {
			return blog.Comment{}, fmt.Errorf("there is no comment or post %s; `limelight comments` and `limelight posts` list them", name)
		}
		if !p.Federated() {
			return blog.Comment{}, fmt.Errorf("the post %s is not for the fediverse, so nothing can be said under it from here", p.Slug)
		}
		return blog.Comment{PostID: p.ID, PostSlug: p.Slug, ParentIRI: o.blog.PostIRI(p.ID), Visibility: p.Visibility}, nil
	}
	if err != nil {
		return blog.Comment{}, err
	}
	switch noBlog := strings.HasPrefix(parent.Reason, "#noblog"); {
	case parent.Source == blog.Imported:
		return blog.Comment{}, fmt.Errorf("comment %d was brought here from another program; its writer has no account that an answer could go to", parent.ID)
	case parent.State == blog.Erased:
		return blog.Comment{}, fmt.Errorf("comment %d is deleted", parent.ID)
	case parent.Veiled && noBlog: // on no page, so the answer is on none either
		parent.Visibility = blog.Direct
	case parent.Veiled:
		return blog.Comment{}, fmt.Errorf("comment %d is hidden: %s", parent.ID, parent.Reason)
	case parent.State == blog.Held, parent.State == blog.Hidden:
		return blog.Comment{}, fmt.Errorf("comment %d is %s; `limelight comments approve %d` shows it first", parent.ID, parent.State, parent.ID)
	}
	c := blog.Comment{PostID: parent.PostID, PostSlug: parent.PostSlug, Parent: parent.ID, ParentIRI: parent.IRI, Visibility: parent.Visibility}
	if !c.Visibility.Shown() { // what was said in private is answered in private
		c.Visibility = blog.Direct
	}
	return c, nil
}

// commentNamed finds a comment by its id, by its place on the page, or by its
// address at its own server.
func (o *opened) commentNamed(ctx context.Context, name string) (blog.Comment, error) {
	if _, anchor, ok := strings.Cut(name, "#comment-"); ok {
		name = anchor
	}
	var c blog.Comment
	id, err := strconv.ParseInt(strings.TrimPrefix(name, "#"), 10, 64)
	if err == nil {
		c, err = o.db.Comment(ctx, id)
	} else {
		c, err = o.db.CommentByIRI(ctx, name)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return c, noComment(name)
	}
	return c, err
}

func isNumber(s string) bool {
	_, err := strconv.ParseInt(strings.TrimPrefix(s, "#"), 10, 64)
	return err == nil
}

// say sets what the comment says, from -m, a file or standard input.
func (o *opened) say(c *blog.Comment, e *env, message, file string) error {
	source := message
	if source == "" {
		data, err := readAnswer(e, file)
		if err != nil {
			return err
		}
		source = string(data)
	}
	source = strings.TrimSpace(strings.ToValidUTF8(source, "\uFFFD"))
	if len(source) > maxAnswer {
		return fmt.Errorf("an answer has at most %d bytes; this one has %d", maxAnswer, len(source))
	}
	html, err := blog.Markdown(source)
	if err != nil {
		return err
	}
	c.Raw = source
	c.HTML = blog.SafeHTML(blog.AbsoluteHTML(html, o.blog.HomeURL()))
	c.Text = blog.PlainText(c.HTML)
	c.Language = o.config.Blog.Language
	c.Author = blog.Actor{IRI: o.blog.ActorIRI()}
	if c.Text == "" {
		return errors.New("the answer says nothing")
	}
	return nil
}

func readAnswer(e *env, file string) ([]byte, error) {
	if file == "" || file == "-" {
		data, err := io.ReadAll(io.LimitReader(e.stdin, maxAnswer+1))
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		return data, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return data, nil
}
