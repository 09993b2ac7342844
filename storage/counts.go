package storage

// onPage holds for a comment named c that readers see; blog.Comment.OnPage in SQL.
const onPage = `c.state = 'shown' AND c.visibility IN ('public', 'unlisted', 'local')`

// recount counts the talk under each post anew and gives it a revision. What
// happens all the time (AddComment, React) adds one instead.
func (t *tx) recount(posts ...string) error {
	if len(posts) == 0 {
		return nil
	}
	n, err := t.reviseComments()
	if err != nil {
		return err
	}
	for _, post := range posts {
		_, err := t.exec(`UPDATE post SET revision = $2,
				comment_count = (SELECT COUNT(*) FROM comment c WHERE c.post_id = $1 AND `+onPage+`),
				like_count = (SELECT COUNT(*) FROM reaction r WHERE r.post_id = $1 AND r.type = 'like'),
				boost_count = (SELECT COUNT(*) FROM reaction r WHERE r.post_id = $1 AND r.type = 'boost')
			WHERE id = $1`, post, n)
		if err != nil {
			return err
		}
	}
	return nil
}

// reviseTalkOf gives new revisions to the posts on whose pages the actor is seen.
func (t *tx) reviseTalkOf(actor string) error {
	posts, err := t.texts(`SELECT c.post_id FROM comment c WHERE c.actor = $1 AND `+onPage+`
		UNION SELECT r.post_id FROM reaction r WHERE r.actor = $1 AND r.type IN ('like', 'boost')`, actor)
	if err != nil || len(posts) == 0 {
		return err
	}
	n, err := t.reviseComments()
	if err != nil {
		return err
	}
	for _, post := range posts {
		if _, err := t.exec(`UPDATE post SET revision = $2 WHERE id = $1`, post, n); err != nil {
			return err
		}
	}
	return nil
}

// count adds one comment, like or boost to a post; column is its counter, or
// empty for what is shown but not counted.
func (t *tx) count(post, column string) error {
	n, err := t.reviseComments()
	if err != nil {
		return err
	}
	set := `revision = $2`
	if column != "" {
		set += `, ` + column + ` = ` + column + ` + 1`
	}
	_, err = t.exec(`UPDATE post SET `+set+` WHERE id = $1`, post, n)
	return err
}
