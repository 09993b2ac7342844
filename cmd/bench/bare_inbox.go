//go:build linux

package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the same as the node's

	"limelight/blog"
)

// bareInbox does what an inbox has to, and nothing else: reads, digests,
// verifies by a key in memory, decodes, makes the HTML safe, stores, and answers
// when that is durable. It knows no limits, blocks, threads or repeats.
type bareInbox struct {
	key   *rsa.PublicKey
	queue chan *bareRow
}

type bareRow struct {
	id, actor, parent, html string
	done                    chan error
}

// bareInboxRole serves it until standard input ends. The second line of its
// orders is the key.
func bareInboxRole(context.Context) error {
	lines := json.NewDecoder(os.Stdin)
	var dir string
	if err := lines.Decode(&dir); err != nil {
		return err
	}
	b := &bareInbox{queue: make(chan *bareRow, 256)}
	if err := b.open(dir); err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode("http://" + listener.Addr().String()); err != nil {
		return err
	}
	var key []byte
	if err := lines.Decode(&key); err != nil {
		return err
	}
	block, _ := pem.Decode(key)
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return err
	}
	b.key = public.(*rsa.PublicKey)
	if err := json.NewEncoder(os.Stdout).Encode("ready"); err != nil {
		return err
	}
	go func() { _ = http.Serve(listener, b) }()
	var end string
	if err := lines.Decode(&end); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (b *bareInbox) open(dir string) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE comment (id TEXT PRIMARY KEY, actor TEXT NOT NULL, parent TEXT NOT NULL, html TEXT NOT NULL);
		CREATE INDEX comment_parent ON comment (parent)`); err != nil {
		return err
	}
	go b.store(db)
	return nil
}

// store commits all that wait together.
func (b *bareInbox) store(db *sql.DB) {
	for first := range b.queue {
		group := []*bareRow{first}
		for len(group) < 256 && len(b.queue) > 0 {
			group = append(group, <-b.queue)
		}
		err := commit(db, group)
		for _, row := range group {
			row.done <- err
		}
	}
}

func commit(db *sql.DB, group []*bareRow) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	insert, err := tx.Prepare(`INSERT INTO comment VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`)
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	defer insert.Close()
	for _, row := range group {
		if _, err := insert.Exec(row.id, row.actor, row.parent, row.html); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func (b *bareInbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := b.take(r); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (b *bareInbox) take(r *http.Request) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return err
	}
	if r.Header.Get("Digest") != digestOf(body) {
		return errors.New("digest")
	}
	_, value, _ := strings.Cut(r.Header.Get("Signature"), `signature="`)
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(value, `"`))
	if err != nil {
		return err
	}
	sum := signed(r.URL.Path, r.Host, r.Header.Get("Date"), r.Header.Get("Digest"))
	if err := rsa.VerifyPKCS1v15(b.key, crypto.SHA256, sum[:], sig); err != nil {
		return err
	}
	var create struct {
		Actor  string `json:"actor"`
		Object struct {
			ID        string `json:"id"`
			InReplyTo string `json:"inReplyTo"`
			Content   string `json:"content"`
		} `json:"object"`
	}
	if err := json.Unmarshal(body, &create); err != nil {
		return err
	}
	row := &bareRow{create.Object.ID, create.Actor, create.Object.InReplyTo, blog.SafeHTML(create.Object.Content), make(chan error, 1)}
	b.queue <- row
	return <-row.done
}
