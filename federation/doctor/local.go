package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	checkTime = time.Minute // for reading through the database

	tightSpace = 1 << 30   // bytes free, below which there is a warning
	noSpace    = 100 << 20 // and a failure
)

// local looks at the data on this machine.
func (x *exam) local(ctx context.Context) {
	x.spaces()
	l := x.o.Local
	if l.DB == nil {
		x.fail("database", fmt.Sprint(l.Err), "Nothing is served from it like this.", x.config("[storage]\ndatabase = \"limelight.db\"  # from that file's folder"),
			Remedy{"machine", "limelight serve  # makes it, or brings it to this version"})
		return
	}
	served, err := l.DB.Served(ctx)
	switch {
	case err != nil:
		x.skip("serve", "%v", err)
	case !served:
		x.fail("serve", "`limelight serve` is not running on "+l.Storage.Name(), "Nothing is sent and nothing taken. What answers at the address, if anything does, is something else.", Remedy{"machine", "limelight serve"})
	default:
		x.ok("serve", "it runs")
	}
	x.database(ctx)
}

func (x *exam) database(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	l := x.o.Local
	h, err := l.DB.QuickCheck(ctx)
	restore := Remedy{"machine", "stop limelight serve, move " + l.Storage.Name() + " and its -wal and -shm away, and: limelight restore BACKUP"}
	switch {
	case err != nil && ctx.Err() != nil:
		x.skip("database", "it was not read through within %s", checkTime)
	case err != nil:
		x.fail("database", err.Error(), "Pages, feeds and the inbox fail.", restore)
	case len(h.Faults) > 0:
		x.fail("database", "it is damaged: "+short(strings.Join(h.Faults, "; ")), "Posts, comments or followers are lost, now or later.", restore)
	default:
		x.ok("database", "sound; schema %d", h.Schema)
	}
}

// spaces looks at the room on the disks.
func (x *exam) spaces() {
	spaces, err := x.o.Local.Storage.Spaces(x.o.Local.Folders...)
	if err != nil {
		x.skip("disk", "%v", err)
		return
	}
	if len(spaces) == 0 {
		x.skip("disk", "nothing is kept on this machine")
		return
	}
	state, said := OK, make([]string, 0, len(spaces))
	for _, s := range spaces {
		said = append(said, fmt.Sprintf("%d MB of %d free at %s", s.Free>>20, s.Total>>20, s.Folder))
		switch {
		case s.Free < min(noSpace, s.Total/50):
			state = Failure
		case s.Free < min(tightSpace, s.Total/10) && state == OK:
			state = Warning
		}
	}
	found := strings.Join(said, "; ")
	if state == OK {
		x.ok("disk", "%s", found)
		return
	}
	x.report("disk", state, found, "When the disk is full, nothing new is taken in: no replies, no follows, no posts.",
		Remedy{"machine", "df -h; du -xsh /var/* | sort -h  # and make room"}, x.config("[backup]\nkeep = 3"))
}
