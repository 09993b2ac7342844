package storage

import (
	"context"
	"time"

	"limelight/blog"
)

// Follow records (or renews, with its new id) a follower and, in the same
// transaction, the Accept and its delivery to the actor's own inbox. A
// repeated Follow is accepted again.
func (db *DB) Follow(ctx context.Context, in Incoming, f blog.Follower) (bool, error) {
	panic("contract")
}

// Unfollow removes the follower and its pending deliveries when no other
// follower shares the inbox. ok is false when it did not follow.
func (db *DB) Unfollow(ctx context.Context, in Incoming) (bool, error) { panic("contract") }

// Followers in the order they came. limit 0 means all.
func (db *DB) Followers(ctx context.Context, limit, offset int) ([]blog.Follower, error) {
	panic("contract")
}
func (db *DB) CountFollowers(ctx context.Context) (int, error) { panic("contract") }

// React records a like, boost or emoji once per actor, post and type, and
// counts it. Unreact undoes it, named by (actor, post, type) or, with an empty
// PostID, by the IRI of the activity.
func (db *DB) React(ctx context.Context, in Incoming, r blog.Reaction) (bool, error) {
	panic("contract")
}
func (db *DB) Unreact(ctx context.Context, in Incoming, r blog.Reaction) (bool, error) {
	panic("contract")
}

// Reactions on a post (slug or UUID; empty means all), oldest first; typ empty
// means all types.
func (db *DB) Reactions(ctx context.Context, post string, typ blog.ReactionType, limit, offset int) ([]blog.Reaction, error) {
	panic("contract")
}

// AvatarsDue are actors with a comment on a page whose picture is still to be
// fetched, or fetched again; SaveAvatar stores one (an empty name after a
// failed try, which puts the next try off).
func (db *DB) AvatarsDue(ctx context.Context, limit int) ([]blog.Actor, error) { panic("contract") }
func (db *DB) SaveAvatar(ctx context.Context, actor, name string, data []byte) error {
	panic("contract")
}

// AddBlock blocks an actor's IRI or a domain with its subdomains: their
// follows and pending deliveries go, their comments are hidden, their
// reactions removed. RemoveBlock lifts it; comments hidden by it stay hidden
// until shown again. ErrNotFound when there was none.
func (db *DB) AddBlock(ctx context.Context, target string) error    { panic("contract") }
func (db *DB) RemoveBlock(ctx context.Context, target string) error { panic("contract") }
func (db *DB) Blocks(ctx context.Context) ([]blog.Block, error)     { panic("contract") }

// Blocked tells whether the actor or its host is blocked.
func (db *DB) Blocked(ctx context.Context, actorIRI string) (bool, error) { panic("contract") }

// ClaimDeliveries leases up to limit deliveries that are due, oldest first, to
// the caller for the given time. Two claims never hold the same one. A delivery
// waits while an earlier one about the same object to the same inbox is
// pending. perHost bounds how many of one host a single claim hands out.
// Hosts in skip are left for later.
func (db *DB) ClaimDeliveries(ctx context.Context, limit, perHost int, lease time.Duration, skip []string) ([]blog.Delivery, error) {
	panic("contract")
}

// NextDelivery is when the next pending delivery is due; ok is false when none is.
func (db *DB) NextDelivery(ctx context.Context) (at time.Time, ok bool, err error) {
	panic("contract")
}

// RecordReceipts stores outcomes and ends their leases.
func (db *DB) RecordReceipts(ctx context.Context, rs []blog.Receipt) error { panic("contract") }

// ReleaseDeliveries ends the leases of these deliveries without an attempt
// (shutdown).
func (db *DB) ReleaseDeliveries(ctx context.Context, ids []int64) error { panic("contract") }

// Deliveries for the author: of one post (slug or UUID) or all, newest first.
func (db *DB) Deliveries(ctx context.Context, post string, limit, offset int) ([]blog.Delivery, error) {
	panic("contract")
}

// Prune forgets what has served its time: seen activities and tombstones after
// 30 days, receipts after 90.
func (db *DB) Prune(ctx context.Context, now time.Time) error { panic("contract") }
