package storagetest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// PostgreSQL refuses to run as root; Debian's package makes this user for it.
const postgresUser = "postgres"

// unprivileged has the command run as the postgres user when we are root, and
// end with us even when we are killed.
func unprivileged(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if uid, gid, err := postgresIDs(); err == nil && os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
}

// giveAway makes the folder belong to whoever runs PostgreSQL.
func giveAway(dir string) error {
	if os.Getuid() != 0 {
		return nil
	}
	uid, gid, err := postgresIDs()
	if err != nil {
		return fmt.Errorf("PostgreSQL does not run as root and needs another user: %w", err)
	}
	return os.Chown(dir, int(uid), int(gid))
}

func postgresIDs() (uid, gid uint32, err error) {
	u, err := user.Lookup(postgresUser)
	if err != nil {
		return 0, 0, err
	}
	uid64, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return 0, 0, err
	}
	gid64, err := strconv.ParseUint(u.Gid, 10, 32)
	return uint32(uid64), uint32(gid64), err
}
