package archive_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"limelight/blog"
	"limelight/blog/bring"
	"limelight/federation/archive"
)

const picture = "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

func folder(t *testing.T) fstest.MapFS {
	t.Helper()
	data, err := os.ReadFile("testdata/outbox.json")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"outbox.json": {Data: data}, "actor.json": {Data: []byte(`{"id":"https://social.example/users/ada"}`)},
		"media_attachments/files/1/a.png": {Data: []byte(picture)}}
}

func TestArchive(t *testing.T) {
	files := folder(t)
	if !archive.Is(files) || archive.Is(fstest.MapFS{}) {
		t.Error("it is not known as what it is")
	}
	s, err := archive.Read(files, archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "https://social.example/users/ada" || s.Host != "social.example" || len(s.Posts) != 2 {
		t.Fatalf("%+v", s)
	}
	notes := strings.Join(s.Notes, "\n")
	for _, want := range []string{"boosts: 1", "for some people alone: 1", "replies to others"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes lack %q: %s", want, notes)
		}
	}
	c, err := s.Compose(s.Posts[0], nil, bring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "Hello #SelfHosting [@bob](https://far.example/@bob)\n\n<https://example.com/a/long>\n\n![A red \"dot\"](a.png)"
	if c.Post.Source != want || c.Post.Title != "" || len(c.Post.Tags) != 1 || len(c.Media) != 1 || c.Post.Visibility != blog.Public || c.Post.Language != "en" {
		t.Errorf("it became %+v", c.Post)
	}
	if c, err = s.Compose(s.Posts[1], nil, bring.Options{}); err != nil || !c.Post.Sensitive || c.Post.Summary != "food" || c.Post.Visibility != blog.Unlisted {
		t.Errorf("the one with a warning: %+v, %v", c.Post, err)
	}
	for _, p := range s.Posts {
		if strings.Contains(p.Text, "private words") || strings.Contains(p.Text, "reply words") {
			t.Errorf("it came: %s", p.Text)
		}
	}
	if s, err = archive.Read(files, archive.Options{Replies: true}); err != nil || len(s.Posts) != 3 {
		t.Errorf("with replies there are %d, %v", len(s.Posts), err)
	}
}

func FuzzArchive(f *testing.F) {
	if data, err := os.ReadFile("testdata/outbox.json"); err == nil {
		f.Add(string(data))
	}
	f.Add(`{"orderedItems":[{"type":"Create","object":{"id":"x","to":"as:Public","content":"<p>","oneOf":[{"name":"a"}],"attachment":[{"mediaType":"video/mp4","url":"/../a"}]}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 8000 {
			return
		}
		s, err := archive.Read(fstest.MapFS{"outbox.json": {Data: []byte(text)}}, archive.Options{Replies: true})
		if err != nil {
			return
		}
		for _, p := range s.Posts {
			if strings.Contains(p.Meta.Video, "..") {
				t.Errorf("a file outside: %s", p.Meta.Video)
			}
			_, _ = s.Compose(p, nil, bring.Options{}) // it must only end
		}
	})
}
