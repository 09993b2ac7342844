package blog

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// manyMentions is from how many people on a comment is said to mention many.
const manyMentions = 6

// Look is what a comment looks like to somebody who has seen spam before.
type Look struct {
	Comment    *Comment
	Content    string // the note's own HTML, made safe, without what is attached
	Mentions   int    // people it mentions, besides the blog
	NewAccount time.Duration
	Now        time.Time
}

// Signals are what is odd about a comment, in words for the author, and whether
// that is enough to hold the comment of a stranger: one thing about what is
// said, or two about who says it.
func (l Look) Signals() (signs []string, hold bool) {
	c := l.Comment
	if l.Mentions >= manyMentions {
		signs, hold = append(signs, fmt.Sprintf("mentions %d people", l.Mentions)), true
	}
	links, words := linksAndWords(l.Content)
	if links > 0 && words == 0 {
		signs, hold = append(signs, "nothing but links"), true
	}
	if len(c.Text) > maxRuleText {
		signs, hold = append(signs, "very long"), true
	}
	odd := 0
	if age := l.Now.Sub(c.Author.Joined); !c.Author.Joined.IsZero() && age < l.NewAccount {
		signs = append(signs, "an account "+inDays(age)+" old")
		if odd++; links > 0 {
			signs = append(signs, "with a link")
			odd++
		}
	}
	if c.Author.AvatarURL == "" {
		signs = append(signs, "no picture")
		odd++
	}
	return signs, hold || odd >= 2
}

func inDays(d time.Duration) string {
	switch days := int(d / (24 * time.Hour)); {
	case days < 1:
		return "less than a day"
	case days == 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", days)
	}
}

// linksAndWords counts the links of a text that are neither mentions nor
// hashtags, and the letters and digits outside of all links.
func linksAndWords(content string) (links, words int) {
	z := html.NewTokenizer(strings.NewReader(content))
	inside, label := 0, ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return links, words
		case html.StartTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.A {
				inside++
				label = ""
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.A && inside > 0 {
				inside--
				if label = strings.TrimSpace(label); !strings.HasPrefix(label, "@") && !strings.HasPrefix(label, "#") {
					links++
				}
			}
		case html.TextToken:
			text := string(z.Text())
			if inside > 0 {
				label += text
				continue
			}
			for _, r := range text {
				if unicode.IsLetter(r) || unicode.IsNumber(r) {
					words++
				}
			}
		}
	}
}

// maxLinks bounds how many links of a text are looked at.
const maxLinks = 100

// Links are where the links of an HTML text lead, in order, at most 100.
func Links(content string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(content))
	for len(out) < maxLinks {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			token := z.Token()
			for _, a := range token.Attr {
				if token.DataAtom == atom.A && a.Key == "href" {
					out = append(out, a.Val)
				}
			}
		}
	}
	return out
}

var noBlog = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_&])#noblog(?:$|[^\pL\pN_])`)

// NoBlog tells whether a plain text says #noblog: its writer does not want to
// be on blogs.
func NoBlog(text string) bool { return noBlog.MatchString(text) }
