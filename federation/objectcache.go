package federation

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"limelight/blog"
)

const (
	objectBytes = 4 << 20 // of rendered objects in memory
	objectTime  = 10 * time.Second

	// talkGrace is how long an object may have counts and replies from before the
	// last: when likes come by the thousand, each server that asks would have it
	// made anew.
	talkGrace = 250 * time.Millisecond
)

// objectCache keeps rendered objects and collections while what they were made
// of stays the same.
type objectCache struct {
	kept  *otter.Cache[objectKey, cachedObject]
	fills singleflight.Group
	now   func() time.Time
	grace time.Duration // talkGrace, but for tests

	hits, misses atomic.Int64
}

// objectKey names an object or a page of a collection. Only what exists is kept
// under one.
type objectKey struct {
	kind string // post, or the name of a collection
	id   string // of the post
	page int
}

// revision is what something was made of.
type revision struct {
	text int64 // what the author said: of this nothing old is served
	talk int64 // what others did about it, or both
}

func revisionOf(p *blog.Post) revision { return revision{p.Updated.UnixMilli(), p.Revision} }

type cachedObject struct {
	of   revision
	made time.Time // before any of that was read
	document
}

// serves tells whether what is kept may be served now for what is asked for. A
// clock that went back gives no grace.
func (c *objectCache) serves(kept cachedObject, of revision) bool {
	ago := c.now().Sub(kept.made)
	return kept.of == of || kept.of.text == of.text && ago >= 0 && ago < c.grace
}

func newObjectCache(now func() time.Time) (*objectCache, error) {
	kept, err := otter.New(&otter.Options[objectKey, cachedObject]{
		MaximumWeight: objectBytes,
		Weigher: func(k objectKey, c cachedObject) uint32 {
			return uint32(min(uint64(len(c.body)+len(k.id)+512), math.MaxUint32))
		},
	})
	if err != nil {
		return nil, err
	}
	return &objectCache{kept: kept, now: now, grace: talkGrace}, nil
}

// get returns what is kept under k when it is of the revision, or nearly, else
// what render makes, once for all who wait for it.
func (c *objectCache) get(ctx context.Context, k objectKey, of revision, render func(context.Context) (any, error)) (document, error) {
	if kept, ok := c.kept.GetIfPresent(k); ok && c.serves(kept, of) {
		c.hits.Add(1)
		return kept.document, nil
	}
	c.misses.Add(1)
	made, err, _ := c.fills.Do(fmt.Sprint(k, of.text), func() (any, error) {
		// Who missed what is kept by a moment comes when it is made already.
		if kept, ok := c.kept.GetIfPresent(k); ok && c.serves(kept, of) {
			return kept.document, nil
		}
		began := c.now()
		// The first who asks may go away; the others wait on.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), objectTime)
		defer cancel()
		v, err := render(ctx)
		if err != nil {
			return nil, err
		}
		d, err := activityDocument(v)
		if err == nil {
			c.kept.Set(k, cachedObject{of, began, d})
		}
		return d, err
	})
	if err != nil {
		return document{}, err
	}
	return made.(document), nil
}
