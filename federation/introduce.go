package federation

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"limelight/federation/vocab"
)

// Introduce makes the blog known as it is now, at every start and before
// anything is answered. Handles that it once had keep leading to it, so that a
// rename keeps its followers: Mastodon merges the accounts when the old handle
// leads it to the new one by WebFinger. And when the actor's document says
// anything else than at the last start, one Update of it is written for the
// followers, which goes out like everything else.
func (n *Node) Introduce(ctx context.Context) error {
	name, host, _ := strings.Cut(strings.ToLower(n.blog.Acct()), "@")
	if err := n.db.UseHandle(ctx, name, host); err != nil {
		return fmt.Errorf("introduce the blog: %w", err)
	}
	p := n.person()
	p.PublicKey, p.AlsoKnownAs, p.MovedTo = vocab.PublicKey{}, nil, "" // whose commands tell of them
	document, err := vocab.Encode(p)
	if err != nil {
		return fmt.Errorf("introduce the blog: %w", err)
	}
	told, err := n.db.TellProfile(ctx, fmt.Sprintf("%x", sha256.Sum256(document)))
	if err != nil {
		return fmt.Errorf("introduce the blog: %w", err)
	}
	if told > 0 {
		n.log.Info("the profile changed; followers are told", "servers", told)
		n.Wake()
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
