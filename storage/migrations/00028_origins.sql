-- +goose Up

-- What posts were brought from, so that bringing them again doubles none.
CREATE TABLE origin (
    source  TEXT   NOT NULL, -- where it was: "hugo", or the address of a site or feed
    id      TEXT   NOT NULL, -- what it was called there
    post_id TEXT   NOT NULL REFERENCES post (id),
    since   BIGINT NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE INDEX origin_post ON origin (post_id);

-- Where posts were found before they came here. What has a page of its own here
-- is not looked up.
CREATE TABLE old_path (
    path    TEXT   PRIMARY KEY, -- "/2020/01/hello", without a slash at the end; "/?p=7"
    post_id TEXT   NOT NULL REFERENCES post (id),
    since   BIGINT NOT NULL
);
CREATE INDEX old_path_post ON old_path (post_id);

-- +goose Down

DROP TABLE old_path;
DROP TABLE origin;
