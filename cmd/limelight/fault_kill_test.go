package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/peertest"
)

// killing is a node that is killed again and again while its author publishes
// and people answer.
type killing struct {
	*program
	t      *testing.T
	dice   *rand.Rand
	cli    *program // the same for the author and the people, who must not care when it starts
	ledger *ledger
	sink   *sink  // its inboxes' addresses
	talk   string // the IRI of the post that people answer
	post   string // that of the round
	people []*peertest.Account

	mu    sync.Mutex
	taken []string // ids of the replies that were acknowledged
}

// TestKilledAtAnyMoment kills the program (SIGKILL) while posts are published,
// edited and deleted and replies come in, and starts it again. Every inbox has
// each activity, under one id, in order, and every reply that was acknowledged
// is there.
func TestKilledAtAnyMoment(t *testing.T) {
	k := &killing{t: t, dice: faultDice(t), ledger: &ledger{arrived: map[string][]arrival{}}}
	k.sink = &sink{}
	k.sink.listen(t, k.ledger, 3, 4)
	k.program = startProgram(t)
	port, _ := strings.CutPrefix(k.url, "http://localhost:")
	k.cli = &program{t: t, dir: k.dir, data: k.data, url: k.url, env: append(slices.Clone(k.env), "LIMELIGHT_SERVER_LISTEN=127.0.0.1:"+port)}
	addFollowers(t, k.program, k.sink)
	for _, row := range rows[postRow](k.cli, "posts") {
		k.talk = (&blog.Blog{BaseURL: k.cli.url}).PostIRI(row.ID)
	}
	peer := peertest.New(t)
	for i := range 3 {
		k.people = append(k.people, peer.Join(fmt.Sprint("someone", i), peertest.Mastodon))
	}
	for round := range faultRounds(t, 5) {
		if k.round(round); t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	k.repliesAreThere()
}

// round is the life of one post, with the power going off once or twice.
func (k *killing) round(n int) {
	slug := fmt.Sprintf("post-%d", n)
	var working sync.WaitGroup
	end, written := make(chan struct{}), make(chan int, 1)
	life := life{pause: k.dice.IntN(len(k.sink.inboxes)), edits: k.dice.IntN(4), deleted: k.dice.IntN(2) == 0, cut: map[int]bool{1 + k.dice.IntN(4): true}}
	working.Go(func() { written <- k.author(slug, life) })
	for _, someone := range k.people {
		working.Go(func() { k.answer(someone, end) })
	}
	for range 1 + k.dice.IntN(2) {
		k.powerCut(slug, written)
	}
	close(end)
	working.Wait()
	await(k.t, "a receipt for every delivery", func() bool { return k.settled(slug) })
	k.wellKnown(slug, <-written)
}

// powerCut kills the node at a moment that the dice choose: when so many more
// deliveries, or replies, came, or nothing is left to do; and starts it again.
func (k *killing) powerCut(slug string, written <-chan int) {
	mute, replies := k.dice.IntN(2) == 0, k.acknowledged()+k.dice.IntN(30)
	if k.dice.IntN(3) != 0 {
		replies = 1 << 30
	}
	deliveries := k.ledger.ring(1+k.dice.IntN(2*len(k.sink.inboxes)), mute)
	await(k.t, "a moment for the kill", func() bool {
		select {
		case <-deliveries:
			return true
		default:
			return k.acknowledged() >= replies || len(written) == 1 && k.settled(slug)
		}
	})
	k.kill()
	k.ledger.answer()
	k.start()
}

// life is what becomes of a post.
type life struct {
	pause   int // inboxes that hear of it before the first edit
	edits   int
	deleted bool
	cut     map[int]bool // the versions whose first publish is killed too
}

// author publishes a post, edits it some times, and may delete it, as fast as
// the commands go. It returns the version that others should know, 0 when it is
// deleted.
func (k *killing) author(slug string, life life) (version int) {
	for version = 1; version <= 1+life.edits; version++ {
		first := k.ledger.ring(max(1, life.pause), false)
		k.cli.write(slug+".md", fmt.Sprintf("---\ntitle: Version %d\n---\nSomething happened.\n", version))
		if life.cut[version] {
			k.cutShort("publish", slug+".md")
		}
		if _, stderr, err := k.cli.try("publish", slug+".md"); err != nil {
			k.t.Errorf("publish: %v %s", err, stderr)
			return version
		}
		if version == 1 && life.pause > 0 {
			<-first
		}
	}
	for _, row := range rows[postRow](k.cli, "posts") {
		if row.Slug == slug {
			k.post = (&blog.Blog{BaseURL: k.cli.url}).PostIRI(row.ID)
		}
	}
	if !life.deleted {
		return version - 1
	}
	if _, stderr, err := k.cli.try("unpublish", slug); err != nil {
		k.t.Errorf("unpublish: %v %s", err, stderr)
	}
	return 0
}

// cutShort kills a command when it, or the server, has written to the database,
// unless it is done before.
func (k *killing) cutShort(args ...string) {
	written := func() (size int64, at time.Time) {
		if info, err := os.Stat(filepath.Join(k.dir, "limelight.db-wal")); err == nil {
			size, at = info.Size(), info.ModTime()
		}
		return size, at
	}
	size, at := written()
	ctx, kill := context.WithCancel(k.t.Context())
	defer kill()
	cmd := programCommand(ctx, k.dir, k.cli.env, args...)
	done := make(chan error, 1)
	if err := cmd.Start(); err != nil {
		k.t.Error(err)
		return
	}
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case <-done:
			return
		default:
		}
		if s, a := written(); s != size || !a.Equal(at) {
			kill()
			<-done
			return
		}
	}
}

