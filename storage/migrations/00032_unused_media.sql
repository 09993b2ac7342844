-- +goose Up

-- Files of posts that were deleted, or that show other ones now: they are removed
-- some days later, when nothing else refers to them by then.
CREATE TABLE unused_media (
    name   TEXT   PRIMARY KEY, -- of the file in the media
    since  BIGINT NOT NULL,
    holder TEXT   NOT NULL     -- process.id of who is removing it now; empty for nobody
);
CREATE INDEX unused_media_since ON unused_media (since);

-- +goose Down

DROP TABLE unused_media;
