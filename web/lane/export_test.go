package lane

import "time"

// SetIdle is for tests, before the first connection comes.
func (l *Lane) SetIdle(d time.Duration) { l.o.Idle = d }
