package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"limelight/blog"
)

// hostile is a feed that has s wherever a text may stand.
func hostile(s string) Feed {
	f := empty()
	f.Title, f.Description, f.Blog.Author = s, s, s
	p := full().Posts[0]
	p.Title, p.Summary, p.HTML = s, s, "<p>"+s+"</p>"
	p.Tags = []blog.Tag{{Slug: "x", Name: s}}
	p.Image = blog.Image{Path: "/media/x.png", Alt: s}
	p.Enclosure = blog.Enclosure{URL: "/media/x.mp3", Type: "audio/mpeg", Title: s}
	p.Language = s
	warned := p
	warned.Sensitive = true
	note := p
	note.Title, note.Summary = "", ""
	f.Posts = []blog.Post{p, warned, note}
	f.Podcast = Podcast{Category: s + ">" + s}
	c := comments().Comments[3]
	c.About, c.Text, c.HTML, c.Warning, c.Author.Name, c.IRI, c.URL = s, s, "<p>"+s+"</p>", s, s, "https://social.test/"+s, "https://social.test/"+s
	c.Language = s
	c.Attachments[0].Alt, c.Attachments[1].Alt, c.Attachments[2].URL = s, s, "https://social.test/"+s
	f.Comments = []Comment{c}
	return f
}

// hostileTexts are what XML cannot hold, and what ends a CDATA section.
func hostileTexts() []string {
	texts := []string{"]]>", "]]]]>>", "<![CDATA[", "&", "&bogus;", "<", "<!--", "-->", "\ufffe", "\uffff", "\xff\xfe", "\xed\xa0\x80", "\U0001fffe"}
	for r := range rune(0xa0) {
		if r < ' ' || r >= 0x7f {
			texts = append(texts, string(r))
		}
	}
	return texts
}

func TestHostileTextsAreWellFormed(t *testing.T) {
	for _, s := range append(hostileTexts(), strings.Join(hostileTexts(), " x ")) {
		for _, format := range formats[:2] {
			body, err := format.render(hostile("a" + s + "b"))
			if err == nil {
				err = wellFormed(body)
			}
			if err != nil {
				t.Errorf("%s with %q: %v", format.name, s, err)
			}
			// Package xml puts U+FFFD for what it cannot write.
			if utf8.ValidString(s) && bytes.ContainsRune(body, '\ufffd') {
				t.Errorf("%s with %q shows a replacement character", format.name, s)
			}
		}
	}
}

// FuzzTexts has strangers and authors write anything at all.
func FuzzTexts(f *testing.F) {
	for _, s := range hostileTexts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, format := range formats {
			body, err := format.render(hostile(s))
			switch {
			case err != nil:
			case format.name == "JSON Feed" && !json.Valid(body):
				err = errors.New("no JSON")
			case format.name != "JSON Feed":
				err = wellFormed(body)
			}
			if err != nil {
				t.Errorf("%s with %q: %v", format.name, s, err)
			}
		}
	})
}

func wellFormed(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestXmllint asks a parser that is not Go's.
func TestXmllint(t *testing.T) {
	xmllint := need(t, "xmllint")
	feeds := feedsOfAllKinds()
	feeds["hostile"] = hostile(strings.Join(hostileTexts(), " x "))
	for name, f := range feeds {
		for _, format := range formats[:2] {
			t.Run(name+" "+format.name, func(t *testing.T) {
				body, err := format.render(f)
				if err != nil {
					t.Fatal(err)
				}
				cmd := exec.Command(xmllint, "--noout", "--nonet", "-")
				cmd.Stdin = bytes.NewReader(body)
				if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}
