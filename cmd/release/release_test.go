package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

const root = "../.."

// TestRelease makes a release for this machine, of the files as they are, and looks
// through all of it. LIMELIGHT_RELEASE_COLD=1 has the second one, which is to be the
// same, compiled anew to the last package of Go's own.
func TestRelease(t *testing.T) {
	here := slices.IndexFunc(targets, func(t target) bool { h := host(); return t.goos == h.goos && t.goarch == h.goarch })
	if here < 0 {
		t.Skip("there is no release for this system")
	}
	r := makeOne(t, targets[here])
	t.Run("sums", r.testSums)
	t.Run("archive", r.testArchive)
	t.Run("sbom", r.testSBOM)
	t.Run("image", r.testImage)
	t.Run("deb", r.testDeb)
	t.Run("reproducible", r.testReproducible)
}

// one is a release of one target.
type one struct {
	target
	s   *source
	out string
}

func makeOne(t *testing.T, here target) *one {
	t.Helper()
	s, err := takeSource(t.Context(), root, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.remove)
	r := &one{here, s, filepath.Join(t.TempDir(), "dist")}
	if err := makeRelease(t.Context(), s, []target{here}, r.out); err != nil {
		t.Fatal(err)
	}
	return r
}

// read is a file of the release.
func (r *one) read(t *testing.T, rest string) []byte {
	t.Helper()
	text, err := os.ReadFile(r.s.file(r.out, rest))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (r *one) testSums(t *testing.T) {
	needs(t, "sha256sum")
	cmd := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", sumsName)
	cmd.Dir = r.out
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	entries, err := os.ReadDir(r.out)
	if err != nil {
		t.Fatal(err)
	}
	if checked := strings.Count(string(said), ": OK\n"); checked != len(entries)-1 || checked < 3 {
		t.Errorf("%d of %d files are in %s", checked, len(entries)-1, sumsName)
	}
}

// archive is what is in the archive.
func (r *one) archive(t *testing.T) map[string]entry {
	t.Helper()
	unpacked, err := gzip.NewReader(bytes.NewReader(r.read(t, r.name+".tar.gz")))
	if err != nil {
		t.Fatal(err)
	}
	return untar(t, unpacked)
}

// program is a copy of the program in the archive.
func (r *one) program(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "limelight")
	text := r.archive(t)["limelight_"+r.s.version+"_"+r.name+"/limelight"].bytes
	if err := os.WriteFile(file, text, 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

func (r *one) testArchive(t *testing.T) {
	files := r.archive(t)
	folder := "limelight_" + r.s.version + "_" + r.name + "/"
	for _, name := range []string{"README.md", "LICENSE", "THIRD-PARTY-LICENSES.txt", "config.example.toml", "limelight.1", "limelight.toml.5", "completion/_limelight"} {
		if len(files[folder+name].bytes) == 0 {
			t.Errorf("%s is not in the archive", name)
		}
	}
	program := files[folder+"limelight"]
	if len(program.bytes) > maxBinary || program.mode != 0o755 {
		t.Errorf("the program has %d bytes and mode %o", len(program.bytes), program.mode)
	}
	said, err := exec.CommandContext(t.Context(), r.program(t), "version").CombinedOutput()
	for _, want := range []string{"limelight " + r.s.version + "\n", "commit " + r.s.commit + "\n", "date   " + r.s.when.Format("2006-01-02T15:04:05Z") + "\n"} {
		if err != nil || !strings.Contains(string(said), want) {
			t.Errorf("limelight version says %q (%v), and nothing of %q", said, err, want)
		}
	}
	modules, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{r.s.dir, strings.TrimSpace(string(modules))} {
		if bytes.Contains(program.bytes, []byte(folder)) {
			t.Errorf("the program names a folder of this machine: %s", folder)
		}
	}
}

// testReproducible makes the same release in another folder, at another place of
// the world, with another umask.
func (r *one) testReproducible(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TZ", "Pacific/Kiritimati")
	t.Setenv("LC_ALL", "C")
	if os.Getenv("LIMELIGHT_RELEASE_COLD") != "" {
		t.Setenv("GOCACHE", t.TempDir())
	}
	defer syscall.Umask(syscall.Umask(0o077))
	again := makeOne(t, r.target)
	if again.s.dir == r.s.dir {
		t.Fatal("both were made in one folder")
	}
	first, err := os.ReadFile(filepath.Join(r.out, sumsName))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(filepath.Join(again.out, sumsName))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Errorf("two releases of one commit differ:\n%s\n%s", first, second)
	}
	t.Logf("made twice, and equal:\n%s", first)
}

// untar reads a tar whole.
func untar(t *testing.T, r io.Reader) map[string]entry {
	t.Helper()
	files := map[string]entry{}
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeDir {
			h.Name = strings.TrimSuffix(h.Name, "/") + "/"
		}
		files[h.Name] = entry{h.Name, h.Mode, text, h.Uid}
	}
}

// needs skips a test without an outside program, and fails it in CI.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	unable(t, program+" is missing")
}

// unable is for what this machine cannot do and CI should.
func unable(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s, and CI is set", why)
	}
	t.Skip(why)
}

func TestLicensesAreUpToDate(t *testing.T) {
	want, err := notices(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(root, licensesFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not what is linked into the program now; `make licenses` writes it anew", licensesFile)
	}
}

func TestReleaseRefusesAFolderOfOthers(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := clearRelease(dir); err == nil || !strings.Contains(err.Error(), "precious") {
		t.Errorf("a folder with something else in it: %v", err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}

func TestChooseTargets(t *testing.T) {
	if all, err := chooseTargets(""); err != nil || len(all) != len(targets) {
		t.Errorf("no name: %d targets, %v", len(all), err)
	}
	some, err := chooseTargets("linux_armv7,darwin_arm64")
	if err != nil || len(some) != 2 || some[0].goarm != "7" || some[1].goos != "darwin" {
		t.Errorf("two names: %v, %v", some, err)
	}
	if _, err := chooseTargets("plan9_mips"); err == nil {
		t.Error("a target that is none was taken")
	}
}
