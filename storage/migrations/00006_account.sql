-- +goose Up

-- The life of the actor. private_key is the key in use.
ALTER TABLE node ADD COLUMN key_name TEXT NOT NULL DEFAULT 'main-key'; -- fragment of its id
ALTER TABLE node ADD COLUMN replaced_key TEXT NOT NULL DEFAULT '';     -- PKCS #8 PEM of the one before, for seven days
ALTER TABLE node ADD COLUMN replaced_name TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN rotated BIGINT NOT NULL DEFAULT 0;         -- when it was replaced

-- +goose Down

ALTER TABLE node DROP COLUMN rotated;
ALTER TABLE node DROP COLUMN replaced_name;
ALTER TABLE node DROP COLUMN replaced_key;
ALTER TABLE node DROP COLUMN key_name;
