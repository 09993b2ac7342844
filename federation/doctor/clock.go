package doctor

import (
	"context"
	"fmt"
	"time"
)

const (
	signatureWindow = time.Hour   // that signatures may be off, here and at most others
	clockSlack      = time.Minute // beyond which a clock is not kept by anybody
)

// clock compares this machine's with those there. Which of them is right cannot be
// told from here.
func (x *exam) clock(context.Context) {
	var off time.Duration
	what := "the Date of answers"
	switch {
	case !x.date.came.IsZero():
		off = x.date.said.Sub(x.date.came.Truncate(time.Second))
	case x.arrival == nil:
		x.skip("clock", "no answer bore a Date")
		return
	}
	if x.arrival != nil {
		// The node's own, to which a web server in front may give another Date.
		if node := x.arrival.Now.Sub(x.now()); node.Abs() > off.Abs() && node.Abs() > clockSlack {
			off, what = node, "the clock of the machine where limelight runs"
		}
	}
	found := fmt.Sprintf("%s is %s off this machine's clock", what, off.Abs().Round(time.Second))
	remedy := Remedy{"machine", "timedatectl set-ntp true  # on both machines"}
	switch {
	case off.Abs() > signatureWindow:
		x.fail("clock", found, "Signatures bear the time: other servers refuse what the blog sends, or the blog what they send. Caches keep answers too long, or not at all.", remedy)
	case off.Abs() > clockSlack:
		x.warn("clock", found, "Posts are dated wrongly; when it is off by an hour, signatures are refused.", remedy)
	default:
		x.ok("clock", "within a minute of this machine's")
	}
}
