package federation

import (
	"testing"
	"time"
)

func TestScheduleGrowsAndEnds(t *testing.T) {
	s, now := defaultSchedule(), time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	var last time.Duration
	for tries := 1; tries <= 11; tries++ {
		for range 50 {
			at, ok := s.next(tries, now, 0)
			wait, step := at.Sub(now), s[tries-1]
			if !ok || wait < step*8/10 || wait > step*12/10 {
				t.Fatalf("after %d tries: waits %v (%t), want %v give or take a fifth", tries, wait, ok, step)
			}
		}
		if s[tries-1] <= last {
			t.Errorf("step %d does not grow", tries)
		}
		last = s[tries-1]
	}
	if _, ok := s.next(12, now, 0); ok {
		t.Error("a thirteenth attempt is made")
	}
}

func TestScheduleHonoursRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ asked, min, max time.Duration }{
		"shorter than the step": {time.Second, 48 * time.Second, 72 * time.Second},
		"longer than the step":  {time.Hour, time.Hour, time.Hour},
		"longer than we wait":   {100 * time.Hour, maxRetryAfter, maxRetryAfter},
		"nonsense":              {-time.Hour, 48 * time.Second, 72 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			at, _ := defaultSchedule().next(1, now, c.asked)
			if wait := at.Sub(now); wait < c.min || wait > c.max {
				t.Errorf("waits %v, want %v to %v", wait, c.min, c.max)
			}
		})
	}
}
