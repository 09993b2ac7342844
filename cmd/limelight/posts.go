package main

import (
	"context"
	"fmt"
	"strconv"

	"limelight/blog"
	"limelight/storage"
)

// postRow is a post in `limelight posts -json`.
type postRow struct {
	ID        string      `json:"id"`
	Slug      string      `json:"slug"`
	Title     string      `json:"title"`
	Status    blog.Status `json:"status"`
	URL       string      `json:"url"`
	Published jsonTime    `json:"published"`
	Updated   jsonTime    `json:"updated"`
	Comments  int         `json:"comments"`
	Likes     int         `json:"likes"`
	Boosts    int         `json:"boosts"`
}

func listPosts(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "posts", "")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		posts, err := o.db.Posts(ctx, storage.PostFilter{})
		if err != nil {
			return fmt.Errorf("list the posts: %w", err)
		}
		var rows []postRow
		t := table{heading: []string{o.zoned("PUBLISHED"), "STATUS", "SLUG", "TITLE", "COMMENTS", "LIKES", "BOOSTS"}, empty: "No posts yet: limelight publish FILE makes one."}
		for _, p := range posts {
			rows = append(rows, postRow{
				ID: p.ID, Slug: p.Slug, Title: p.Title, Status: p.Status, URL: o.blog.PostURL(p.Slug),
				Published: jsonTime{p.Published}, Updated: jsonTime{p.Updated},
				Comments: p.CommentCount, Likes: p.LikeCount, Boosts: p.BoostCount,
			})
			t.add(o.day(p.Published), string(p.Status), p.Slug, p.Title, strconv.Itoa(p.CommentCount), strconv.Itoa(p.LikeCount), strconv.Itoa(p.BoostCount))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}
