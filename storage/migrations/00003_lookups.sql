-- +goose Up

-- Notes that are to be fetched and placed: they answer something that was not
-- known when we heard of them, or may be what others answer.
CREATE TABLE lookup (
    iri       TEXT   PRIMARY KEY, -- of the note
    host      TEXT   NOT NULL,    -- of iri
    waits_for TEXT   NOT NULL,    -- id of the note it answers, while that is looked up; empty means none
    depth     BIGINT NOT NULL,    -- steps up from what was delivered
    tries     BIGINT NOT NULL,
    due       BIGINT NOT NULL,    -- next try, or the end of the lease
    since     BIGINT NOT NULL
);
CREATE INDEX lookup_due ON lookup (due, iri);
CREATE INDEX lookup_waits_for ON lookup (waits_for) WHERE waits_for <> '';
CREATE INDEX lookup_host ON lookup (host);

-- +goose Down

DROP TABLE lookup;
