-- +goose Up

-- What the program keeps for the authority that gives it certificates (ACME): the
-- key of the account, certificates with their keys, answers to challenges. All nodes
-- share it. Secrets.
CREATE TABLE acme_cache (
    directory TEXT   NOT NULL, -- address of the authority: what one gave is nothing to another
    name      TEXT   NOT NULL, -- blog.example.com, acme_account+key, TOKEN+http-01
    data      TEXT   NOT NULL, -- PEM, or the answer to a challenge
    updated   BIGINT NOT NULL,
    PRIMARY KEY (directory, name)
);

-- The folder whose files are posts (content.dir), once it was taken.
CREATE TABLE content_folder (
    id    BIGINT  PRIMARY KEY, -- 1
    taken BIGINT  NOT NULL,    -- when it was looked through for the first time
    whole BOOLEAN NOT NULL     -- that came to its end
);

-- Its files, as they were seen last.
CREATE TABLE content_file (
    path    TEXT    PRIMARY KEY, -- below the folder, with slashes
    slug    TEXT    NOT NULL,    -- of its post; empty before there was one
    state   TEXT    NOT NULL,    -- taken, fault, gone
    problem TEXT    NOT NULL,    -- of a fault: what is wrong, with the line
    old     BOOLEAN NOT NULL,    -- it was there when the folder was taken
    since   BIGINT  NOT NULL     -- of the state
);

-- What a post was made of when it was published or refused: its file, and those
-- beside it that it names.
CREATE TABLE content_source (
    path     TEXT   NOT NULL, -- content_file
    name     TEXT   NOT NULL, -- relative to the file's folder; empty for the file itself
    size     BIGINT NOT NULL, -- bytes; -1 when it was not there
    modified BIGINT NOT NULL, -- as the file system says
    digest   TEXT   NOT NULL, -- SHA-256, in hexadecimal digits
    PRIMARY KEY (path, name)
);

-- +goose Down

DROP TABLE content_source;
DROP TABLE content_file;
DROP TABLE content_folder;
DROP TABLE acme_cache;
