package storage

import (
	"time"

	"limelight/blog"
)

// maxLimits bounds the hosts whose limits are remembered: peers choose their
// host names. The one that was met longest ago gives way.
const maxLimits = 10_000

// rememberLimit keeps the size of the smallest body that the host of a delivery
// refused. Prune forgets it, so that a host which takes more now gets it.
func rememberLimit(t *tx, r blog.Receipt, at time.Time) error {
	n, err := t.exec(`INSERT INTO host_limit (host, bytes, at) SELECT d.host, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM delivery d WHERE d.id = $1
		ON CONFLICT (host) DO UPDATE SET at = excluded.at,
			bytes = CASE WHEN excluded.bytes < host_limit.bytes THEN excluded.bytes ELSE host_limit.bytes END`,
		r.ID, r.TooLarge, millis(at))
	if err != nil || n == 0 {
		return err
	}
	var count int
	if err := t.row(`SELECT COUNT(*) FROM host_limit`).Scan(&count); err != nil || count <= maxLimits {
		return err
	}
	_, err = t.exec(`DELETE FROM host_limit WHERE host IN (SELECT host FROM host_limit ORDER BY at, host LIMIT $1)`, count-maxLimits)
	return err
}
