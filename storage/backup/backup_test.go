package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/backup"
	"limelight/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func quiet(backup.Progress) {}

// source is a blog with a post that shows a picture, and a configuration.
func source(t *testing.T) backup.Source {
	t.Helper()
	o := storagetest.Options(t)
	o.Program = "1.2.3"
	db, err := storage.Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.StartBlog(t.Context(), "https://blog.example.com", func() (string, error) { return "key", nil }, nil)
	if err == nil {
		err = db.SaveMedia(t.Context(), "dot.png", []byte("a picture"))
	}
	if err == nil {
		_, _, _, err = db.Publish(t.Context(), blog.Post{Slug: "hello", Title: "Hello", HTML: `<img src="/media/dot.png">`}, storage.PublishOptions{})
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(o.Media, "avatars", "ann.png"), "a face")
	write(t, filepath.Join(o.Media, ".new-1"), "on its way")
	config := t.TempDir()
	write(t, filepath.Join(config, "limelight.toml"), "[blog]\navatar = \"pictures/face.png\"\n")
	write(t, filepath.Join(config, "pictures", "face.png"), "me")
	write(t, filepath.Join(config, "pictures", ".hidden"), "not for you")
	files, err := backup.ConfigFiles(config, "pictures")
	if err != nil {
		t.Fatal(err)
	}
	return backup.Source{Storage: o, Config: append(files, backup.File{Name: backup.ConfigName, Path: filepath.Join(config, "limelight.toml")})}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// archive is a good one.
func archive(t *testing.T, s backup.Source) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "blog.tar.gz")
	if _, err := backup.WriteFile(t.Context(), path, s, backup.How{Verify: true}, quiet); err != nil {
		t.Fatal(err)
	}
	return path
}

// emptyTarget is a place with nothing in it, and the folder that holds all of it.
func emptyTarget(t *testing.T) (backup.Target, string) {
	dir := t.TempDir()
	return backup.Target{Config: dir, Storage: storage.Options{Database: filepath.Join(dir, "data", "limelight.db"), Media: filepath.Join(dir, "media")}}, dir
}

// tree is what is below a folder.
func tree(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if path != dir && err == nil {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestThereAndBack(t *testing.T) {
	s := source(t)
	path := archive(t, s)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it holds the key, and is %v %v", info.Mode(), err)
	}
	if left := tree(t, filepath.Dir(path)); len(left) != 1 {
		t.Errorf("beside it are %q", left)
	}
	_, err := backup.WriteFile(t.Context(), path, s, backup.How{}, quiet)
	if !errors.Is(err, backup.ErrThere) {
		t.Errorf("overwritten: %v", err)
	}
	a, err := backup.Open(t.Context(), path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if a.Program != "1.2.3" || a.BaseURL != "https://blog.example.com" || a.Schema != storage.Schema() || !strings.Contains(string(a.Config), "face.png") {
		t.Errorf("it says %+v", a.Manifest)
	}
	to, dir := emptyTarget(t)
	c, err := a.Restore(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"data", "data/limelight.db", "data/limelight.db.lock", "limelight.toml", "media", "media/avatars", "media/avatars/ann.png", "media/dot.png", "pictures", "pictures/face.png"}
	if got := tree(t, dir); !slices.Equal(got, want) || c.Posts != 1 {
		t.Errorf("restored: %q, %+v", got, c)
	}
	for _, busy := range []func(){func() {}, func() { os.Remove(to.Storage.Database) }} { // the media alone are something too
		busy()
		if _, err := a.Restore(t.Context(), to); !errors.Is(err, storage.ErrNotEmpty) {
			t.Errorf("restored over it: %v", err)
		}
	}
}

// TestRestoreLeavesNothing when it fails, at whatever moment.
func TestRestoreLeavesNothing(t *testing.T) {
	path := archive(t, source(t))
	a, err := backup.Open(t.Context(), path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	to, dir := emptyTarget(t)
	write(t, filepath.Join(dir, "pictures", "face.png"), "somebody else")
	if _, err := a.Restore(t.Context(), to); !errors.Is(err, backup.ErrThere) {
		t.Errorf("a file in the way: %v", err)
	}
	left := func(dir string) []string {
		return slices.DeleteFunc(tree(t, dir), func(name string) bool { return strings.HasSuffix(name, ".lock") || name == "data" })
	}
	if got := left(dir); !slices.Equal(got, []string{"pictures", "pictures/face.png"}) {
		t.Errorf("left: %q", got)
	}
	// Stopped at any step.
	for stop := 1; ; stop++ {
		ctx, cancel := context.WithCancel(t.Context())
		steps := 0
		a, err := backup.Open(ctx, path, func(backup.Progress) {
			if steps++; steps == stop {
				cancel()
			}
		})
		to, dir := emptyTarget(t)
		if err == nil {
			_, err = a.Restore(ctx, to)
		}
		cancel()
		if err == nil {
			if stop < 5 {
				t.Errorf("it was stopped %d times only", stop-1)
			}
			break
		}
		if got := left(dir); len(got) > 0 {
			t.Errorf("stopped at step %d (%v), left: %q", stop, err, got)
		}
	}
}

// entry is a member of an archive as a stranger may write it.
type entry struct {
	tar.Header
	text string
}

// unpack is what a good archive has.
func unpack(t *testing.T, path string) (entries []entry) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return entries
		}
		text, err2 := io.ReadAll(r)
		if err = errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, entry{*h, string(text)})
	}
}

func pack(t *testing.T, entries []entry) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		e.Size = int64(len(e.text))
		e.Format = tar.FormatUnknown
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "theirs.tar.gz")
	write(t, path, b.String())
	return path
}

