package federation

import (
	"context"
	"time"

	"limelight/blog"
)

const (
	handleBatch = 5 // asked of storage at a time
	handlePoll  = 5 * time.Second
)

// CheckHandles asks servers what the people are called who have been here,
// until ctx ends: an actor at social.example.com may be known as @ann@example.com.
// The name that an actor gives itself at its own host is shown until then.
func (n *Node) CheckHandles(ctx context.Context) {
	n.repeat(ctx, "handles", handlePoll, n.checkHandles)
}

func (n *Node) checkHandles(ctx context.Context, hosts *troubled) error {
	due, err := n.db.HandlesDue(ctx, handleBatch)
	if err != nil {
		return err
	}
	for _, a := range due {
		told := n.askHandle(ctx, a, hosts)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := n.db.SaveHandle(ctx, a.IRI, told); err != nil {
			return err
		}
	}
	return nil
}

// askHandle is the handle that leads to the actor, as its own server and, where
// that names another, the server of the handle tell; empty when it cannot be had.
func (n *Node) askHandle(ctx context.Context, a blog.Actor, hosts *troubled) (told string) {
	host := hostName(a.IRI)
	defer n.recoverFrom("a handle", host)
	if a.Handle == "" || hosts.aside(host, n.now()) {
		return ""
	}
	name, id, err := n.directory.resolve(ctx, a.Handle)
	switch {
	case err == nil && id == a.IRI:
		hosts.answered(host)
		return blog.TamePlain(name, maxTitle)
	case Temporary(err):
		hosts.failed(host, n.now())
	}
	n.log.Debug("a handle could not be checked", "host", host, "err", err)
	return ""
}
