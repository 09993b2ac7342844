package main

import "testing"

func TestMemoryIsGivenBackWhenItIsQuiet(t *testing.T) {
	const mega = 1 << 20
	var used uint64
	times := 0
	m := &memory{allocated: func() uint64 { return used }, giveBack: func() { times++ }}
	for i, step := range []struct {
		more  uint64
		times int
	}{
		{20 * mega, 0}, // starting
		{1 * mega, 1},
		{1 * mega, 1}, // too little since
		{900 * mega, 1},
		{900 * mega, 1},
		{0, 2},
		{3 * mega, 2},
		{3 * mega, 2},
		{3 * mega, 3}, // little by little it is worth it again
		{0, 3},
	} {
		used += step.more
		if err := m.look(t.Context()); err != nil || times != step.times {
			t.Fatalf("step %d: given back %d times, want %d (%v)", i, times, step.times, err)
		}
	}
	before := allocated()
	kept := make([]byte, mega)
	if after := allocated(); after < before+uint64(len(kept)) {
		t.Errorf("a megabyte counted as %d bytes", after-before)
	}
}