// TestHostileArchives are refused before a byte is written.
func TestHostileArchives(t *testing.T) {
	good := unpack(t, archive(t, source(t)))
	if _, err := backup.Open(t.Context(), pack(t, good), quiet); err != nil {
		t.Fatalf("packed again: %v", err)
	}
	add := func(e entry) func([]entry) []entry {
		return func(all []entry) []entry { return append([]entry{e}, all...) }
	}
	file := func(name string) func([]entry) []entry {
		return add(entry{tar.Header{Name: name, Typeflag: tar.TypeReg}, "x"})
	}
	for want, change := range map[string]func([]entry) []entry{
		`"../evil" is no name`:                     file("../evil"),
		`"/etc/passwd" is no name`:                 file("/etc/passwd"),
		`"media/../../evil" is no name`:            file("media/../../evil"),
		`"media/.hidden" is no name`:               file("media/.hidden"),
		`"config/.ssh/authorized_keys" is no name`: file("config/.ssh/authorized_keys"),
		`"media//x" is no name`:                    file("media//x"),
		`is no name`:                               file(`media\evil`),
		`"media/a/b" does not belong there`:        file("media/a/b"),
		`"evil" does not belong there`:             file("evil"),
		`"media/avatars" does not belong there`:    file("media/avatars"),
		`"media/link" is no plain file`:            add(entry{tar.Header{Name: "media/link", Typeflag: tar.TypeSymlink, Linkname: "/etc"}, ""}),
		`"media/hard" is no plain file`:            add(entry{tar.Header{Name: "media/hard", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}, ""}),
		`"media/d" is no plain file`:               add(entry{tar.Header{Name: "media/d", Typeflag: tar.TypeDir}, ""}),
		`"media/fifo" is no plain file`:            add(entry{tar.Header{Name: "media/fifo", Typeflag: tar.TypeFifo}, ""}),
		`names 5 members, and there are 6`:         file("media/extra.png"),
		`media/dot.png is there twice`:             func(all []entry) []entry { return append(all[3:4:4], all...) },
		`comes after the manifest`:                 func(all []entry) []entry { return append(all, all[3]) },
		`no manifest`:                              func(all []entry) []entry { return all[:len(all)-1] },
		`is damaged: its SHA-256 is another`: func(all []entry) []entry {
			all[3].text = strings.ToUpper(all[3].text)
			return all
		},
		`has 10 bytes and should have 9`: func(all []entry) []entry { all[3].text += "."; return all },
		`limelight 9.9.9 made the archive; restore it with`: func(all []entry) []entry {
			m := &all[len(all)-1]
			m.text = strings.Replace(strings.Replace(m.text, `"schema": `, `"schema": 99`, 1), "1.2.3", "9.9.9", 1)
			return all
		},
		`unpacks to far more`: add(entry{tar.Header{Name: "media/bomb", Typeflag: tar.TypeReg}, strings.Repeat("\x00", 200<<20)}),
	} {
		path := pack(t, change(slices.Clone(good)))
		if _, err := backup.Open(t.Context(), path, quiet); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestDamagedArchives: whatever byte is changed or missing, it is found out, unless
// what comes out is the same: a gzip header has a time and a system that nothing checks.
func TestDamagedArchives(t *testing.T) {
	sound := archive(t, source(t))
	want := unpack(t, sound)
	whole, err := os.ReadFile(sound)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "damaged.tar.gz")
	for at := 10; at < len(whole); at += len(whole)/60 + 1 {
		for name, data := range map[string][]byte{
			"cut":     whole[:at],
			"changed": append(append(slices.Clone(whole[:at]), whole[at]^0x20), whole[at+1:]...),
		} {
			write(t, path, string(data))
			if _, err := backup.Open(t.Context(), path, quiet); err == nil && !reflect.DeepEqual(unpack(t, path), want) {
				t.Errorf("%s at %d of %d, and not found out", name, at, len(whole))
			}
		}
	}
	write(t, path, string(whole)+"more")
	if _, err := backup.Open(t.Context(), path, quiet); err == nil {
		t.Error("something comes after its end, and was not found out")
	}
}

// TestMissingPicture: said when the backup is made, no reason to refuse it later;
// but one that the archive had and has no more is.
func TestMissingPicture(t *testing.T) {
	s := source(t)
	sound := unpack(t, archive(t, s))
	if err := os.Remove(filepath.Join(s.Storage.Media, "dot.png")); err != nil {
		t.Fatal(err)
	}
	a, err := backup.Open(t.Context(), archive(t, s), quiet)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Check(t.Context(), t.TempDir()); err != nil || !slices.Equal(a.Missing, []string{"media/dot.png"}) {
		t.Errorf("missing %q: %v", a.Missing, err)
	}
	m := &sound[len(sound)-1]
	before, rest, _ := strings.Cut(m.text, "  {\n   \"name\": \"media/dot.png\"")
	_, after, _ := strings.Cut(rest, "},\n")
	m.text = before + after
	sound = slices.DeleteFunc(sound, func(e entry) bool { return e.Name == "media/dot.png" })
	if a, err = backup.Open(t.Context(), pack(t, sound), quiet); err != nil {
		t.Fatal(err)
	}
	to, dir := emptyTarget(t)
	for _, err := range []error{second(a.Check(t.Context(), t.TempDir())), second(a.Restore(t.Context(), to))} {
		if err == nil || !strings.Contains(err.Error(), `show "media/dot.png", which is not in it`) {
			t.Errorf("a picture taken out: %v", err)
		}
	}
	if got := tree(t, dir); len(got) > 0 {
		t.Errorf("left: %q", got)
	}
}

func second[T any](_ T, err error) error { return err }
