package main

import (
	"bytes"
	"net/mail"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestDebInstalled is run by TestRelease, in a mount namespace.
func TestDebInstalled(t *testing.T) {
	debs := os.Getenv(inNamespace)
	if debs == "" {
		t.Skip("TestRelease runs it")
	}
	m := newMachine(t, debs)
	if m.there(debConfig) || m.there(debData) {
		unable(t, "limelight is installed on this machine, and its blog is not for tests")
	}
	m.sh("dpkg", "-i", "/mnt/1.deb")
	m.checkInstalled()
	m.checkUnit()
	m.checkServes()
	m.checkUpgrade()
	m.checkRemove()
	m.checkPurge()
}

func (m *machine) checkInstalled() {
	if got := m.sh("getent", "passwd", "limelight"); !strings.HasSuffix(got, ":limelight:"+debData+":/usr/sbin/nologin\n") && !strings.Contains(got, ":"+debData+":/usr/sbin/nologin") {
		m.Errorf("the user is %s", got)
	}
	m.is("/usr/bin/limelight", "root:root 755")
	m.is("/usr/lib/systemd/system/limelight.service", "root:root 644")
	m.is(debConfig, "root:limelight 640")
	m.is(debData, "limelight:limelight 750")
	if !m.there("/etc/systemd/system/multi-user.target.wants/limelight.service") {
		m.Error("the unit does not start with the machine")
	}
	m.checkPapers()
	for _, name := range []string{"man/man1/limelight.1.gz", "man/man5/limelight.toml.5.gz", "doc/limelight/copyright", "bash-completion/completions/limelight"} {
		if !m.there("/usr/share/" + name) {
			m.Errorf("there is no /usr/share/%s", name)
		}
	}
	if said := m.sh("dpkg", "--verify", "limelight"); said != "" {
		m.Errorf("dpkg --verify: %s", said)
	}
}

// checkPapers reads what Debian Policy demands of every package (5.6.2, 12.7).
func (m *machine) checkPapers() {
	who := m.sh("dpkg-query", "--show", "--showformat=${Maintainer}", "limelight")
	if a, err := mail.ParseAddress(who); err != nil || a.Name == "" || !strings.HasSuffix(a.Address, ".invalid") {
		m.Errorf("the maintainer is %q: %v", who, err)
	}
	version := m.sh("dpkg-query", "--show", "--showformat=${Version}", "limelight")
	if said := m.sh("zcat", "/usr/share/doc/limelight/changelog.gz"); !strings.HasPrefix(said, "limelight ("+version+") ") || !strings.Contains(said, "\n -- "+who+"  ") {
		m.Errorf("the changelog of %s by %s is\n%s", version, who, said)
	}
}

// checkUnit has systemd read the unit; 20 is a fifth of what it calls OK at most.
func (m *machine) checkUnit() {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		m.Log("systemd-analyze is missing: the unit is not checked")
		return
	}
	unit := "/usr/lib/systemd/system/limelight.service"
	// The manual may be missing where dpkg leaves manuals out.
	if said, err := m.root.try("systemd-analyze", "verify", "--man=no", unit); err != nil || strings.Contains(said, "limelight") {
		m.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}
	said, err := m.root.try("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit)
	if err != nil {
		m.Errorf("systemd-analyze security: %v\n%s", err, said)
	}
	m.Log(strings.TrimSpace(said[strings.LastIndex(strings.TrimSpace(said), "\n")+1:]))
}

func (m *machine) checkServes() {
	stop := m.start()
	m.is(debData+"/limelight.db", "limelight:limelight 600")
	// sudo -u limelight leaves one in a folder that limelight may not look into.
	home := m.root
	home.dir = "/root"
	if said := home.run(m.T, "setpriv", "--reuid=limelight", "--regid=limelight", "--clear-groups", "/usr/bin/limelight", "posts"); !strings.Contains(said, "published") {
		m.Errorf("limelight posts says %q", said)
	}
	stop()
}

// checkUpgrade has another configuration file come, first over one that nobody
// touched, then (back) over one that somebody changed.
func (m *machine) checkUpgrade() {
	m.sh("dpkg", "-i", "/mnt/2.deb")
	if text := m.sh("cat", debConfig); !strings.Contains(text, "# of the later version") {
		m.Errorf("a configuration that nobody touched stays as it was:\n%s", text)
	}
	m.is(debConfig, "root:limelight 640")
	if version := m.sh("dpkg-query", "--show", "--showformat=${Version}", "limelight"); !strings.HasSuffix(version, ".1") {
		m.Errorf("installed is %s", version)
	}
	f, err := os.OpenFile(m.path(debConfig), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		m.Fatal(err)
	}
	f.WriteString("# mine\n")
	if err := f.Close(); err != nil {
		m.Fatal(err)
	}
	m.sh("dpkg", "-i", "--force-confdef", "/mnt/1.deb")
	if text := m.sh("cat", debConfig); !strings.HasSuffix(text, "# mine\n") {
		m.Errorf("a configuration that somebody changed became\n%s", text)
	}
	m.is(debConfig, "root:limelight 640")
	m.sh("dpkg", "-i", "--force-confdef", "/mnt/2.deb")
	m.start()()
}

func (m *machine) checkRemove() {
	before, err := os.ReadFile(m.path(debData + "/limelight.db"))
	if err != nil {
		m.Fatal(err)
	}
	m.sh("dpkg", "--remove", "limelight")
	m.gone("/usr/bin/limelight", "/usr/lib/systemd/system/limelight.service")
	after, err := os.ReadFile(m.path(debData + "/limelight.db"))
	if err != nil || !bytes.Equal(before, after) {
		m.Errorf("the blog is not what it was before remove: %v", err)
	}
	if !strings.HasSuffix(m.sh("cat", debConfig), "# mine\n") {
		m.Error("the configuration is not what it was before remove")
	}
	m.sh("id", "limelight")
	m.sh("dpkg", "-i", "/mnt/2.deb")
	m.start()()
}

func (m *machine) checkPurge() {
	m.sh("install", "-d", debData+"/media", debData+"/backups")
	theirs := []string{debData + "/backups/blog.tar.gz", debData + "/notes.txt"}
	ours := []string{debData + "/media/picture.jpg", debData + "/limelight.db.20260102T150405Z-schema22-before-0.2.0.bak"}
	for _, name := range append(theirs, ours...) {
		m.sh("touch", name)
	}
	said := m.sh("dpkg", "--purge", "limelight")
	if !strings.Contains(said, "what it did not make by itself stays in "+debData) {
		m.Errorf("purge says %s", said)
	}
	m.gone(append(ours, "/usr/bin/limelight", "/etc/limelight", debData+"/limelight.db", debData+"/media",
		"/etc/systemd/system/multi-user.target.wants/limelight.service", "/usr/share/doc/limelight")...)
	for _, name := range theirs {
		if !m.there(name) {
			m.Errorf("purge deleted %s, which is not limelight's", name)
		}
	}
	m.sh("id", "limelight") // the files' owner

	m.sh("rm", "-r", debData)
	m.sh("dpkg", "-i", "/mnt/1.deb")
	m.start()()
	m.sh("dpkg", "--purge", "limelight")
	m.gone(debData, "/etc/limelight")
	if said, err := m.root.try("id", "limelight"); err == nil {
		m.Errorf("the user is still there: %s", said)
	}
}
