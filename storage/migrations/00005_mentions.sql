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

-- +goose Down

DROP TABLE host_limit;
DROP TABLE mention;
