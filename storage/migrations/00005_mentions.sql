-- +goose Up

-- Handles of people at other servers in the text of posts.
CREATE TABLE mention (
    post_id  TEXT   NOT NULL REFERENCES post (id),
    handle   TEXT   NOT NULL, -- name@host in lower case
    position BIGINT NOT NULL, -- order in the post; -1 when it is in it no more
    state    TEXT   NOT NULL, -- sought, found, unknown
    actor    TEXT   NOT NULL, -- IRI, once found; no key, since an account may go
    name     TEXT   NOT NULL, -- name@host as the actor's server has it, once found
    tries    BIGINT NOT NULL,
    due      BIGINT NOT NULL, -- while sought: next try, or the end of the lease
    PRIMARY KEY (post_id, handle)
);
CREATE INDEX mention_due ON mention (due) WHERE state = 'sought';
CREATE INDEX mention_actor ON mention (actor) WHERE actor <> '';

-- Hosts whose inboxes refused a body by 413, for 30 days.
CREATE TABLE host_limit (
    host  TEXT   PRIMARY KEY, -- as delivery.host
    bytes BIGINT NOT NULL,    -- the smallest body that was refused
    at    BIGINT NOT NULL     -- when it last was
);
CREATE INDEX host_limit_at ON host_limit (at);

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
DROP TABLE host_limit;
DROP TABLE mention;
