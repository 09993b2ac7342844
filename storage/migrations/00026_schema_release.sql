-- +goose Up

-- Which version of the program brought the database to which schema. An older
-- one that meets a newer schema reads here what it would take: never change it.
CREATE TABLE schema_release (
    version_id BIGINT PRIMARY KEY, -- as in goose_db_version
    program    TEXT   NOT NULL,    -- "0.2.0"
    since      BIGINT NOT NULL
);

-- +goose Down

DROP TABLE schema_release;
