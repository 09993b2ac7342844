-- +goose Up

-- The processes that serve this database, of which PostgreSQL may have several.
-- Each counts its beats; who does not for a while is dead, and its row goes.
CREATE TABLE process (
    id      TEXT   PRIMARY KEY, -- UUIDv7, another one at each start
    host    TEXT   NOT NULL,    -- name of its machine, for whoever looks
    beats   BIGINT NOT NULL,
    started BIGINT NOT NULL,
    seen    BIGINT NOT NULL     -- the last beat, by its own clock
);

-- Work that one process at a time does, until it is stopped or dead.
CREATE TABLE lease (
    name   TEXT   PRIMARY KEY,
    holder TEXT   NOT NULL, -- process.id
    since  BIGINT NOT NULL
);

-- The process that leased it last.
ALTER TABLE delivery ADD COLUMN holder TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE delivery DROP COLUMN holder;
DROP TABLE lease;
DROP TABLE process;
