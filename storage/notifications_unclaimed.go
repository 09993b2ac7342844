package storage

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"
)

// keepUnclaimed is for how long what waits for a channel is kept that no living
// process has: a node may be stopped for a while, or be started once with the
// wrong configuration.
const keepUnclaimed = 24 * time.Hour

// UnclaimedChannel is a way to tell the author that no living process has any
// more, although something waits for it.
type UnclaimedChannel struct {
	Channel string
	Waiting int
	Dropped bool // now; else it was found to be unclaimed just now
}

// DropUnclaimed looks for channels that no living process has, and drops what
// waits for those that nobody has had for a day. Returns what the author should
// know of: what waits for nobody since now, and what was dropped.
func (db *DB) DropUnclaimed(ctx context.Context) (tell []UnclaimedChannel, err error) {
	// Nearly always there is nothing to write.
	odd, err := db.reading(ctx).unclaimed(db.notices.Channels)
	if err == nil && len(odd) > 0 {
		err = db.write(ctx, func(t *tx) error {
			tell = nil
			if odd, err = t.unclaimed(db.notices.Channels); err != nil {
				return err
			}
			for _, c := range odd {
				if err := t.lockNotifier(c.channel); err != nil {
					return err
				}
				told, err := t.settleUnclaimed(c)
				if err != nil {
					return err
				}
				if told.Waiting > 0 {
					tell = append(tell, told)
				}
			}
			return nil
		})
	}
	return tell, wrap("drop what nobody is to tell the author", err)
}

// claim is a channel for which something is kept: its messages, or how it went.
type claim struct {
	channel string
	since   time.Time // unclaimed; zero when it counts as claimed
	claimed bool      // by a living process, now
}

// unclaimed lists the channels that nobody has, and those that somebody has again.
func (t *tx) unclaimed(own []string) ([]claim, error) {
	claimed := map[string]bool{}
	for _, channel := range own {
		claimed[channel] = true
	}
	others, err := t.texts(`SELECT channels FROM process`)
	if err != nil {
		return nil, err
	}
	for _, channels := range others {
		for _, channel := range strings.Fields(channels) {
			claimed[channel] = true
		}
	}
	var odd []claim
	err = t.each(func(rows *sql.Rows) error {
		var c claim
		if err := rows.Scan(&c.channel, stamp{&c.since}); err != nil {
			return err
		}
		if c.claimed = claimed[c.channel]; !c.claimed || !c.since.IsZero() {
			odd = append(odd, c)
		}
		return nil
	}, `SELECT channel, unclaimed FROM notifier
		UNION SELECT DISTINCT channel, CAST(0 AS BIGINT) FROM notification WHERE channel NOT IN (SELECT channel FROM notifier)`)
	slices.SortFunc(odd, func(a, b claim) int { return strings.Compare(a.channel, b.channel) })
	return odd, err
}

// settleUnclaimed notes since when nobody has the channel, or that somebody has,
// or drops it; the zero UnclaimedChannel when there is nothing to tell.
func (t *tx) settleUnclaimed(c claim) (told UnclaimedChannel, err error) {
	told.Channel = c.channel
	since := t.now
	switch {
	case c.claimed:
		since = time.Time{}
	case recent(c.since, t.now, keepUnclaimed):
		return UnclaimedChannel{}, nil
	default:
		// By a clock that was wrong it may be from a time to come: then it begins now.
		told.Dropped = !c.since.IsZero() && !c.since.After(t.now)
		err = t.row(`SELECT COUNT(*) FROM notification WHERE channel = $1`, c.channel).Scan(&told.Waiting)
	}
	if err != nil {
		return told, err
	}
	if !told.Dropped {
		_, err = t.exec(`UPDATE notifier SET unclaimed = $2 WHERE channel = $1`, c.channel, millis(since))
		return told, err
	}
	if _, err = t.exec(`DELETE FROM notification WHERE channel = $1`, c.channel); err == nil {
		_, err = t.exec(`DELETE FROM notifier WHERE channel = $1`, c.channel)
	}
	return told, err
}
