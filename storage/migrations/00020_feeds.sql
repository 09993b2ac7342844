-- +goose Up

-- What podcast players are told of the audio or video of a post.
ALTER TABLE post ADD COLUMN enclosure_season BIGINT NOT NULL DEFAULT 0; -- 0 for none
ALTER TABLE post ADD COLUMN enclosure_episode BIGINT NOT NULL DEFAULT 0; -- 0 for none
ALTER TABLE post ADD COLUMN enclosure_explicit BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE post ADD COLUMN enclosure_chapters TEXT NOT NULL DEFAULT ''; -- as enclosure_url; empty for none
ALTER TABLE post ADD COLUMN enclosure_chapters_type TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN enclosure_transcript TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN enclosure_transcript_type TEXT NOT NULL DEFAULT '';

-- The comments that feeds have, in the order in which they came.
CREATE INDEX comment_arrival ON comment (id) WHERE state = 'shown' AND visibility IN ('public', 'local');
CREATE INDEX comment_post_arrival ON comment (post_id, id) WHERE state = 'shown' AND visibility IN ('public', 'local');

-- +goose Down

DROP INDEX comment_post_arrival;
DROP INDEX comment_arrival;
ALTER TABLE post DROP COLUMN enclosure_transcript_type;
ALTER TABLE post DROP COLUMN enclosure_transcript;
ALTER TABLE post DROP COLUMN enclosure_chapters_type;
ALTER TABLE post DROP COLUMN enclosure_chapters;
ALTER TABLE post DROP COLUMN enclosure_explicit;
ALTER TABLE post DROP COLUMN enclosure_episode;
ALTER TABLE post DROP COLUMN enclosure_season;
