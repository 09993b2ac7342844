-- +goose Up

-- The handle that an actor's server tells for it, when that is another than
-- name@host of its id (a split domain).
ALTER TABLE actor ADD COLUMN told_handle TEXT NOT NULL DEFAULT ''; -- empty when there is no other
ALTER TABLE actor ADD COLUMN handle_due BIGINT NOT NULL DEFAULT 0; -- when to ask (again)
CREATE INDEX actor_handle_due ON actor (handle_due);

-- +goose Down

DROP INDEX actor_handle_due;
ALTER TABLE actor DROP COLUMN handle_due;
ALTER TABLE actor DROP COLUMN told_handle;
