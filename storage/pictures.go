package storage

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"time"

	"limelight/blog"
)

// picturePauses are after a failed try; after the last there is none.
var picturePauses = []time.Duration{10 * time.Minute, 2 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}

// putPictures stores what is attached to a comment in place of what was before.
func (t *tx) putPictures(c blog.Comment) error {
	if err := t.dropPictures(`comment_id = $1`, c.ID); err != nil {
		return err
	}
	return t.addPictures(c)
}

// addPictures stores what is attached to a new comment, and has its pictures
// fetched.
func (t *tx) addPictures(c blog.Comment) error {
	for i, a := range c.Attachments {
		_, err := t.exec(`INSERT INTO comment_attachment (comment_id, position, url, media_type, alt) VALUES ($1, $2, $3, $4, $5)`,
			c.ID, i, a.URL, a.MediaType, a.Alt)
		if err != nil {
			return err
		}
		if a.IsPicture() {
			t.keys.pictures = append(t.keys.pictures, wantedPicture{a.URL, false})
		}
	}
	for _, e := range c.Emojis {
		_, err := t.exec(`INSERT INTO comment_emoji (comment_id, name, url) VALUES ($1, $2, $3) ON CONFLICT (comment_id, name) DO NOTHING`,
			c.ID, e.Name, e.URL)
		if err != nil {
			return err
		}
		t.keys.pictures = append(t.keys.pictures, wantedPicture{e.URL, true})
	}
	return nil
}

func (t *tx) addPicture(p wantedPicture) error {
	_, err := t.exec(`INSERT INTO picture (url, emoji, file, width, height, tries, due) VALUES ($1, $2, '', 0, 0, 0, $3)
		ON CONFLICT (url) DO NOTHING`, p.url, p.emoji, millis(t.now))
	return err
}

// dropContent forgets what comments that are erased had besides their rows.
func (t *tx) dropContent(cond string, arg any) error {
	if err := t.dropPictures(cond, arg); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM comment_version WHERE `+cond, arg)
	return err
}

// dropPictures forgets what is attached to the comments that meet the
// condition; the pictures themselves go with Prune.
func (t *tx) dropPictures(cond string, arg any) error {
	for _, table := range []string{`comment_attachment`, `comment_emoji`} {
		if _, err := t.exec(`DELETE FROM `+table+` WHERE `+cond, arg); err != nil {
			return err
		}
	}
	return nil
}

// attach reads what is attached to the comments.
func (t *tx) attach(comments []blog.Comment) error {
	byID := make(map[int64]*blog.Comment, len(comments))
	var ids []int64
	for i := range comments {
		if c := &comments[i]; c.State != blog.Erased && c.Source != blog.Own {
			byID[c.ID] = c
			ids = append(ids, c.ID)
		}
	}
	for some := range slices.Chunk(ids, rowBatch) {
		if err := t.attachSome(byID, some); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) attachSome(byID map[int64]*blog.Comment, ids []int64) error {
	const columns = `COALESCE(p.file, ''), COALESCE(p.width, 0), COALESCE(p.height, 0)`
	args, list := in(nil, ids)
	err := t.each(func(rows *sql.Rows) error {
		var id int64
		var a blog.Attachment
		if err := rows.Scan(&id, &a.URL, &a.MediaType, &a.Alt, &a.Copy.File, &a.Copy.Width, &a.Copy.Height); err != nil {
			return err
		}
		byID[id].Attachments = append(byID[id].Attachments, a)
		return nil
	}, `SELECT x.comment_id, x.url, x.media_type, x.alt, `+columns+` FROM comment_attachment x LEFT JOIN picture p ON p.url = x.url
		WHERE x.comment_id IN `+list+` ORDER BY x.comment_id, x.position`, args...)
	if err != nil {
		return err
	}
	return t.each(func(rows *sql.Rows) error {
		var id int64
		var e blog.CustomEmoji
		if err := rows.Scan(&id, &e.Name, &e.URL, &e.Copy.File, &e.Copy.Width, &e.Copy.Height); err != nil {
			return err
		}
		byID[id].Emojis = append(byID[id].Emojis, e)
		return nil
	}, `SELECT x.comment_id, x.name, x.url, `+columns+` FROM comment_emoji x LEFT JOIN picture p ON p.url = x.url
		WHERE x.comment_id IN `+list+` ORDER BY x.comment_id, x.name`, args...)
}

// PicturesDue are pictures of comments on a page that are to be fetched, the
// longest due first.
func (db *DB) PicturesDue(ctx context.Context, n int) ([]blog.RemotePicture, error) {
	t := db.reading(ctx)
	var out []blog.RemotePicture
	err := t.each(func(rows *sql.Rows) error {
		var p blog.RemotePicture
		err := rows.Scan(&p.URL, &p.Emoji)
		out = append(out, p)
		return err
	}, `SELECT p.url, p.emoji FROM picture p WHERE p.due > 0 AND p.due <= $1 AND (
			EXISTS (SELECT 1 FROM comment_attachment x JOIN comment c ON c.id = x.comment_id WHERE x.url = p.url AND `+onPage+`)
			OR EXISTS (SELECT 1 FROM comment_emoji x JOIN comment c ON c.id = x.comment_id WHERE x.url = p.url AND `+onPage+`))
		ORDER BY p.due LIMIT $2`, millis(t.now), limit(n))
	return out, wrap("list the pictures due", err)
}

// SavePicture stores our copy of a picture. A zero file after a failed try puts
// the next one off, and after some gives up.
func (db *DB) SavePicture(ctx context.Context, url string, file blog.MediaFile) error {
	if file.Name != "" {
		if err := db.saveFile(ctx, avatarShelf, file.Name, int64(len(file.Data)), bytes.NewReader(file.Data)); err != nil {
			return wrap("save a picture", err)
		}
	}
	err := db.write(ctx, func(t *tx) error {
		if file.Name == "" {
			return t.postponePicture(url)
		}
		_, err := t.exec(`UPDATE picture SET file = $2, width = $3, height = $4, due = 0 WHERE url = $1`, url, file.Name, file.Width, file.Height)
		if err != nil {
			return err
		}
		posts, err := t.texts(`SELECT DISTINCT c.post_id FROM comment c WHERE c.id IN (
			SELECT comment_id FROM comment_attachment WHERE url = $1 UNION SELECT comment_id FROM comment_emoji WHERE url = $1)`, url)
		if err != nil {
			return err
		}
		t.revise(posts...)
		return nil
	})
	return wrap("save a picture", err)
}

func (t *tx) postponePicture(url string) error {
	var tries int
	err := t.row(`UPDATE picture SET tries = tries + 1, due = 0 WHERE url = $1 RETURNING tries`, url).Scan(&tries)
	if err == sql.ErrNoRows || err == nil && tries > len(picturePauses) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE picture SET due = $2 WHERE url = $1`, url, millis(t.now.Add(picturePauses[tries-1])))
	return err
}
