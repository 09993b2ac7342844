-- +goose Up

-- The base_url that the ids of the feeds begin with. It stays when the blog gets
-- another one, as Atom demands of them (RFC 4287 section 4.2.6).
ALTER TABLE node ADD COLUMN first_url TEXT NOT NULL DEFAULT '';
UPDATE node SET first_url = base_url;

-- +goose Down

ALTER TABLE node DROP COLUMN first_url;
