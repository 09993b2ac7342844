package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// source is what a release is made of: a clone that holds nothing but the commit.
type source struct {
	dir     string // the clone
	commit  string
	when    time.Time // the commit's, in UTC
	version string    // 1.2.3 of a tag v1.2.3, else 1.2.3-dev.20260102150405
}

// takeSource clones HEAD of a repository, or, for trying, what its folder has.
func takeSource(ctx context.Context, root string, uncommitted bool) (_ *source, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "limelight-release-")
	if err != nil {
		return nil, err
	}
	s := &source{dir: dir}
	defer func() {
		if err != nil {
			s.remove()
		}
	}()
	if _, err = git(ctx, root, nil, "clone", "--quiet", "--no-checkout", "--shared", root, dir); err != nil {
		return nil, fmt.Errorf("a release is made of a commit: %w", err)
	}
	if uncommitted {
		if err = commitFolder(ctx, root, dir); err != nil {
			return nil, err
		}
	}
	if _, err = git(ctx, dir, nil, "checkout", "--quiet", "--force", "HEAD"); err != nil {
		return nil, err
	}
	said, err := git(ctx, dir, nil, "log", "-1", "--format=%H %ct")
	if err != nil {
		return nil, err
	}
	commit, seconds, _ := strings.Cut(said, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("read the commit's time: %w", err)
	}
	s.commit, s.when = commit, time.Unix(unix, 0).UTC()
	s.version, err = s.findVersion(ctx)
	return s, err
}

// commitFolder commits in the clone what the folder has, with nobody's name and
// HEAD's time.
func commitFolder(ctx context.Context, root, dir string) error {
	inClone := []string{"GIT_DIR=" + filepath.Join(dir, ".git"), "GIT_WORK_TREE=" + root}
	if _, err := git(ctx, root, inClone, "add", "--all"); err != nil {
		return err
	}
	when, err := git(ctx, dir, nil, "log", "-1", "--format=%cI")
	if err != nil {
		return err
	}
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		inClone = append(inClone, "GIT_"+who+"_NAME=nobody", "GIT_"+who+"_EMAIL=nobody@example.com", "GIT_"+who+"_DATE="+when)
	}
	_, err = git(ctx, root, inClone, "commit", "--quiet", "--allow-empty", "--no-verify", "--no-gpg-sign", "-m", "what was not committed")
	return err
}

var sourceVersion = regexp.MustCompile(`(?m)^var version = "([^"]+)"$`)

// findVersion is that of the commit's tag, else the source's own and the commit's
// time, so that a later one is newer.
func (s *source) findVersion(ctx context.Context) (string, error) {
	tag, err := git(ctx, s.dir, nil, "tag", "--points-at", "HEAD", "--list", "v[0-9]*", "--sort=-version:refname")
	if err != nil {
		return "", err
	}
	if tag != "" {
		first, _, _ := strings.Cut(tag, "\n")
		return strings.TrimPrefix(first, "v"), nil
	}
	text, err := os.ReadFile(s.path("cmd/limelight/version.go"))
	if err != nil {
		return "", err
	}
	found := sourceVersion.FindSubmatch(text)
	if found == nil {
		return "", errors.New("cmd/limelight/version.go says no version")
	}
	return string(found[1]) + s.when.Format(".20060102150405"), nil
}

// path is a file of the source.
func (s *source) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s *source) remove() { os.RemoveAll(s.dir) }

// git runs git in a folder and returns what it printed.
func git(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w%s", args[0], err, stderrOf(err))
	}
	return string(bytes.TrimSpace(out)), nil
}

// stderrOf is what a failed program said, if anything.
func stderrOf(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return "\n" + string(exit.Stderr)
	}
	return ""
}
