package federation

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"limelight/federation/peertest"
)

// fixturePost is the post that the fixtures are about.
const fixturePost = "0193a5f2-7c4e-7b3a-9d21-5e8f0a1b2c3d"

// fixtureWorld is a node with the peers that the fixtures come from.
type fixtureWorld struct {
	*inboxWorld
	accounts map[string]*peertest.Account // by their ids in the fixtures
	real     *strings.Replacer            // from the fixtures' names to those of the test
}

func newFixtureWorld(t *testing.T) *fixtureWorld {
	w := &fixtureWorld{inboxWorld: newInboxWorld(t), accounts: map[string]*peertest.Account{}}
	names := []string{"https://blog.example.test", w.node.blog.BaseURL, fixturePost, w.post.ID}
	for i, host := range []string{"mastodon", "gts", "misskey", "akkoma"} {
		p := w.peer(i + 2)
		old := "https://" + host + ".example.test"
		names = append(names, old, p.URL)
		join := func(path, name string, shape peertest.Shape) {
			w.accounts[old+path] = p.JoinAt(path, name, shape)
		}
		switch host {
		case "mastodon":
			join("/users/bob", "bob", peertest.Mastodon)
			join("/ap/users/115412345678901234", "carol", peertest.Mastodon)
			join("/actor", "mastodon.internal", peertest.Mastodon)
		case "gts":
			join("/users/erin", "erin", peertest.GoToSocial)
		case "misskey":
			join("/users/9a1", "mia", peertest.Misskey)
		case "akkoma":
			join("/users/dan", "dan", peertest.Mastodon)
		}
	}
	w.real = strings.NewReplacer(names...)
	return w
}

// deliver sends a fixture, signed by the actor that it names.
func (w *fixtureWorld) deliver(name string, status int) {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join("vocab", "testdata", "fixtures", name+".json"))
	w.must(err)
	_, rest, _ := strings.Cut(string(data), `"actor": "`)
	actor, _, _ := strings.Cut(rest, `"`)
	from := w.accounts[actor]
	if from == nil {
		w.t.Fatalf("%s is by %q, who is nobody", name, actor)
	}
	if reply := from.Send(w.inbox, w.real.Replace(string(data))); reply.Status != status {
		w.t.Errorf("%s was answered %d %s, want %d", name, reply.Status, reply.Body, status)
	}
}

// TestFixtures has every incoming fixture signed by a peer and sent twice: it
// has its effect, once.
func TestFixtures(t *testing.T) {
	const great = "comment bob public shown: Great post! See https://example.test/x"
	for name, c := range map[string]struct {
		after []string // fixtures sent before
		want  []string
	}{
		"01-follow":                           {nil, []string{"follower bob"}},
		"02-undo-follow":                      {[]string{"01-follow"}, nil},
		"03-create-reply":                     {nil, []string{great}},
		"04-create-reply-no-mention":          {nil, []string{"comment bob public shown: Author mention removed by the writer; still a reply."}},
		"05-create-reply-unlisted-numeric-id": {nil, []string{"comment 115412345678901234 unlisted shown: Quiet public (unlisted) reply by an account with a numeric id."}},
		"06-create-reply-direct":              {nil, nil},
		"07-update-reply":                     {[]string{"03-create-reply"}, []string{"comment bob public shown: Great post! (edited) See https://example.test/x (edited)"}},
		"08-delete-note":                      {[]string{"03-create-reply"}, []string{"comment bob public erased: "}},
		"09-delete-actor":                     {[]string{"01-follow", "03-create-reply", "10-like", "12-announce"}, []string{"comment bob public erased: "}},
		"10-like":                             {nil, []string{"like bob"}},
		"11-undo-like":                        {[]string{"10-like"}, nil},
		"12-announce":                         {nil, []string{"boost bob"}},
		"13-undo-announce":                    {[]string{"12-announce"}, nil},
		"14-block":                            {[]string{"01-follow"}, nil},
		"15-undo-block":                       {[]string{"14-block"}, nil},
		"16-flag":                             {nil, nil},
		"17-move":                             {nil, nil},
		"18-quote-request":                    {nil, nil},
		"19-misskey-emoji-like":               {nil, []string{"like 9a1 🎉"}},
		"20-pleroma-emojireact":               {nil, []string{"emoji dan 🔥"}},
		"21-gts-reply-request":                {nil, []string{"comment erin public shown: a polite reply"}},
		"22-gts-create-scalar-shapes":         {nil, []string{"comment erin public shown: scalar to / tag shapes"}},
		"34-poll-vote":                        {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixtureWorld(t)
			for _, before := range c.after {
				w.deliver(before, 202)
			}
			w.deliver(name, 202)
			w.want("after it", c.want...)
			w.deliver(name, 202)
			w.want("after it came twice", c.want...)
		})
	}
}

func TestFixturesReversed(t *testing.T) {
	for _, c := range [][2]string{
		{"11-undo-like", "10-like"},
		{"13-undo-announce", "12-announce"},
		{"08-delete-note", "03-create-reply"},
		{"02-undo-follow", "01-follow"},
	} {
		t.Run(c[0], func(t *testing.T) {
			w := newFixtureWorld(t)
			w.deliver(c[0], 202)
			w.deliver(c[1], 202)
			w.want("after what it undoes came late")
		})
	}
}

func TestFixturePrivateReply(t *testing.T) {
	w := newFixtureWorld(t)
	w.deliver("06-create-reply-direct", 202)
	if shown := w.onPage(); len(shown) != 0 {
		t.Errorf("readers see %q", shown)
	}
	if got := w.privately(); !slices.Equal(got, []string{"direct Private mention, must never be shown as a public comment."}) {
		t.Errorf("the author sees %q", got)
	}
}
