-- +goose Up

-- What edited comments said before, for the author; gone when they are erased.
CREATE TABLE comment_version (
    comment_id BIGINT NOT NULL REFERENCES comment (id),
    since      BIGINT NOT NULL, -- from when on it said so
    text       TEXT   NOT NULL, -- plain
    warning    TEXT   NOT NULL,
    PRIMARY KEY (comment_id, since)
);

-- +goose Down

DROP TABLE comment_version;
