//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"limelight/blog"
	"limelight/storage"
)

// node is a limelight that is measured: a folder with its database, and
// `limelight serve` while it runs.
type node struct {
	lab     *lab
	dir     string
	env     []string
	process *process
	url     string        // what it says it listens on
	local   string        // its own host and port, when that is another's
	start   time.Duration // from its start until it listened
}

// newNode prepares one in an empty folder. The environment's settings are
// NAME=value.
func (l *lab) newNode(env ...string) (*node, error) {
	dir, err := l.folder("node")
	if err != nil {
		return nil, err
	}
	// The same port at every start: the address is part of every id.
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	n := &node{lab: l, dir: dir}
	n.env = append(append(os.Environ(), "LIMELIGHT_SERVER_LISTEN="+address, "LIMELIGHT_BLOG_STARTER=false",
		"LIMELIGHT_FEDERATION_ALLOW_PRIVATE_NETWORKS=127.0.0.0/8"), env...)
	return n, nil
}

// freeAddress is one on loopback where nobody listened just now.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// fill has the database filled by work, while nobody serves it.
func (n *node) fill(ctx context.Context, work func(*storage.DB) error) error {
	db, err := storage.Serve(ctx, storage.Options{Database: filepath.Join(n.dir, "limelight.db"), Media: filepath.Join(n.dir, "media")})
	if err != nil {
		return err
	}
	return errors.Join(work(db), db.Close())
}

func (n *node) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, n.lab.binary, args...)
	cmd.Dir, cmd.Env = n.dir, n.env
	return cmd
}

// serve starts it and waits until it listens.
func (n *node) serve(ctx context.Context) error {
	began := time.Now()
	p, err := spawn(n.command(ctx, "serve"), n.lab.verbose)
	if err != nil {
		return err
	}
	n.process = p
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			return errors.Join(errors.New("limelight serve ended before it listened; -v shows why"), p.stop())
		}
		if local, ok := localOf(line); ok {
			n.local = local
		}
		if url, ok := strings.CutPrefix(line, "listening on "); ok {
			n.start, n.url = time.Since(began), strings.TrimSpace(url)
			return nil
		}
	}
}

func (n *node) stop() error {
	if n.process == nil {
		return nil
	}
	return n.process.stop()
}

// run runs another command in the node's folder.
func (n *node) run(ctx context.Context, args ...string) error {
	if out, err := n.command(ctx, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("limelight %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// post writes a Markdown file of about size bytes, to be published, with more
// lines of front matter. Its words come in an order that packs about as text does.
func (n *node) post(name string, size int, lines ...string) (string, error) {
	const words = "the a of and to in is that it was for on with as his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know camera stays drummer hands room silence film band tour bus road snow engine radio light stage crew van winter letter album side needle groove hum"
	list := strings.Fields(words)
	random := rand.New(rand.NewPCG(1, uint64(len(name))))
	var b strings.Builder
	b.WriteString("---\ntitle: A post called " + name + "\n" + strings.Join(append(lines, "---\n"), "\n"))
	for b.Len() < size {
		for range 40 {
			b.WriteString(list[random.IntN(len(list))] + " ")
		}
		b.WriteString("\n\n")
	}
	path := filepath.Join(n.dir, name+".md")
	return path, os.WriteFile(path, []byte(b.String()), 0o644)
}

// follow makes followers of these inboxes, without any Accept on its way.
func follow(ctx context.Context, db *storage.DB, inboxes []string) error {
	const sideBySide = 64
	work, failed := make(chan string), make(chan error, sideBySide)
	for range sideBySide {
		go func() {
			var err error
			for inbox := range work {
				if err == nil {
					err = followAt(ctx, db, inbox)
				}
			}
			failed <- err
		}()
	}
	for _, inbox := range inboxes {
		work <- inbox
	}
	close(work)
	var errs []error
	for range sideBySide {
		errs = append(errs, <-failed)
	}
	return errors.Join(append(errs, settle(ctx, db))...)
}

func followAt(ctx context.Context, db *storage.DB, inbox string) error {
	iri := strings.TrimSuffix(inbox, "/inbox")
	id := iri + "#follow"
	_, err := db.Follow(ctx, storage.Incoming{Actor: iri, ID: id},
		blog.Follower{Actor: blog.Actor{IRI: iri, Type: "Person", Inbox: inbox}, FollowID: id})
	return err
}

// settle has all that is due done, as if it had been sent.
func settle(ctx context.Context, db *storage.DB) error {
	for {
		due, err := db.ClaimDeliveries(ctx, 1000, 0, time.Minute, storage.Skip{})
		if err != nil || len(due) == 0 {
			return err
		}
		var receipts []blog.Receipt
		for _, d := range due {
			receipts = append(receipts, blog.Receipt{ID: d.ID, State: blog.Sent, At: time.Now()})
		}
		if err := db.RecordReceipts(ctx, receipts); err != nil {
			return err
		}
	}
}
