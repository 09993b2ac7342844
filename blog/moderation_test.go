package blog_test

import (
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

func TestRepliesPolicy(t *testing.T) {
	now := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	const month = 30 * 24 * time.Hour
	for _, c := range []struct {
		name, policy, own string
		age, close        time.Duration
		want              string
	}{
		{"nothing said", "", "", month, 0, "open"},
		{"the blog's", "known", "", month, 0, "known"},
		{"the post's", "held", "open", month, 0, "open"},
		{"too old", "open", "", month, month, "closed"},
		{"not yet", "held", "", month - 1, month, "held"},
		{"the post's word beats its age", "open", "known", 2 * month, month, "known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := blog.Post{Comments: c.own, Published: now.Add(-c.age)}
			if got := p.RepliesPolicy(c.policy, c.close, now); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestRuleMatches(t *testing.T) {
	for _, c := range []struct {
		kind          blog.RuleKind
		pattern, text string
		fits          bool
	}{
		{blog.WordRule, "casino", "Best CASINO!", true},
		{blog.WordRule, "casino", "casinos", false},
		{blog.WordRule, "cheap pills", "so cheap\n pills.", true},
		{blog.WordRule, "c++", "I like C++ a lot", true},
		{blog.WordRule, "käse", "KÄSE", true},
		{blog.WordRule, "se", "Käse", false},
		{blog.RegexpRule, `bit\.ly/\w+`, "see https://BIT.ly/x1", true},
		{blog.RegexpRule, `^spam`, "no spam", false},
	} {
		re, err := (&blog.Rule{Action: blog.HoldAction, Kind: c.kind, Pattern: c.pattern}).Compile()
		if err != nil || re.MatchString(c.text) != c.fits {
			t.Errorf("%s %q in %q: %v, want %t", c.kind, c.pattern, c.text, err, c.fits)
		}
	}
	for name, r := range map[string]blog.Rule{
		"no action":     {Kind: blog.WordRule, Pattern: "x"},
		"no kind":       {Action: blog.HoldAction, Pattern: "x"},
		"no pattern":    {Action: blog.HoldAction, Kind: blog.WordRule, Pattern: " "},
		"fits all":      {Action: blog.HoldAction, Kind: blog.RegexpRule, Pattern: "x*"},
		"too long":      {Action: blog.HoldAction, Kind: blog.WordRule, Pattern: strings.Repeat("x", 501)},
		"no expression": {Action: blog.HoldAction, Kind: blog.RegexpRule, Pattern: "(x"},
		"too large":     {Action: blog.HoldAction, Kind: blog.RegexpRule, Pattern: "((x{1,100}){1,100}){1,100}"},
	} {
		if _, err := r.Compile(); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}

func TestRuleText(t *testing.T) {
	c := blog.Comment{Author: blog.Actor{Name: "Ann", Handle: "ann@a.test"}, Warning: "Ads", Text: "Hi", HTML: `<p><a href="https://spam.example/x">Hi</a></p>`}
	for _, part := range []string{"Ann", "ann@a.test", "Ads", "Hi", "https://spam.example/x"} {
		if !strings.Contains(blog.RuleText(&c), part) {
			t.Errorf("%q is missing in %q", part, blog.RuleText(&c))
		}
	}
	c.Text = strings.Repeat("ä", 100_000)
	if n := len(blog.RuleText(&c)); n > 32<<10 {
		t.Errorf("%d bytes are looked at", n)
	}
}

func TestSignals(t *testing.T) {
	now := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	face := blog.Actor{AvatarURL: "https://a.test/face.png", Joined: now.Add(-1000 * day)}
	young := face
	young.Joined = now.Add(-2 * day)
	bare := young
	bare.AvatarURL = ""
	const link = `<a href="https://spam.example/">spam.example</a>`
	for _, c := range []struct {
		name     string
		author   blog.Actor
		content  string
		mentions int
		want     string
		hold     bool
	}{
		{"nothing odd", face, "<p>Well said, see " + link + "</p>", 2, "", false},
		{"many mentions", face, "<p>Hi</p>", 7, "mentions 7 people", true},
		{"a link alone", face, "<p>" + link + " 👍</p>", 0, "nothing but links", true},
		{"a mention and a hashtag", face, `<p><a href="https://a.test/@b">@b</a> <a href="https://a.test/tags/x">#x</a></p>`, 1, "", false},
		{"only a smile", face, "<p>😀</p>", 0, "", false},
		{"no picture", blog.Actor{}, "<p>Hi</p>", 0, "no picture", false},
		{"a new account", young, "<p>Hi</p>", 0, "an account 2 days old", false},
		{"a new account with a link", young, "<p>See " + link + "</p>", 0, "an account 2 days old; with a link", true},
		{"a new account without a picture", bare, "<p>Hi</p>", 0, "an account 2 days old; no picture", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			look := blog.Look{Comment: &blog.Comment{Author: c.author}, Content: c.content, Mentions: c.mentions, NewAccount: 7 * day, Now: now}
			signs, hold := look.Signals()
			if got := strings.Join(signs, "; "); got != c.want || hold != c.hold {
				t.Errorf("%q %t, want %q %t", got, hold, c.want, c.hold)
			}
		})
	}
}

func TestNoBlog(t *testing.T) {
	for text, want := range map[string]bool{
		"#noblog": true, "Please #NoBlog.": true, "(#noblog)": true, "#noblogging": false, "x#noblog": false, "noblog": false, "#no blog": false, "": false,
	} {
		if blog.NoBlog(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

func TestLinks(t *testing.T) {
	many := strings.Repeat(`<a href="https://a.test/">x</a>`, 200)
	if got := blog.Links(`<p><a href="https://a.test/?a=1&amp;b=2">x</a><a>y</a><b href="z">`); len(got) != 1 || got[0] != "https://a.test/?a=1&b=2" {
		t.Errorf("%q", got)
	}
	if got := len(blog.Links(many)); got != 100 {
		t.Errorf("%d links", got)
	}
}
