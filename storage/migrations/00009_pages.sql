-- +goose Up

-- Who liked or boosted a post first, and where its threads begin: what a page
-- shows of very many.
CREATE INDEX reaction_post ON reaction (post_id, type, at, id);
CREATE INDEX comment_root ON comment (post_id, published, id) WHERE parent IS NULL;

-- +goose Down

DROP INDEX comment_root;
DROP INDEX reaction_post;
