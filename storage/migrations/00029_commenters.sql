-- +goose Up

-- Who wrote a comment that was brought from another program (source imported):
-- such a writer has no account, and no row in actor.
ALTER TABLE comment ADD COLUMN author_name TEXT NOT NULL DEFAULT '';
ALTER TABLE comment ADD COLUMN author_url TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE comment DROP COLUMN author_url;
ALTER TABLE comment DROP COLUMN author_name;
