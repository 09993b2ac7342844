package storagetest

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"limelight/storage"
)

// Silence has PostgreSQL, and whatever works in this database, do nothing any more,
// until resume is called or the test ends: connections stay, and get no answer.
func Silence(t testing.TB, o storage.Options) (resume func()) {
	t.Helper()
	db, err := sql.Open("pgx", o.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pids, err := serverProcesses(db)
	if err != nil {
		t.Fatal(err)
	}
	signal := func(s syscall.Signal) {
		for _, pid := range pids {
			if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
				t.Error(err)
			}
		}
	}
	resume = sync.OnceFunc(func() { signal(syscall.SIGCONT) })
	t.Cleanup(resume)
	signal(syscall.SIGSTOP)
	return resume
}

// serverProcesses are the postmaster and those that it started for the database.
func serverProcesses(db *sql.DB) ([]int, error) {
	var dir string
	if err := db.QueryRow(`SHOW data_directory`).Scan(&dir); err != nil {
		return nil, err
	}
	file, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(file), "\n")
	postmaster, err := strconv.Atoi(first)
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(`SELECT pid FROM pg_stat_activity WHERE datname = current_database()`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	pids := []int{postmaster}
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return nil, err
		}
		pids = append(pids, pid)
	}
	return pids, rows.Err()
}
