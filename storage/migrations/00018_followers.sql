-- +goose Up

-- Whether it follows the blog, as its row in follower says: publishing reads
-- each inbox of the followers once from the index, however many share it.
ALTER TABLE actor ADD COLUMN follows BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE actor SET follows = TRUE WHERE iri IN (SELECT actor FROM follower);
CREATE INDEX actor_follows ON actor (delivery_inbox, gone) WHERE follows;

-- Inboxes at which every try failed since a time. One that succeeds ends the row.
CREATE TABLE failing_inbox (
    inbox     TEXT   PRIMARY KEY,
    since     BIGINT NOT NULL, -- the first of these tries
    last      BIGINT NOT NULL, -- and the latest
    failures  BIGINT NOT NULL, -- how many they are
    status    BIGINT NOT NULL, -- HTTP status of the latest; 0 when no answer came
    checked   BIGINT NOT NULL, -- when its actors were last fetched anew; 0 means never
    check_due BIGINT NOT NULL  -- when to do so
);
CREATE INDEX failing_inbox_check ON failing_inbox (check_due, inbox);
CREATE INDEX failing_inbox_since ON failing_inbox (since);
CREATE INDEX failing_inbox_last ON failing_inbox (last);

-- What an inbox that moved did not get.
CREATE INDEX delivery_failed ON delivery (inbox) WHERE state = 'failed';

-- What has served its time.
CREATE INDEX report_closed ON report (closed) WHERE closed > 0;
CREATE INDEX walk_done ON walk (walked) WHERE due = 0;

-- +goose Down

DROP INDEX walk_done;
DROP INDEX report_closed;
DROP INDEX delivery_failed;
DROP TABLE failing_inbox;
DROP INDEX actor_follows;
ALTER TABLE actor DROP COLUMN follows;
