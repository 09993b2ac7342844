-- +goose Up

-- Which message tells of it: the notifier.batch that it was taken into, 0 before.
-- A range of ids would not do: on PostgreSQL a smaller id may be committed after a
-- larger one, while the message is on its way.
ALTER TABLE notification ADD COLUMN batch BIGINT NOT NULL DEFAULT 0;
UPDATE notification SET batch = COALESCE((SELECT n.batch FROM notifier n WHERE n.channel = notification.channel AND n.batch >= notification.id), 0);

-- +goose Down

ALTER TABLE notification DROP COLUMN batch;
