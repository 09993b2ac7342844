package main

import (
	"context"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

// memoryPercent is GOGC for a node, whose live memory is some ten megabytes: at
// twice Go's own, garbage is collected half as often for twenty megabytes more
// while there is much to do. What of it is left when that is over goes back.
const memoryPercent = 200

func spendMemory(getenv func(string) string) {
	if getenv("GOGC") == "" && getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(memoryPercent)
	}
}

const (
	memoryPeriod = 10 * time.Second
	quietBytes   = 4 << 20 // allocated within a period, at most, when little is to be done
	worthBytes   = 8 << 20 // allocated since memory was given back last: less is not worth collecting
)

// memory gives what a busy hour took back to the system, as soon as a period was
// quiet. Go itself keeps it until its next collection, which a quiet node has
// every two minutes, and most of it for longer.
type memory struct {
	allocated  func() uint64 // bytes, since the process began
	giveBack   func()
	seen, back uint64 // what allocated was when it was last looked at, and given back
}

func newMemory() *memory {
	return &memory{allocated: allocated, giveBack: debug.FreeOSMemory}
}

func allocated() uint64 {
	read := []runtimemetrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	runtimemetrics.Read(read)
	return read[0].Value.Uint64()
}

func (m *memory) look(context.Context) error {
	now := m.allocated()
	quiet := now-m.seen < quietBytes
	m.seen = now
	if quiet && now-m.back >= worthBytes {
		m.giveBack()
		m.back = now
	}
	return nil
}
