package storage

import (
	"database/sql"
	"fmt"
	"math"

	"limelight/blog"
)

// putImages replaces the pictures in the text of a post.
func putImages(t *tx, p *blog.Post) error {
	if _, err := t.exec(`DELETE FROM post_image WHERE post_id = $1`, p.ID); err != nil {
		return err
	}
	for n, i := range p.Images {
		_, err := t.exec(`INSERT INTO post_image (post_id, position, path, type, alt, width, height, blurhash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, p.ID, n, i.Path, i.Type, i.Alt, i.Width, i.Height, i.Blurhash)
		if err != nil {
			return err
		}
	}
	return nil
}

func addImages(t *tx, index map[string]*blog.Post, ids []string) error {
	args, list := in(nil, ids)
	return t.each(func(rows *sql.Rows) error {
		var id string
		var i blog.Image
		if err := rows.Scan(&id, &i.Path, &i.Type, &i.Alt, &i.Width, &i.Height, &i.Blurhash); err != nil {
			return err
		}
		index[id].Images = append(index[id].Images, i)
		return nil
	}, `SELECT post_id, path, type, alt, width, height, blurhash FROM post_image WHERE post_id IN `+list+` ORDER BY post_id, position`, args...)
}

// thousandths is how a coordinate is stored: no column holds fractions.
func thousandths(v float64) int64 { return int64(math.Round(v * 1000)) }

// share scans thousandths.
type share struct{ v *float64 }

// Scan implements sql.Scanner.
func (s share) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("%T is no number", src)
	}
	*s.v = float64(n) / 1000
	return nil
}