// answer sends replies, each until it is taken, as a server's queue does.
func (k *killing) answer(someone *peertest.Account, end <-chan struct{}) {
	for range 40 {
		note := someone.Note(k.talk, "<p>And another thing.</p>")
		reply := someone.Act("Create", note)
		for taken := false; !taken; {
			select {
			case <-end:
				return // it may be there or not
			default:
			}
			got, err := someone.TrySend((&blog.Blog{BaseURL: k.cli.url}).InboxIRI(), reply)
			switch taken = err == nil && got.Status == http.StatusAccepted; {
			case taken:
				k.mu.Lock()
				k.taken = append(k.taken, note.ID)
				k.mu.Unlock()
			case err == nil && got.Status != http.StatusServiceUnavailable:
				k.t.Errorf("a reply was answered %d %s", got.Status, got.Body)
				return
			}
		}
	}
}

func (k *killing) acknowledged() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.taken)
}

// settled tells whether nothing about the post is on its way.
func (k *killing) settled(slug string) bool {
	return !slices.ContainsFunc(rows[deliveryRow](k.cli, "deliveries", "-post", slug), func(d deliveryRow) bool { return d.State == blog.Pending })
}

// wellKnown holds what each inbox received against what it should know.
func (k *killing) wellKnown(slug string, version int) {
	receipts := map[string][]deliveryRow{}
	for _, d := range rows[deliveryRow](k.cli, "deliveries", "-post", slug) {
		receipts[d.Inbox] = append(receipts[d.Inbox], d)
	}
	for _, inbox := range k.sink.inboxes {
		if err := k.ledger.check(inbox, k.post, receipts[inbox], version); err != nil {
			k.t.Errorf("%s at %s: %v", slug, inbox, err)
		}
	}
}

// repliesAreThere looks for each reply that was acknowledged.
func (k *killing) repliesAreThere() {
	there := map[string]int{}
	for _, c := range rows[commentRow](k.cli, "comments") {
		there[c.IRI]++
	}
	for _, id := range k.taken {
		if there[id] != 1 {
			k.t.Errorf("the reply %s was acknowledged and is there %d times", id, there[id])
		}
	}
	k.t.Logf("%d replies acknowledged, %d deliveries arrived", len(k.taken), k.ledger.count)
}
