-- +goose Up

-- What servers that crop pictures, or show them late, want to know of them.
ALTER TABLE post ADD COLUMN image_blurhash TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN image_focus_x BIGINT NOT NULL DEFAULT 0; -- thousandths
ALTER TABLE post ADD COLUMN image_focus_y BIGINT NOT NULL DEFAULT 0;

-- The first pictures in the text of a post.
CREATE TABLE post_image (
    post_id  TEXT   NOT NULL REFERENCES post (id),
    position BIGINT NOT NULL, -- order in the post
    path     TEXT   NOT NULL,
    type     TEXT   NOT NULL,
    alt      TEXT   NOT NULL,
    width    BIGINT NOT NULL,
    height   BIGINT NOT NULL,
    blurhash TEXT   NOT NULL,
    PRIMARY KEY (post_id, position)
);

-- +goose Down

DROP TABLE post_image;
ALTER TABLE post DROP COLUMN image_focus_y;
ALTER TABLE post DROP COLUMN image_focus_x;
ALTER TABLE post DROP COLUMN image_blurhash;
