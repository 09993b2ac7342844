-- +goose Up

-- Pictures of other servers that comments show, each by its address there.
CREATE TABLE picture (
    url    TEXT   PRIMARY KEY, -- at its own server; never shown to a browser as an image
    emoji  BOOLEAN NOT NULL,   -- as small as a letter
    file   TEXT   NOT NULL,    -- our copy's file name; empty until fetched
    width  BIGINT NOT NULL,    -- of our copy, pixels
    height BIGINT NOT NULL,
    tries  BIGINT NOT NULL,    -- failed ones
    due    BIGINT NOT NULL     -- when to fetch; 0 when there is no need to (again)
);
CREATE INDEX picture_due ON picture (due) WHERE due > 0;

-- What is attached to a comment, in its order.
CREATE TABLE comment_attachment (
    comment_id BIGINT NOT NULL REFERENCES comment (id),
    position   BIGINT NOT NULL,
    url        TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    alt        TEXT   NOT NULL,
    PRIMARY KEY (comment_id, position)
);
CREATE INDEX comment_attachment_url ON comment_attachment (url);

-- The pictures that stand for names like :blobcat: in a comment.
CREATE TABLE comment_emoji (
    comment_id BIGINT NOT NULL REFERENCES comment (id),
    name       TEXT   NOT NULL, -- with its colons
    url        TEXT   NOT NULL,
    PRIMARY KEY (comment_id, name)
);
CREATE INDEX comment_emoji_url ON comment_emoji (url);

-- +goose Down

DROP TABLE comment_emoji;
DROP TABLE comment_attachment;
DROP TABLE picture;
