package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"limelight/storage/backup"
)

// byteMeter shows how far an archive is: a bar on a terminal, else a line for
// each step, and one now and then while a step takes long.
type byteMeter struct {
	w     io.Writer
	bar   *progressbar.ProgressBar
	doing string
	said  time.Time
}

func newByteMeter(w io.Writer) *byteMeter { return &byteMeter{w: w} }

func (m *byteMeter) show(p backup.Progress) {
	if p.Doing != m.doing {
		m.end()
		m.doing = p.Doing
		if !isTerminal(m.w) {
			fmt.Fprintln(m.w, p.Doing)
			m.said = time.Now()
			return
		}
		m.bar = progressbar.NewOptions64(p.Total, progressbar.OptionSetWriter(m.w), progressbar.OptionSetDescription(p.Doing),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond))
	}
	switch {
	case m.bar != nil && p.Total > 0:
		m.bar.ChangeMax64(p.Total)
		_ = m.bar.Set64(p.Done)
	case m.bar == nil && p.Total > 0 && time.Since(m.said) >= waitLine:
		fmt.Fprintf(m.w, "%s: %d %%\n", p.Doing, p.Done*100/p.Total)
		m.said = time.Now()
	}
}

// end takes the bar away.
func (m *byteMeter) end() {
	if m.bar != nil {
		_ = m.bar.Clear()
		m.bar = nil
	}
}
