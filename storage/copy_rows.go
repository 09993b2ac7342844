package storage

import (
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash"
	"math/bits"
	"strings"
)

// copyRows are the rows of a table on their way, with their digest so far. It is
// a pgx.CopyFromSource.
type copyRows struct {
	*sql.Rows
	columns []string
	boolean []bool
	moved   func()
	values  []any
	n       int64
	sum     digest
	hash    hash.Hash
	err     error
}

func newCopyRows(rows *sql.Rows) (*copyRows, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		rows.Close()
		return nil, err
	}
	c := &copyRows{Rows: rows, hash: sha256.New(), moved: func() {}, values: make([]any, len(types))}
	for _, t := range types {
		c.columns = append(c.columns, t.Name())
		c.boolean = append(c.boolean, strings.HasPrefix(strings.ToUpper(t.DatabaseTypeName()), "BOOL"))
	}
	return c, nil
}

// Next reads a row, false at the end or on an error.
func (c *copyRows) Next() bool {
	if c.err != nil || !c.Rows.Next() {
		return false
	}
	into := make([]any, len(c.values))
	for i := range into {
		into[i] = &c.values[i]
	}
	if c.err = c.Scan(into...); c.err != nil {
		return false
	}
	for i, v := range c.values {
		if c.values[i], c.err = plainValue(v, c.boolean[i]); c.err != nil {
			return false
		}
	}
	c.n++
	c.sum.add(c.hash, c.values)
	c.moved()
	return true
}

// Values is the row that Next read.
func (c *copyRows) Values() ([]any, error) { return c.values, c.err }

// Err is why Next ended, nil when it came to the end.
func (c *copyRows) Err() error {
	if c.err != nil {
		return c.err
	}
	return c.Rows.Err()
}

// plainValue is the same value for what either driver makes of it.
func plainValue(v any, boolean bool) (any, error) {
	switch v := v.(type) {
	case int64:
		if boolean {
			return v != 0, nil
		}
		return v, nil
	case []byte:
		return string(v), nil
	case nil, string, bool:
		return v, nil
	}
	return nil, fmt.Errorf("a value of type %T, which no column of ours has", v)
}

// digest is the sum of the SHA-256 of each row, so that the order in which an
// engine gives them does not matter, and two rows that are the same do.
type digest [4]uint64

func (d *digest) add(h hash.Hash, row []any) {
	h.Reset()
	for _, v := range row {
		text := fmt.Sprint(v)
		fmt.Fprintf(h, "%T %d ", v, len(text))
		h.Write([]byte(text))
	}
	sum, carry := h.Sum(nil), uint64(0)
	for i := range d {
		d[i], carry = bits.Add64(d[i], binary.LittleEndian.Uint64(sum[8*i:]), carry)
	}
}
