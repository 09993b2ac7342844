package storage

import "time"

// millis is a time as it is stored: Unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMillis is the time that millis stored.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// stamp scans a stored time into a time.Time.
type stamp struct{ to *time.Time }

// Scan implements sql.Scanner. A NULL is the zero time.
func (s stamp) Scan(v any) error {
	ms, _ := v.(int64)
	*s.to = fromMillis(ms)
	return nil
}

// orElse scans a text into one that is empty.
type orElse struct{ to *string }

// Scan implements sql.Scanner.
func (o orElse) Scan(v any) error {
	if text, ok := v.(string); ok && *o.to == "" {
		*o.to = text
	}
	return nil
}

// latest is the last of the times.
func latest(ts ...time.Time) time.Time {
	var out time.Time
	for _, t := range ts {
		if t.After(out) {
			out = t
		}
	}
	return out
}

// wholeMillis cuts a time to what storage can keep, so that what a method
// returns equals what is read back.
func wholeMillis(t time.Time) time.Time { return fromMillis(millis(t)) }
