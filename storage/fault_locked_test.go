package storage

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// lockElsewhere locks the database as another program does.
func lockElsewhere(t *testing.T, path string) (release func()) {
	t.Helper()
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	release = func() { conn.Close(); other.Close() }
	t.Cleanup(release)
	return release
}

// TestLockedByAnotherProgram: the writer waits as long as it has patience, says
// why it gave up, and goes on when the lock is gone; who gives up before has
// written nothing; reading goes on.
func TestLockedByAnotherProgram(t *testing.T) {
	dir := t.TempDir()
	o := Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")}
	db, err := Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	raw, err := sql.Open("sqlite", dsn(o.path(), "rw", "busy_timeout(0)"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	hasty := newWriter(raw, time.Now, nil)
	defer hasty.close(0)
	hasty.patience = 20 * time.Millisecond
	release := lockElsewhere(t, o.Database)
	if err := hasty.write(t.Context(), bury("impatient", nil)); !errors.Is(err, ErrLocked) {
		t.Errorf("the writer's patience: %v", err)
	}
	if got := tombstones(t, db); len(got) != 0 {
		t.Errorf("written: %v", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := db.write(ctx, bury("gone", nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's patience: %v", err)
	}
	waited := make(chan error, 1)
	go func() { waited <- db.write(context.WithoutCancel(t.Context()), bury("patient", nil)) }()
	release()
	if err := <-waited; err != nil {
		t.Errorf("after the lock: %v", err)
	}
	if got := tombstones(t, db); len(got) != 1 || got[0] != "patient" {
		t.Errorf("written: %v", got)
	}
}

// TestCommandBesideALock gives up when its user does, and says why when its own
// patience ends.
func TestCommandBesideALock(t *testing.T) {
	dir := t.TempDir()
	o := Options{Database: filepath.Join(dir, "limelight.db"), Media: filepath.Join(dir, "media")}
	db, err := Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	release := lockElsewhere(t, o.Database)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := db.write(ctx, bury("gone", nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the user's patience: %v", err)
	}
	raw, err := sql.Open("sqlite", dsn(o.path(), "rw", "busy_timeout(0)"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	err = beginning(patiently(t.Context(), time.Millisecond, func() error {
		stx, err := raw.BeginTx(t.Context(), nil)
		if err == nil {
			stx.Rollback()
		}
		return err
	}))
	if !errors.Is(err, ErrLocked) {
		t.Errorf("its own patience: %v", err)
	}
	release()
	if err := db.write(t.Context(), bury("patient", nil)); err != nil {
		t.Errorf("after the lock: %v", err)
	}
	if got := tombstones(t, db); len(got) != 1 || got[0] != "patient" {
		t.Errorf("written: %v", got)
	}
}
