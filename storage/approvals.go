package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"limelight/blog"
)

// Ask records a request with the answer that a.State says and, unless that is
// Asked, writes the Accept or Reject for its actor in the same transaction. A
// request about what was decided before is answered as then: what the author
// refused stays refused. Done is false when the activity was seen before, the
// actor is blocked, or the post is not published. ErrNotFound when there never
// was such a post.
func (db *DB) Ask(ctx context.Context, in Incoming, a blog.Approval) (stored blog.Approval, done bool, err error) {
	if a.Actor.Inbox == "" {
		return a, false, fmt.Errorf("answer the request %s: its actor has no inbox", a.Request)
	}
	done, err = db.apply(ctx, in, func(t *tx) (err error) {
		stored, err = ask(t, a)
		return err
	})
	return stored, done, wrap("answer the request "+a.Request, err)
}

func ask(t *tx, a blog.Approval) (blog.Approval, error) {
	if err := t.refuseBlocked(a.Actor.IRI); err != nil {
		return a, err
	}
	at := blog.Comment{PostID: a.PostID}
	if err := place(t, &at); err != nil {
		return a, err
	}
	if err := t.meet(a.Actor); err != nil {
		return a, err
	}
	old, err := findApproval(t, `WHERE v.actor = $1 AND v.interacting = $2 AND v.type = $3`, a.Actor.IRI, a.Interacting, string(a.Type))
	switch {
	case errors.Is(err, ErrNotFound):
		id, err := uuid.NewV7()
		if err != nil {
			return a, err
		}
		a.ID, a.PostSlug, a.Created = id.String(), at.PostSlug, t.now
		_, err = t.exec(`INSERT INTO approval (id, type, request, actor, interacting, post_id, state, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.ID, string(a.Type), a.Request, a.Actor.IRI, a.Interacting, a.PostID, string(a.State), millis(t.now))
		if err != nil {
			return a, err
		}
	case err != nil:
		return a, err
	default:
		if old.State == blog.Asked {
			old.State = a.State
		}
		old.Request, old.Actor = a.Request, a.Actor
		a = old
		if _, err := t.exec(`UPDATE approval SET request = $2, state = $3 WHERE id = $1`, a.ID, a.Request, string(a.State)); err != nil {
			return a, err
		}
	}
	return a, t.answerRequest(a)
}

// answerRequest tells who asked.
func (t *tx) answerRequest(a blog.Approval) error {
	switch a.State {
	case blog.Granted:
		return t.tellAsker("Accept", a)
	case blog.Refused:
		return t.tellAsker("Reject", a)
	}
	return nil
}

func (t *tx) tellAsker(kind string, a blog.Approval) error {
	if blocked, err := isBlocked(t, a.Actor.IRI); err != nil || blocked {
		return err
	}
	told, err := t.act(blog.Activity{Type: kind, Object: blog.ApprovalObject, Ref: a.ID, Target: a.Actor.IRI})
	if err != nil {
		return err
	}
	return deliverTo(t, told, a.Actor.Inbox)
}

// decideRequest answers what waits for the author about the object, after a
// decision about the comment that it is.
func (t *tx) decideRequest(interacting string, state blog.ApprovalState) error {
	a, err := findApproval(t, `WHERE v.interacting = $1 AND v.state = 'asked'`, interacting)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE approval SET state = $2 WHERE id = $1`, a.ID, string(state)); err != nil {
		return err
	}
	a.State = state
	return t.answerRequest(a)
}

// Revoke takes a granted approval back: its authorization is not served any
// more, and who asked is told. ErrNotFound; false when it was not granted.
func (db *DB) Revoke(ctx context.Context, id string) (a blog.Approval, revoked bool, err error) {
	err = db.write(ctx, func(t *tx) (err error) {
		revoked = false
		if a, err = findApproval(t, `WHERE v.id = $1`, id); err != nil || a.State != blog.Granted {
			return err
		}
		if _, err = t.exec(`UPDATE approval SET state = 'refused' WHERE id = $1`, id); err != nil {
			return err
		}
		a.State, revoked = blog.Refused, true
		return t.tellAsker("Delete", a)
	})
	return a, revoked, wrap("revoke the approval "+id, err)
}

// Approval by UUID; ErrNotFound.
func (db *DB) Approval(ctx context.Context, id string) (blog.Approval, error) {
	a, err := findApproval(db.reading(ctx), `WHERE v.id = $1`, id)
	return a, wrap("read an approval", err)
}

// Approvals of a type (empty means all) on a post (slug or UUID; empty means
// all), oldest first. ErrNotFound when post names none.
func (db *DB) Approvals(ctx context.Context, post string, typ blog.ApprovalType) ([]blog.Approval, error) {
	t := db.reading(ctx)
	cond, args := `WHERE ($1 = '' OR v.type = $1)`, []any{string(typ)}
	if post != "" {
		p, err := findPost(t, post)
		if err != nil {
			return nil, fmt.Errorf("list approvals: %w", err)
		}
		cond, args = cond+` AND v.post_id = $2`, append(args, p.ID)
	}
	out, err := selectApprovals(t, cond+` ORDER BY v.created, v.id`, args...)
	return out, wrap("list approvals", err)
}

func findApproval(t *tx, cond string, args ...any) (blog.Approval, error) {
	found, err := selectApprovals(t, cond, args...)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return blog.Approval{}, err
	}
	return found[0], nil
}

func selectApprovals(t *tx, cond string, args ...any) ([]blog.Approval, error) {
	var out []blog.Approval
	err := t.each(func(rows *sql.Rows) error {
		var a blog.Approval
		fields := []any{&a.ID, &a.Type, &a.Request, &a.Actor.IRI, &a.Interacting, &a.PostID, &a.PostSlug, &a.State, stamp{&a.Created}}
		err := rows.Scan(append(fields, actorFields(&a.Actor)...)...)
		out = append(out, a)
		return err
	}, `SELECT v.id, v.type, v.request, v.actor, v.interacting, v.post_id, p.slug, v.state, v.created, `+actorColumns+`
		FROM approval v JOIN post p ON p.id = v.post_id JOIN actor a ON a.iri = v.actor `+cond, args...)
	return out, err
}
