package storage_test

import (
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// episode is a post with audio.
func episode() blog.Post {
	p := hello()
	p.Enclosure = blog.Enclosure{URL: "/media/0af3.mp3", Type: "audio/mpeg", Title: "Episode 1", Size: 3 << 30, Duration: 3723 * time.Second,
		Season: 2, Episode: 14, Explicit: true, Chapters: blog.EnclosureFile{URL: "/media/1c.json", Type: "application/json+chapters"},
		Transcript: blog.EnclosureFile{URL: "https://cdn.test/1.vtt", Type: "text/vtt"}}
	return p
}

func TestEnclosures(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := publish(t, db, episode())
		equal(t, "as stored", p.Enclosure, episode().Enclosure)
		equal(t, "as read", post(t, db, "hello"), p)
		for _, change := range []struct {
			name string
			of   func(*blog.Enclosure)
		}{
			{"nothing", func(*blog.Enclosure) {}},
			{"the address", func(e *blog.Enclosure) { e.URL = "https://cdn.test/1.mp3" }},
			{"the type", func(e *blog.Enclosure) { e.Type = "audio/ogg" }},
			{"the title", func(e *blog.Enclosure) { e.Title = "" }},
			{"the size", func(e *blog.Enclosure) { e.Size = 0 }},
			{"the duration", func(e *blog.Enclosure) { e.Duration += time.Second }},
			{"the season", func(e *blog.Enclosure) { e.Season = 3 }},
			{"the episode", func(e *blog.Enclosure) { e.Episode = 0 }},
			{"whom it is for", func(e *blog.Enclosure) { e.Explicit = false }},
			{"the chapters", func(e *blog.Enclosure) { e.Chapters = blog.EnclosureFile{} }},
			{"the transcript", func(e *blog.Enclosure) { e.Transcript.Type = "text/plain" }},
			{"all of it", func(e *blog.Enclosure) { *e = blog.Enclosure{} }},
		} {
			clock.Advance(time.Minute)
			changed := episode()
			change.of(&changed.Enclosure)
			want := storage.Edited
			if change.name == "nothing" {
				want = storage.Unchanged
			}
			_, outcome, _, err := db.Publish(t.Context(), changed, storage.PublishOptions{})
			ok(t, err)
			equal(t, change.name, outcome, want)
			equal(t, change.name, post(t, db, "hello").Enclosure, changed.Enclosure)
			publish(t, db, episode())
		}
	})
}

func TestEnclosureOfADeletedPost(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		p := publish(t, db, episode())
		_, _, err := db.Unpublish(t.Context(), p.Slug)
		ok(t, err)
		gone, err := db.Post(t.Context(), p.ID)
		is(t, err, storage.ErrDeleted)
		equal(t, "what is left", gone.Enclosure, blog.Enclosure{})
		equal(t, "of the next under its slug", publish(t, db, hello()).Enclosure, blog.Enclosure{})
	})
}
