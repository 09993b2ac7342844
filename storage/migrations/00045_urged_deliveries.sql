-- +goose Up

-- The author wants it tried now, also where the worker leaves the host alone.
ALTER TABLE delivery ADD COLUMN urged BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down

ALTER TABLE delivery DROP COLUMN urged;
