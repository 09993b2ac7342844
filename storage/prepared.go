package storage

import (
	"context"
	"database/sql"
	"sync"
)

// maxPrepared bounds the length of a query that is kept prepared: longer ones
// have lists that are seldom of the same length.
const maxPrepared = 4 << 10

// prepared is a pool whose queries stay prepared on its connections. SQLite
// parses and plans a query for longer than it runs most of ours. Closing the
// pool closes them.
type prepared struct {
	*sql.DB
	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

func newPrepared(db *sql.DB) *prepared {
	return &prepared{DB: db, statements: map[string]*sql.Stmt{}}
}

// statement is nil for a query that is not kept.
func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if len(query) > maxPrepared {
		return nil, nil
	}
	p.mu.RLock()
	s, full := p.statements[query], len(p.statements) >= maxStatements
	p.mu.RUnlock()
	if s != nil || full {
		return s, nil
	}
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.statements[query]; other != nil {
		s.Close()
		return other, nil
	}
	p.statements[query] = s
	return s, nil
}

// QueryContext implements runner.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.DB.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements runner. A statement that cannot be prepared is
// handed to the pool, whose Row carries the error. One row is read to its end
// whatever becomes of the context: to watch it takes two goroutines, a quarter
// of the cost of most of our queries.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.statement(ctx, query)
	if err != nil || s == nil {
		return p.DB.QueryRowContext(ctx, query, args...)
	}
	if ctx.Err() == nil {
		ctx = context.WithoutCancel(ctx)
	}
	return s.QueryRowContext(ctx, args...)
}
