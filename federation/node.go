package federation

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// Options are what a Node is made of.
type Options struct {
	Blog           *blog.Blog       // not changed afterwards
	DB             *storage.DB      // stays the caller's to close
	Key            *rsa.PrivateKey  // the actor's and the server's, until LoadAccount finds a later one
	AllowPrivate   []netip.Prefix   // networks that may be spoken to besides public ones
	Relays         []string         // ids of the actors of relays that are to pass the public posts on
	CommentsPolicy string           // what becomes of replies: open, known, held or closed; empty means open
	Moderation     Moderation       // of what the policy lets through
	Log            *slog.Logger     // nil means no log
	Now            func() time.Time // nil means time.Now
}

// Node is the blog in the fediverse. Its methods are safe for concurrent use.
type Node struct {
	blog       *blog.Blog
	db         *storage.DB
	client     *Client
	directory  *Directory
	policy     string
	moderation Moderation
	rules      *ruleBook
	floods     *floods
	gate       *gate   // of the inbox
	unstored   *seldom // activities that storage did not take
	relays     []string
	log        *slog.Logger
	now        func() time.Time

	standing *lastStanding // see LoadAccount
	objects  *objectCache  // posts as objects, rendered
	counts   *counts       // see Stats
	wake     chan struct{} // see Wake
	pace     pace          // of Deliver
}

// New makes a Node. It connects to nobody and reads nothing from the database
// yet.
func New(o Options) (*Node, error) {
	if o.Blog == nil || o.DB == nil || o.Key == nil {
		return nil, errors.New("make the node: Blog, DB and Key are needed")
	}
	n := &Node{
		blog: o.Blog, db: o.DB, policy: o.CommentsPolicy, moderation: o.Moderation, rules: &ruleBook{}, floods: newFloods(), gate: newGate(), unstored: &seldom{every: tellBusy}, relays: o.Relays, log: o.Log, now: o.Now,
		counts: &counts{}, wake: make(chan struct{}, 1), pace: defaultPace(),
	}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	if n.now == nil {
		n.now = time.Now
	}
	first, err := n.standingOf("main-key", o.Key)
	if err != nil {
		return nil, fmt.Errorf("make the node: %w", err)
	}
	n.standing = &lastStanding{}
	n.standing.Store(first)
	if n.objects, err = newObjectCache(n.now); err != nil {
		return nil, fmt.Errorf("make the cache of objects: %w", err)
	}
	n.client = NewClient(ClientOptions{
		Key:          first.key,
		FetchKey:     first.instanceKey,
		UserAgent:    fmt.Sprintf("limelight/%s (+%s)", version(o.Blog), o.Blog.HomeURL()),
		AllowPrivate: o.AllowPrivate,
		Now:          n.now,
	})
	n.directory = NewDirectory(n.client, n.db, n.blog)
	return n, nil
}

// version is the program's as other servers are told it: NodeInfo requires one.
func version(b *blog.Blog) string {
	if b.Version == "" {
		return "0"
	}
	return b.Version
}
