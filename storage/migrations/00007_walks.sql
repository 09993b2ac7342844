-- +goose Up

-- Collections at other servers that are looked through for replies that were
-- never delivered.
CREATE TABLE walk (
    iri     TEXT   PRIMARY KEY,
    post_id TEXT   NOT NULL REFERENCES post (id),
    host    TEXT   NOT NULL, -- of iri
    rounds  BIGINT NOT NULL, -- made so far
    found   BIGINT NOT NULL, -- notes that were new, in all rounds
    walked  BIGINT NOT NULL, -- the last round; 0 when there was none
    due     BIGINT NOT NULL, -- the next round, or the end of the lease; 0 when there is to be none
    error   TEXT   NOT NULL  -- how the last round failed
);
CREATE INDEX walk_due ON walk (due, iri) WHERE due > 0;
CREATE INDEX walk_post ON walk (post_id, iri);

-- +goose Down

DROP TABLE walk;
