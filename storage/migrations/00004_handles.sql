-- +goose Up

-- Handles that the blog has or had, so that old ones keep leading to it.
CREATE TABLE handle (
    name  TEXT   NOT NULL, -- before the @, lower case
    host  TEXT   NOT NULL, -- after it
    since BIGINT NOT NULL,
    PRIMARY KEY (name, host)
);

-- +goose Down

DROP TABLE handle;
