package storage

import (
	"fmt"
	"time"
)

// seconds scans whole seconds.
type seconds struct{ to *time.Duration }

// Scan implements sql.Scanner.
func (s seconds) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("%T is no number", src)
	}
	*s.to = time.Duration(n) * time.Second
	return nil
}
