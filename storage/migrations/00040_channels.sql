-- +goose Up

-- The ways by which a process tells the author, by blanks: nobody else knows what
-- its configuration names.
ALTER TABLE process ADD COLUMN channels TEXT NOT NULL DEFAULT '';

-- When it was found that no living process has it; 0 while one does.
ALTER TABLE notifier ADD COLUMN unclaimed BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE notifier DROP COLUMN unclaimed;
ALTER TABLE process DROP COLUMN channels;
