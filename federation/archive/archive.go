// Package archive reads the archive that Mastodon makes of an account for its owner
// (outbox.json, actor.json and the media), and gives a bring.Source of it. What other
// servers write in the same form is read too.
package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"limelight/blog"
	"limelight/blog/bring"
)

const (
	maxOutbox = 1 << 30 // bytes
	maxActor  = 4 << 20
	public    = "https://www.w3.org/ns/activitystreams#Public"
)

// Options say which posts come.
type Options struct {
	Replies bool // also what answers others
}

// Is tells whether such an archive is in the folder.
func Is(files fs.FS) bool {
	info, err := fs.Stat(files, "outbox.json")
	return err == nil && info.Mode().IsRegular()
}

// Read reads the account's own posts that everybody may read. Boosts, and what was
// for some people alone, are counted and left.
func Read(files fs.FS, o Options) (*bring.Source, error) {
	r := &reading{opts: o, files: files, left: map[string]int{}, own: map[string]bool{},
		source: &bring.Source{Name: "mastodon", Kind: "an archive of Mastodon", Files: files}}
	if data, err := bring.ReadFile(files, "actor.json", maxActor); err == nil {
		var actor struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(data, &actor) == nil && actor.ID != "" {
			r.actor, r.source.Name = actor.ID, actor.ID
		}
	}
	if u, err := url.Parse(r.actor); err == nil {
		r.source.Host = u.Host
	}
	f, err := files.Open("outbox.json")
	if err != nil {
		return nil, err
	}
	err = r.outbox(io.LimitReader(f, maxOutbox))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("outbox.json: %w", err)
	}
	r.finish()
	return r.source, nil
}

type reading struct {
	opts   Options
	files  fs.FS
	actor  string // IRI
	source *bring.Source
	notes  []note
	own    map[string]bool // ids of all notes
	left   map[string]int
}

// activity is one in the outbox; object is a note, or the id of somebody else's.
type activity struct {
	Type   string          `json:"type"`
	Object json.RawMessage `json:"object"`
}

type note struct {
	ID         string       `json:"id"`
	Type       string       `json:"type"`
	Name       string       `json:"name"`
	Summary    string       `json:"summary"`
	InReplyTo  string       `json:"inReplyTo"`
	Published  string       `json:"published"`
	Updated    string       `json:"updated"`
	URL        string       `json:"url"`
	To         oneOrMany    `json:"to"`
	CC         oneOrMany    `json:"cc"`
	Sensitive  bool         `json:"sensitive"`
	Content    string       `json:"content"`
	ContentMap languages    `json:"contentMap"`
	Attachment []attachment `json:"attachment"`
	Tag        []tag        `json:"tag"`
	OneOf      []choice     `json:"oneOf"`
	AnyOf      []choice     `json:"anyOf"`
}

type languages map[string]string

type attachment struct {
	MediaType string `json:"mediaType"`
	URL       string `json:"url"`
	Name      string `json:"name"` // what it shows, in words
}

type tag struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

type choice struct {
	Name string `json:"name"`
}

type oneOrMany []string

// UnmarshalJSON takes a text or a list of them.
func (m *oneOrMany) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*m = oneOrMany{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(data, &many); err != nil {
		return err
	}
	*m = many
	return nil
}

func (m oneOrMany) public() bool {
	return slices.ContainsFunc(m, func(to string) bool { return to == public || to == "as:Public" || to == "Public" })
}

// outbox reads one activity after the other.
func (r *reading) outbox(in io.Reader) error {
	dec := json.NewDecoder(in)
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return errors.New("it is no collection of activities")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if key != "orderedItems" {
			var skipped json.RawMessage
			if err := dec.Decode(&skipped); err != nil {
				return err
			}
			continue
		}
		if t, err := dec.Token(); err != nil || t != json.Delim('[') {
			return errors.New("its orderedItems are no list")
		}
		for dec.More() {
			var a activity
			if err := dec.Decode(&a); err != nil {
				return err
			}
			if err := r.take(a); err != nil {
				return err
			}
		}
		if _, err := dec.Token(); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) take(a activity) error {
	var n note
	switch err := json.Unmarshal(a.Object, &n); {
	case a.Type == "Announce":
		r.left["boosts"]++
	case a.Type != "Create":
		r.left["activities of the type "+a.Type]++
	case err != nil || n.ID == "":
		r.left["objects that cannot be read"]++
	case len(r.notes) >= bring.MaxPosts:
		return fmt.Errorf("there are more than %d posts", bring.MaxPosts)
	default:
		r.notes, r.own[n.ID] = append(r.notes, n), true
	}
	return nil
}

func (r *reading) finish() {
	for i := range r.notes {
		n := &r.notes[i]
		switch {
		case !n.To.public() && !n.CC.public():
			r.left["posts that were for followers or for some people alone"]++
		case n.InReplyTo != "" && !r.own[n.InReplyTo] && !r.opts.Replies:
			r.left["replies to others (-replies brings them)"]++
		default:
			r.source.Posts = append(r.source.Posts, r.post(n))
		}
	}
	kinds := []string{}
	for kind, n := range r.left {
		kinds = append(kinds, fmt.Sprintf("stayed there: %s: %d", kind, n))
	}
	slices.Sort(kinds)
	r.source.Notes = append(r.source.Notes, kinds...)
}

func (r *reading) post(n *note) *bring.Post {
	p := &bring.Post{ID: n.ID, Name: n.ID, Dir: ".", Roots: []string{"."}}
	if n.URL != "" {
		p.Name = n.URL
		p.At(n.URL)
	}
	p.At(n.ID)
	if u, err := url.Parse(n.ID); err == nil {
		p.Base = u
		p.Meta.Slug = blog.MakeSlug(path.Base(u.Path))
	}
	p.Meta.Title = n.Name
	if t, ok := bring.ParseTime(n.Published, nil); ok {
		p.Meta.Date = blog.MetaTime(t)
	} else {
		p.Left = "it has no date that was understood"
	}
	if t, ok := bring.ParseTime(n.Updated, nil); ok {
		p.Meta.Updated = blog.MetaTime(t)
	}
	p.Meta.Sensitive, p.Meta.Summary = n.Sensitive || n.Summary != "", blog.PlainText(n.Summary)
	if !n.To.public() {
		p.Meta.Visibility = string(blog.Unlisted)
	}
	if len(n.ContentMap) == 1 {
		for language := range n.ContentMap {
			p.Meta.Language = language
		}
	}
	for _, t := range n.Tag {
		if t.Type == "Hashtag" {
			p.Meta.Tags = append(p.Meta.Tags, strings.TrimPrefix(t.Name, "#"))
		}
	}
	r.text(p, n)
	if strings.TrimSpace(p.Text) == "" && p.Meta.Title == "" && p.Meta.Video == "" && p.Meta.Audio == "" && p.Left == "" {
		p.Left = "it is empty"
	}
	p.NotYet()
	return p
}
