-- +goose Up

-- The life of the actor. private_key is the key in use.
ALTER TABLE node ADD COLUMN key_name TEXT NOT NULL DEFAULT 'main-key'; -- fragment of its id
ALTER TABLE node ADD COLUMN replaced_key TEXT NOT NULL DEFAULT '';     -- PKCS #8 PEM of the one before, for seven days
ALTER TABLE node ADD COLUMN replaced_name TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN rotated BIGINT NOT NULL DEFAULT 0;         -- when it was replaced
ALTER TABLE node ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';         -- the actor that followers are sent to; empty means none
ALTER TABLE node ADD COLUMN moved BIGINT NOT NULL DEFAULT 0;           -- when
ALTER TABLE node ADD COLUMN leaving BIGINT NOT NULL DEFAULT 0;         -- when its owner deleted the actor; 0 means never
ALTER TABLE node ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;            -- when everyone had been told; since then it is 410

-- The accounts that the blog says it was before (alsoKnownAs).
CREATE TABLE known_as (
    iri    TEXT   PRIMARY KEY,
    handle TEXT   NOT NULL,
    since  BIGINT NOT NULL
);

-- Servers that pass public posts on (federation.relays).
CREATE TABLE relay (
    iri       TEXT   PRIMARY KEY, -- of its actor
    follow_id TEXT   NOT NULL,    -- UUID of the Follow that it was sent; empty until its actor could be fetched
    state     TEXT   NOT NULL,    -- unreached, asked, accepted, rejected
    error     TEXT   NOT NULL,    -- why it is unreached
    since     BIGINT NOT NULL     -- of the state
);

-- +goose Down

DROP TABLE relay;
DROP TABLE known_as;
ALTER TABLE node DROP COLUMN gone;
ALTER TABLE node DROP COLUMN leaving;
ALTER TABLE node DROP COLUMN moved;
ALTER TABLE node DROP COLUMN moved_to;
ALTER TABLE node DROP COLUMN rotated;
ALTER TABLE node DROP COLUMN replaced_name;
ALTER TABLE node DROP COLUMN replaced_key;
ALTER TABLE node DROP COLUMN key_name;
