package federation

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Introduce makes the blog known by the name that it has now, at every start
// and before anything is answered: handles that it once had keep leading to it,
// so that a rename keeps its followers. Mastodon merges the accounts when the
// old handle leads it to the new one by WebFinger.
func (n *Node) Introduce(ctx context.Context) error {
	name, host, _ := strings.Cut(strings.ToLower(n.blog.Acct()), "@")
	if err := n.db.UseHandle(ctx, name, host); err != nil {
		return fmt.Errorf("introduce the blog: %w", err)
	}
	return nil
}

// wasBlog tells whether the blog had the handle before: the name at one of its
// present hosts or, when its handle was at another domain, there.
func (n *Node) wasBlog(ctx context.Context, r resource) (bool, error) {
	if r.address != nil {
		return false, nil
	}
	hosts, err := n.db.HandleHosts(ctx, r.name)
	return len(hosts) > 0 && n.isOurs(r.host) || slices.Contains(hosts, r.host), err
}
