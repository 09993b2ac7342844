-- +goose Up

-- The audio or video of a post; an empty address for none.
ALTER TABLE post ADD COLUMN enclosure_url TEXT NOT NULL DEFAULT ''; -- a path under /media/, or an address elsewhere
ALTER TABLE post ADD COLUMN enclosure_type TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN enclosure_title TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN enclosure_size BIGINT NOT NULL DEFAULT 0; -- bytes
ALTER TABLE post ADD COLUMN enclosure_seconds BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE post DROP COLUMN enclosure_seconds;
ALTER TABLE post DROP COLUMN enclosure_size;
ALTER TABLE post DROP COLUMN enclosure_title;
ALTER TABLE post DROP COLUMN enclosure_type;
ALTER TABLE post DROP COLUMN enclosure_url;
