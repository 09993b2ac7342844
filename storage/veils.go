package storage

import (
	"fmt"

	"limelight/blog"
)

// Veils hide a comment or citation whatever was decided about it. The state
// beneath is kept, and is back when the last veil is lifted.
const (
	blockVeil   = 1 // its author is blocked
	textVeil    = 2 // it says #noblog
	profileVeil = 4 // its author's profile does
)

// commentReason tells the author why a comment c is not shown.
const commentReason = `CASE WHEN c.veil >= 4 THEN '#noblog in its author''s profile' WHEN c.veil >= 2 THEN '#noblog in the text'
	WHEN c.veil = 1 THEN 'its author is blocked' ELSE c.reason END`

// veiledTables have the columns actor, post_id, state, veil and prior.
var veiledTables = []string{"comment", "citation"}

// veil hides what the actors of the query have said.
func (t *tx) veil(bit int, actors string, args ...any) error {
	for _, table := range veiledTables {
		_, err := t.exec(fmt.Sprintf(`UPDATE %[1]s SET prior = CASE WHEN veil = 0 THEN state ELSE prior END,
				state = 'hidden', veil = veil + %[2]d
			WHERE state <> 'erased' AND (veil & %[2]d) = 0 AND actor IN (%[3]s)`, table, bit, actors), args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// unveil lifts one veil from what the actors of the query have said.
func (t *tx) unveil(bit int, actors string, args ...any) error {
	for _, table := range veiledTables {
		_, err := t.exec(fmt.Sprintf(`UPDATE %[1]s SET state = CASE WHEN veil = %[2]d THEN prior ELSE state END,
				prior = CASE WHEN veil = %[2]d THEN '' ELSE prior END, veil = veil - %[2]d
			WHERE (veil & %[2]d) <> 0 AND actor IN (%[3]s)`, table, bit, actors), args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// consent hides or shows what an actor has said after its profile changed its
// mind about #noblog.
func (t *tx) consent(a blog.Actor) error {
	change := t.unveil
	if a.NoBlog {
		change = t.veil
	}
	const one = `CAST($1 AS TEXT)`
	if err := change(profileVeil, `SELECT `+one, a.IRI); err != nil {
		return err
	}
	posts, err := t.postsOf(one, a.IRI)
	if err != nil {
		return err
	}
	return t.recount(posts...)
}

// postsOf are the posts under which the actors of the query are seen.
func (t *tx) postsOf(actors string, args ...any) ([]string, error) {
	return t.texts(`SELECT post_id FROM comment WHERE actor IN (`+actors+`)
		UNION SELECT post_id FROM reaction WHERE actor IN (`+actors+`)
		UNION SELECT post_id FROM citation WHERE actor IN (`+actors+`)`, args...)
}

// veilNew is the veil over a new comment and the state beneath it; c.State
// becomes what is stored.
func (t *tx) veilNew(c *blog.Comment) (veil int, prior string) {
	if c.NoBlog {
		veil |= textVeil
	}
	if c.Author.NoBlog {
		veil |= profileVeil
	}
	if veil == 0 {
		return 0, ""
	}
	prior, c.State = string(c.State), blog.Hidden
	return veil, prior
}

// veilOf is the veil over a comment and the state beneath.
func (t *tx) veilOf(id int64) (veil int, prior blog.State, err error) {
	err = t.row(`SELECT veil, prior FROM comment WHERE id = $1`, id).Scan(&veil, &prior)
	return veil, prior, err
}

// editedState gives a comment the state that its new text has. Next is set to
// it.
func (t *tx) editedState(old blog.Comment, next *blog.Comment, c blog.Comment) error {
	veil, state, err := t.veilOf(old.ID)
	if err != nil {
		return err
	}
	before := veil
	if veil == 0 {
		state = old.State
	}
	held := c.State == blog.Held && state == blog.Shown
	if held {
		state = blog.Held
	}
	if veil &^= textVeil; c.NoBlog {
		veil |= textVeil
	}
	if !held && veil == before {
		return nil
	}
	prior := blog.State("")
	next.State = state
	if veil != 0 {
		prior, next.State = state, blog.Hidden
	}
	set, args := ``, []any{old.ID, string(next.State), veil, string(prior)}
	if held {
		set, args = `, reason = $5`, append(args, c.Reason)
		if err := t.ruled(c.Rule, c.Author.IRI, fmt.Sprintf("comment %d", old.ID), blog.HoldAction); err != nil {
			return err
		}
	}
	_, err = t.exec(`UPDATE comment SET state = $2, veil = $3, prior = $4`+set+` WHERE id = $1`, args...)
	return err
}

// decideState carries out the author's decision about a comment that is not
// erased, and records it.
func (t *tx) decideState(c blog.Comment, state blog.State) error {
	veil, prior, err := t.veilOf(c.ID)
	switch {
	case err != nil:
		return err
	case veil != 0 && (state == blog.Shown || state == blog.Held):
		return fmt.Errorf("%w: %s", ErrVeiled, c.Reason)
	case state == blog.Hidden && c.State == state && (veil == 0 || prior == state):
		return nil
	}
	if err := setState(t, c, state); err != nil {
		return err
	}
	return t.decided(blog.Decision{Action: stateActions[state], Object: fmt.Sprintf("comment %d", c.ID), Actor: c.Author.IRI, Note: c.Reason})
}

// stateActions are the decisions that lead to a state.
var stateActions = map[blog.State]blog.Action{
	blog.Shown: blog.ApproveAction, blog.Held: blog.HoldAction, blog.Hidden: blog.HideAction, blog.Erased: blog.DeleteAction,
}
