package storage

import (
	"context"
	"fmt"

	"limelight/blog"
)

// importBatch is how many blocks one transaction takes: others get their turn.
const importBatch = 100

// ImportBlocks adds the blocks, and the domains that are to be asked about, of
// a list. What is blocked or decided about already stays as it is. It returns
// how many were new; after an error those are in effect.
func (db *DB) ImportBlocks(ctx context.Context, blocks []blog.Block, asked []blog.Standing) (added int, err error) {
	for len(blocks)+len(asked) > 0 {
		some := blocks[:min(len(blocks), importBatch)]
		blocks = blocks[len(some):]
		more := asked[:min(len(asked), importBatch-len(some))]
		asked = asked[len(more):]
		n := 0
		err := db.write(ctx, func(t *tx) (err error) {
			n, err = importBlocks(t, some, more)
			return err
		})
		if err != nil {
			return added, fmt.Errorf("import blocks: %w", err)
		}
		added += n
	}
	return added, nil
}

func importBlocks(t *tx, blocks []blog.Block, asked []blog.Standing) (added int, err error) {
	var fresh []string
	for _, b := range blocks {
		if b.Target, err = blockTarget(b.Target); err != nil {
			return added, fmt.Errorf("%s: %w", b.Target, err)
		}
		known, err := t.exists(`SELECT 1 FROM block WHERE target = $1`, b.Target)
		if err != nil {
			return added, err
		}
		if known {
			continue
		}
		added++
		if err := putBlock(t, b); err != nil {
			return added, err
		}
		fresh = append(fresh, b.Target)
	}
	if err := t.enforceBlocks(fresh...); err != nil {
		return added, err
	}
	for _, s := range asked {
		if s.Target, err = blockTarget(s.Target); err != nil {
			return added, fmt.Errorf("%s: %w", s.Target, err)
		}
		known, err := t.exists(`SELECT 1 FROM standing WHERE target = $1`, s.Target)
		if err != nil {
			return added, err
		}
		if known {
			continue
		}
		added++
		if err := setStanding(t, s.Target, s); err != nil {
			return added, err
		}
		if err := t.decided(blog.Decision{Action: blog.AskAction, Object: s.Target, Note: s.Note}); err != nil {
			return added, err
		}
	}
	return added, nil
}
