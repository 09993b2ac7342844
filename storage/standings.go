package storage

import (
	"context"
	"database/sql"
	"errors"

	"limelight/blog"
)

// SetStanding decides about all that an actor (its IRI) or a domain says from
// now on. An empty s.Level takes the decision back: ErrNotFound when there was
// none. What is held or shown already stays as it is.
func (db *DB) SetStanding(ctx context.Context, s blog.Standing) error {
	target, err := blockTarget(s.Target)
	if err == nil {
		err = db.write(ctx, func(t *tx) error {
			if err := setStanding(t, target, s); err != nil {
				return err
			}
			d := blog.Decision{Action: blog.Action(s.Level), Object: target, Note: s.Note}
			if s.Level == "" {
				d.Action = blog.UsualAction
			}
			return t.decided(d)
		})
	}
	return wrap("decide about "+target, err)
}

func setStanding(t *tx, target string, s blog.Standing) error {
	switch s.Level {
	case blog.Always, blog.Ask:
	case "":
		n, err := t.exec(`DELETE FROM standing WHERE target = $1`, target)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	default:
		return errors.New("there is no level " + string(s.Level))
	}
	_, err := t.exec(`INSERT INTO standing (target, level, note, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (target) DO UPDATE SET level = excluded.level, note = excluded.note`,
		target, string(s.Level), s.Note, millis(t.now))
	return err
}

// Standings lists them by their targets.
func (db *DB) Standings(ctx context.Context) ([]blog.Standing, error) {
	var out []blog.Standing
	err := db.reading(ctx).each(func(rows *sql.Rows) error {
		var s blog.Standing
		err := rows.Scan(&s.Target, &s.Level, &s.Note, stamp{&s.Since})
		out = append(out, s)
		return err
	}, `SELECT target, level, note, since FROM standing ORDER BY target`)
	return out, wrap("list standings", err)
}

// StandingOf is what the author decided about an actor that comments.
func (db *DB) StandingOf(ctx context.Context, actorIRI string) (blog.Acquaintance, error) {
	a, err := standingOf(db.reading(ctx), actorIRI)
	return a, wrap("look up a commenter", err)
}

// Known tells whether an actor follows, or a comment of theirs stands on a page. A
// private message is shown to nobody, so it makes nobody known.
func (db *DB) Known(ctx context.Context, actorIRI string) (bool, error) {
	known, err := db.reading(ctx).exists(`SELECT 1 FROM follower WHERE actor = $1
		UNION ALL SELECT 1 FROM comment c WHERE c.actor = $1 AND `+onPage+` LIMIT 1`, actorIRI)
	return known, wrap("look up a commenter", err)
}

func standingOf(t *tx, actorIRI string) (a blog.Acquaintance, err error) {
	targets := blockTargets(actorIRI) // the nearest first
	levels := map[string]blog.Level{}
	args, list := in(nil, targets)
	err = t.each(func(rows *sql.Rows) error {
		var target string
		var level blog.Level
		err := rows.Scan(&target, &level)
		levels[target] = level
		return err
	}, `SELECT target, level FROM standing WHERE target IN `+list, args...)
	if err != nil {
		return a, err
	}
	for _, target := range targets {
		if a.Level = levels[target]; a.Level != "" {
			a.Target = target
			break
		}
	}
	return a, nil
}
