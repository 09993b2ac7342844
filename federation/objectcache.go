package federation

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

const (
	objectBytes = 4 << 20 // of rendered objects in memory
	objectTime  = 10 * time.Second
)

// objectCache keeps rendered objects and collections while what they were made
// of stays the same.
type objectCache struct {
	kept  *otter.Cache[objectKey, cachedObject]
	fills singleflight.Group
}

// objectKey names an object or a page of a collection. Only what exists is kept
// under one.
type objectKey struct {
	kind string // post, or the name of a collection
	id   string // of the post
	page int
}

// revision is what something was made of: the post's revision, or both of the
// blog's.
type revision [2]int64

type cachedObject struct {
	of revision
	document
}

func newObjectCache() (*objectCache, error) {
	kept, err := otter.New(&otter.Options[objectKey, cachedObject]{
		MaximumWeight: objectBytes,
		Weigher: func(k objectKey, c cachedObject) uint32 {
			return uint32(min(len(c.body)+len(k.id)+512, math.MaxUint32))
		},
	})
	if err != nil {
		return nil, err
	}
	return &objectCache{kept: kept}, nil
}

// get returns what is kept under k when it is of the revision, else what
// render makes, once for all who wait for it.
func (c *objectCache) get(ctx context.Context, k objectKey, of revision, render func(context.Context) (any, error)) (document, error) {
	if kept, ok := c.kept.GetIfPresent(k); ok && kept.of == of {
		return kept.document, nil
	}
	made, err, _ := c.fills.Do(fmt.Sprint(k, of), func() (any, error) {
		// The first who asks may go away; the others wait on.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), objectTime)
		defer cancel()
		v, err := render(ctx)
		if err != nil {
			return nil, err
		}
		d, err := activityDocument(v)
		if err == nil {
			c.kept.Set(k, cachedObject{of, d})
		}
		return d, err
	})
	if err != nil {
		return document{}, err
	}
	return made.(document), nil
}
