//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"limelight/storage"
)

// postgres is a PostgreSQL of the lab's own, as durable as its defaults are,
// reached by a socket in its folder alone.
type postgres struct {
	dir string
	cmd *exec.Cmd
}

// newPostgres starts one. Nil without an error means that this machine has none.
func newPostgres(ctx context.Context) (*postgres, error) {
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(bins) == 0 {
		return nil, err
	}
	bin := bins[len(bins)-1]
	// The path of a socket may be no longer than 107 bytes.
	dir, err := os.MkdirTemp("/tmp", "limelight-pg-")
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir}
	owner, err := p.giveAway()
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "limelight", "-A", "trust", "-E", "UTF8", "--locale=C")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: owner}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), p.stop())
	}
	p.cmd = exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "max_connections=200")
	p.cmd.Dir, p.cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: owner}
	return p, p.cmd.Start()
}

// giveAway makes the folder the postgres user's when we are root, as whom
// PostgreSQL does not run.
func (p *postgres) giveAway() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(p.dir, int(uid), int(gid))
}

// url names the database that initdb makes.
func (p *postgres) url() string {
	return "postgres:///postgres?" + url.Values{"host": {p.dir}, "user": {"limelight"}}.Encode()
}

// open waits until it answers, and makes the blog's tables.
func (p *postgres) open(ctx context.Context, media string) (*storage.DB, error) {
	for deadline := time.Now().Add(time.Minute); ; {
		db, err := storage.Serve(ctx, storage.Options{Database: p.url(), Media: media})
		if err == nil || time.Now().After(deadline) {
			return db, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stop ends it and removes its files.
func (p *postgres) stop() error {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(syscall.SIGINT)
		_ = p.cmd.Wait()
	}
	return os.RemoveAll(p.dir)
}
