-- +goose Up

-- Handles that the blog has or had, so that old ones keep leading to it.
CREATE TABLE handle (
    name  TEXT   NOT NULL, -- before the @, lower case
    host  TEXT   NOT NULL, -- after it
    since BIGINT NOT NULL,
    PRIMARY KEY (name, host)
);

-- What the actor's document said at the last start; empty before the first.
ALTER TABLE node ADD COLUMN profile_hash TEXT NOT NULL DEFAULT '';

-- NodeInfo counts what the author said among all comments.
CREATE INDEX comment_own ON comment (published) WHERE source = 'own';

-- +goose Down

DROP INDEX comment_own;
ALTER TABLE node DROP COLUMN profile_hash;
DROP TABLE handle;
