package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const (
	debConfig = "/etc/limelight/limelight.toml"
	debData   = "/var/lib/limelight"
)

// inNamespace says that this process has the machine's folders for itself.
const inNamespace = "LIMELIGHT_RELEASE_NAMESPACE"

// testDeb makes a second, later package, whose configuration file is another one,
// and runs TestDebInstalled with both in a mount namespace of its own: there, what is
// written goes to a layer above the machine's files, and is gone with the process.
func (r *one) testDeb(t *testing.T) {
	if r.deb == "" {
		t.Skip("there is no package for this system")
	}
	needs(t, "dpkg")
	needs(t, "unshare")
	if os.Getuid() != 0 {
		unable(t, "only root installs packages")
	}
	debs := t.TempDir()
	if err := os.WriteFile(filepath.Join(debs, "1.deb"), r.read(t, r.deb+".deb"), 0o644); err != nil {
		t.Fatal(err)
	}
	later := *r.s
	later.version += ".1"
	config := later.path("cmd/release/deb/limelight.toml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, append(text, "# of the later version\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	defer os.WriteFile(config, text, 0o644)
	program := r.program(t)
	if err := later.writeDeb(built{r.target, program}, &papers{}, debs); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(later.file(debs, r.deb+".deb"), filepath.Join(debs, "2.deb")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private", os.Args[0], "-test.run", "^TestDebInstalled$", "-test.v")
	cmd.Env = append(os.Environ(), inNamespace+"="+debs)
	said, err := cmd.CombinedOutput()
	t.Logf("%s", said)
	if err != nil || !strings.Contains(string(said), "--- PASS: TestDebInstalled") {
		t.Fatalf("%v", err)
	}
}

// machine is a copy of this one, in which packages come and go.
type machine struct {
	*testing.T
	root box
}

// newMachine lays an empty layer above the machine's files, in memory.
func newMachine(t *testing.T, dir string) *machine {
	t.Helper()
	layers := filepath.Join(dir, "layers")
	m := &machine{t, box{root: filepath.Join(layers, "root"), dir: "/", env: []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"}}}
	mount := func(what, at, kind string, flags uintptr, options string) {
		t.Helper()
		err := errors.Join(os.MkdirAll(at, 0o755), syscall.Mount(what, at, kind, flags, options))
		if err != nil {
			unable(t, "this machine lays no layer above its files: "+err.Error())
		}
	}
	mount("tmpfs", layers, "tmpfs", 0, "")
	upper, work := filepath.Join(layers, "upper"), filepath.Join(layers, "work")
	if err := errors.Join(os.Mkdir(upper, 0o755), os.Mkdir(work, 0o755)); err != nil {
		t.Fatal(err)
	}
	mount("overlay", m.root.root, "overlay", 0, "lowerdir=/,upperdir="+upper+",workdir="+work)
	for _, kernels := range []string{"/proc", "/dev"} {
		mount(kernels, m.path(kernels), "", syscall.MS_BIND|syscall.MS_REC, "")
	}
	mount("tmpfs", m.path("/run"), "tmpfs", 0, "") // where systemd, if it runs here, would be found
	mount(dir, m.path("/mnt"), "", syscall.MS_BIND, "")
	// Debian's own switch for the index of manuals, which takes longer than all else.
	if err := os.RemoveAll(m.path("/var/lib/man-db/auto-update")); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *machine) path(name string) string { return filepath.Join(m.root.root, name) }

// sh runs a command as root that has to go well.
func (m *machine) sh(args ...string) string {
	m.Helper()
	return m.root.run(m.T, args...)
}

// as is a user, with a port of nobody's.
func (m *machine) as(user string) box {
	m.Helper()
	b := m.root
	b.env = append(b.env, "LIMELIGHT_SERVER_LISTEN=127.0.0.1:0")
	for what, into := range map[string]*uint32{"-u": &b.uid, "-g": &b.gid} {
		n, err := strconv.ParseUint(strings.TrimSpace(m.sh("id", what, user)), 10, 32)
		if err != nil {
			m.Fatal(err)
		}
		*into = uint32(n)
	}
	return b
}

// is checks owner, group and mode of a file.
func (m *machine) is(name, want string) {
	m.Helper()
	if got := strings.TrimSpace(m.sh("stat", "-c", "%U:%G %a", name)); got != want {
		m.Errorf("%s is %s, want %s", name, got, want)
	}
}

func (m *machine) there(name string) bool {
	_, err := os.Lstat(m.path(name))
	return err == nil
}

func (m *machine) gone(names ...string) {
	m.Helper()
	for _, name := range names {
		if m.there(name) {
			m.Errorf("%s is still there", name)
		}
	}
}

// setting is a line of the unit's.
func (m *machine) setting(name string) string {
	m.Helper()
	text, err := os.ReadFile(m.path("/usr/lib/systemd/system/limelight.service"))
	if err != nil {
		m.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), "\n"+name+"=")
	if !ok {
		m.Fatalf("the unit says no %s", name)
	}
	line, _, _ := strings.Cut(after, "\n")
	return line
}

// start does what systemd does with the unit, and stops when it is told to.
func (m *machine) start() (stop func()) {
	m.Helper()
	return m.as(m.setting("User")).serve(m.T, strings.Fields(m.setting("ExecStart"))...)
}
