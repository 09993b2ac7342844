-- How many collections are looked through for a post: counting them for each
-- comment cost more than all else that is stored of it.

-- +goose Up
ALTER TABLE post ADD COLUMN walks BIGINT NOT NULL DEFAULT 0;
UPDATE post SET walks = (SELECT COUNT(*) FROM walk w WHERE w.post_id = post.id);

-- +goose Down
ALTER TABLE post DROP COLUMN walks;
