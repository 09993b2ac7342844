package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"limelight/blog"
)

// contentHash is of everything that an edit can change, so that equal hashes
// mean an unchanged post. Status is left out: time changes it too.
func contentHash(p *blog.Post) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %q %q %t %t %q %d ", p.Title, p.Summary, p.Source, p.HTML, p.Language,
		p.Visibility, p.Sensitive, p.Pinned, p.Comments, millis(p.Published))
	fmt.Fprintf(h, "%q %q %q %d %d", p.Image.Path, p.Image.Type, p.Image.Alt, p.Image.Width, p.Image.Height)
	for _, tag := range p.Tags {
		fmt.Fprintf(h, " %q %q", tag.Slug, tag.Name)
	}
	if p.Image.Focus != (blog.Focus{}) { // posts without one keep the hash they had before there was any
		fmt.Fprintf(h, " focus %v", p.Image.Focus)
	}
	if e := p.Enclosure; e != (blog.Enclosure{}) {
		fmt.Fprintf(h, " enclosure %q %q %q %d %d", e.URL, e.Type, e.Title, e.Size, e.Duration)
		if e.Season != 0 || e.Episode != 0 || e.Explicit || e.Chapters.URL != "" || e.Transcript.URL != "" {
			fmt.Fprintf(h, " of %d %d %t %q %q", e.Season, e.Episode, e.Explicit, e.Chapters, e.Transcript)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// putPost inserts the post or replaces all of it but its counts.
func putPost(t *tx, p *blog.Post, hash string) error {
	_, err := t.exec(`INSERT INTO post (id, slug, title, summary, source, html, language, visibility, status,
			sensitive, pinned, comment_policy, image_path, image_type, image_alt, image_width, image_height,
			hash, published, updated, announced, revision, image_blurhash, image_focus_x, image_focus_y,
			enclosure_url, enclosure_type, enclosure_title, enclosure_size, enclosure_seconds,
			enclosure_season, enclosure_episode, enclosure_explicit,
			enclosure_chapters, enclosure_chapters_type, enclosure_transcript, enclosure_transcript_type,
			comment_count, like_count, boost_count)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
			$26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, 0, 0, 0)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, summary = excluded.summary, source = excluded.source,
			html = excluded.html, language = excluded.language, visibility = excluded.visibility, status = excluded.status,
			sensitive = excluded.sensitive, pinned = excluded.pinned, comment_policy = excluded.comment_policy,
			image_path = excluded.image_path, image_type = excluded.image_type, image_alt = excluded.image_alt,
			image_width = excluded.image_width, image_height = excluded.image_height, hash = excluded.hash,
			published = excluded.published, updated = excluded.updated, announced = excluded.announced,
			revision = excluded.revision, image_blurhash = excluded.image_blurhash,
			image_focus_x = excluded.image_focus_x, image_focus_y = excluded.image_focus_y,
			enclosure_url = excluded.enclosure_url, enclosure_type = excluded.enclosure_type, enclosure_title = excluded.enclosure_title,
			enclosure_size = excluded.enclosure_size, enclosure_seconds = excluded.enclosure_seconds,
			enclosure_season = excluded.enclosure_season, enclosure_episode = excluded.enclosure_episode,
			enclosure_explicit = excluded.enclosure_explicit,
			enclosure_chapters = excluded.enclosure_chapters, enclosure_chapters_type = excluded.enclosure_chapters_type,
			enclosure_transcript = excluded.enclosure_transcript, enclosure_transcript_type = excluded.enclosure_transcript_type`,
		p.ID, p.Slug, p.Title, p.Summary, p.Source, p.HTML, p.Language, string(p.Visibility), string(p.Status),
		p.Sensitive, p.Pinned, p.Comments, p.Image.Path, p.Image.Type, p.Image.Alt, p.Image.Width, p.Image.Height,
		hash, millis(p.Published), millis(p.Updated), p.Announced, p.Revision,
		p.Image.Blurhash, thousandths(p.Image.Focus.X), thousandths(p.Image.Focus.Y),
		p.Enclosure.URL, p.Enclosure.Type, p.Enclosure.Title, p.Enclosure.Size, int64(p.Enclosure.Duration/time.Second),
		p.Enclosure.Season, p.Enclosure.Episode, p.Enclosure.Explicit, p.Enclosure.Chapters.URL, p.Enclosure.Chapters.Type,
		p.Enclosure.Transcript.URL, p.Enclosure.Transcript.Type)
	if err != nil {
		return err
	}
	if _, err := t.exec(`DELETE FROM post_tag WHERE post_id = $1`, p.ID); err != nil {
		return err
	}
	for i, tag := range p.Tags {
		_, err := t.exec(`INSERT INTO post_tag (post_id, slug, name, position) VALUES ($1, $2, $3, $4)
			ON CONFLICT (post_id, slug) DO NOTHING`, p.ID, tag.Slug, tag.Name, i)
		if err != nil {
			return err
		}
	}
	return putImages(t, p)
}

// validSlug holds the rule of blog.Post.Slug, on which URLs rely.
func validSlug(slug string) bool {
	for _, r := range slug {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return slug != "" && len(slug) <= 100
}
