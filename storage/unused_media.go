package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"limelight/blog"
)

const (
	sweepBatch  = 1000             // files looked at in one sweep
	sweepHaste  = 5 * time.Second  // between taking a file and removing it: sooner than a process counts as dead
	sweepReturn = 15 * time.Second // how long who saves a file again waits for its removal to end
)

// ownName finds the names that limelight gives to the files of posts, in any text.
var ownName = regexp.MustCompile(`\b[0-9a-f]{32}(?:\.chapters)?\.[0-9a-z]{2,5}\b`)

// ownNames are those in the texts, sorted.
func ownNames(texts ...string) (names []string) {
	for _, text := range texts {
		names = append(names, ownName.FindAllString(text, -1)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// needed are names of files that this process needs as long as it runs.
type needed struct {
	mu    sync.Mutex
	names map[string]bool
}

// NeedMedia keeps the files that are named in the texts, whatever becomes of posts
// that show them too: what the configuration brings along.
func (db *DB) NeedMedia(texts ...string) {
	db.needed.mu.Lock()
	defer db.needed.mu.Unlock()
	if db.needed.names == nil {
		db.needed.names = map[string]bool{}
	}
	for _, name := range ownNames(texts...) {
		db.needed.names[name] = true
	}
}

func (n *needed) has(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.names[name]
}

// mediaOf are the files that a post shows or encloses.
func mediaOf(p *blog.Post) []string {
	texts := []string{p.HTML, p.Source, p.Image.Path, p.Enclosure.URL, p.Enclosure.Chapters.URL, p.Enclosure.Transcript.URL}
	for _, i := range p.Images {
		texts = append(texts, i.Path)
	}
	return ownNames(texts...)
}

// unuse notes the files of a post that was deleted, or is another now, and does
// not show them any more. That nothing else does is seen when they are swept.
func (t *tx) unuse(old, now *blog.Post) error {
	still := mediaOf(now)
	for _, name := range mediaOf(old) {
		if slices.Contains(still, name) {
			continue
		}
		_, err := t.exec(`INSERT INTO unused_media (name, since, holder) VALUES ($1, $2, '')
			ON CONFLICT (name) DO UPDATE SET since = excluded.since`, name, millis(t.now))
		if err != nil {
			return err
		}
	}
	return nil
}

// SweepMedia removes the files of posts that do not show them any more, when that
// is so long ago, and nothing else does: no post whatever its state, no comment of
// the author's, nothing that NeedMedia named. Returns their names. Of what is being
// saved again meanwhile it keeps off.
func (db *DB) SweepMedia(ctx context.Context, now time.Time, age time.Duration) (removed []string, err error) {
	due, err := db.reading(ctx).texts(`SELECT name FROM unused_media WHERE since <= $1 ORDER BY since, name LIMIT $2`, millis(now.Add(-age)), sweepBatch)
	if err != nil || len(due) == 0 {
		return nil, wrap("look for unused media", err)
	}
	revisions, err := db.Revisions(ctx) // read before the posts: see takeUnused
	if err != nil {
		return nil, err
	}
	used, err := db.mediaInUse(ctx)
	if err != nil {
		return nil, wrap("look for the media in use", err)
	}
	for _, name := range due {
		began, taken := time.Now(), false
		if used[name] || db.needed.has(name) {
			_, err = db.forgetUnused(ctx, name)
		} else {
			taken, err = db.takeUnused(ctx, name, now.Add(-age), revisions.Blog.N)
		}
		if taken && err == nil {
			if err = db.removeUnused(ctx, name, began); err == nil {
				removed = append(removed, name)
			}
		}
		if err != nil {
			return removed, wrap("remove unused media", err)
		}
	}
	return removed, nil
}

// takeUnused has nobody else remove the file, and whoever saves it wait. False
// when it was saved again, or when a post changed since they were looked through:
// the next sweep sees.
func (db *DB) takeUnused(ctx context.Context, name string, before time.Time, revision int64) (taken bool, err error) {
	err = db.write(ctx, func(t *tx) error {
		if err := t.lockPosts(); err != nil {
			return err
		}
		n, err := t.exec(`UPDATE unused_media SET holder = $2 WHERE name = $1 AND since <= $3 AND holder IN ('', $2)
			AND EXISTS (SELECT 1 FROM revision WHERE blog = $4)`, name, db.process.id, millis(before), revision)
		taken = n > 0
		return err
	})
	return taken, err
}

// removeUnused removes a file that was taken after it began. One that cannot be
// removed is tried again after its time.
func (db *DB) removeUnused(ctx context.Context, name string, began time.Time) error {
	err := errors.New("the database took too long to say that it may be removed")
	if time.Since(began) < sweepHaste {
		err = db.files.remove(ctx, ownShelf, name)
	}
	if err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
		defer cancel()
		return errors.Join(err, db.write(ctx, func(t *tx) error {
			_, err := t.exec(`UPDATE unused_media SET holder = '', since = $2 WHERE name = $1 AND holder = $3`, name, millis(t.now), db.process.id)
			return err
		}))
	}
	return db.write(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM unused_media WHERE name = $1 AND holder = $2`, name, db.process.id)
		return err
	})
}

// forgetUnused says that a file is in use. False when it is being removed.
func (db *DB) forgetUnused(ctx context.Context, name string) (done bool, err error) {
	err = db.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM unused_media WHERE name = $1 AND holder = ''`, name)
		done = n > 0
		return err
	})
	return done, err
}

// useAgain is for a file that is about to be saved: from now on it is young, and
// if it is being removed it is so before it is saved.
func (db *DB) useAgain(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, sweepReturn)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		unused, err := db.reading(ctx).exists(`SELECT 1 FROM unused_media WHERE name = $1`, name)
		if err == nil && unused {
			var done bool
			done, err = db.forgetUnused(ctx, name)
			unused = !done
		}
		if err != nil || !unused {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%q is being removed, as no post needed it; try again: %w", name, ctx.Err())
		case <-tick.C:
		}
	}
}

// mediaInUse are the names of files in all that posts and the author's comments
// say. It reads them a few at a time.
func (db *DB) mediaInUse(ctx context.Context) (map[string]bool, error) {
	used := map[string]bool{}
	t := db.reading(ctx)
	scan := func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		for _, name := range ownNames(text) {
			used[name] = true
		}
		return err
	}
	const columns = `p.html, p.source, p.summary, p.image_path, p.enclosure_url, p.enclosure_chapters, p.enclosure_transcript`
	for after, more := "", true; more; {
		more = false
		err := t.each(func(rows *sql.Rows) error {
			more = true
			var texts [7]string
			err := rows.Scan(&after, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &texts[5], &texts[6])
			for _, name := range ownNames(texts[:]...) {
				used[name] = true
			}
			return err
		}, `SELECT p.id, `+columns+` FROM post p WHERE p.status <> 'deleted' AND p.id > $1 ORDER BY p.id LIMIT 100`, after)
		if err != nil {
			return nil, err
		}
	}
	err := t.each(scan, `SELECT path FROM post_image`)
	if err == nil {
		err = t.each(scan, `SELECT html FROM comment WHERE source = 'own'`)
	}
	if err != nil {
		return nil, err
	}
	named, err := mediaNamed(t) // whatever a backup takes along
	for _, name := range named {
		used[name] = true
	}
	return used, err
}

// freeUnused lets go of files that a process was about to remove, or one that is
// not there.
func freeUnused(t *tx, holder string) error {
	_, err := t.exec(`UPDATE unused_media SET holder = '' WHERE holder <> '' AND (holder = $1 OR holder NOT IN (SELECT id FROM process))`, holder)
	return err
}
