package blog

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// RuleKind is how a Rule's pattern is read.
type RuleKind string

const (
	WordRule   RuleKind = "word"   // a word or phrase, whole words, in any case
	RegexpRule RuleKind = "regexp" // RE2 (go doc regexp/syntax), in any case
)

// Rule has comments that match its pattern held or rejected.
type Rule struct {
	ID      int64
	Action  Action // HoldAction or RejectAction
	Kind    RuleKind
	Pattern string
	Hits    int64 // comments it held or rejected
	Created time.Time
}

const (
	maxPattern  = 500      // bytes
	maxRuleText = 32 << 10 // bytes of a comment that rules look at
)

// edge is what stands around a word, so that "ass" is not found in "class".
const edge = `[^\pL\pN_]`

// Compile makes the pattern ready for Match. Its error tells a person what is
// wrong with the rule. RE2 takes time linear in the text, whatever the pattern.
func (r *Rule) Compile() (*regexp.Regexp, error) {
	switch {
	case r.Action != HoldAction && r.Action != RejectAction:
		return nil, fmt.Errorf("a rule holds or rejects; it cannot %q", r.Action)
	case strings.TrimSpace(r.Pattern) == "":
		return nil, errors.New("a rule needs a word or a regular expression")
	case len(r.Pattern) > maxPattern:
		return nil, fmt.Errorf("a rule's pattern has at most %d bytes", maxPattern)
	case !utf8.ValidString(r.Pattern):
		return nil, errors.New("a rule's pattern is text in UTF-8")
	}
	expression := r.Pattern
	switch r.Kind {
	case RegexpRule:
	case WordRule:
		words := strings.Fields(r.Pattern)
		for i := range words {
			words[i] = regexp.QuoteMeta(words[i])
		}
		expression = `(?:^|` + edge + `)` + strings.Join(words, `\s+`) + `(?:$|` + edge + `)`
	default:
		return nil, fmt.Errorf("a rule is a word or a regexp, not %q", r.Kind)
	}
	re, err := regexp.Compile(`(?i)` + expression)
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression: %w", r.Pattern, err)
	}
	if re.MatchString("") {
		return nil, fmt.Errorf("%q fits every comment", r.Pattern)
	}
	return re, nil
}

// RuleText is what rules look at in a comment: its text, warning and links, and
// its author's name and handle. Very long ones are cut.
func RuleText(c *Comment) string {
	text := strings.Join([]string{c.Author.Name, c.Author.Handle, c.Warning, c.Text, strings.Join(Links(c.HTML), "\n")}, "\n")
	if len(text) > maxRuleText {
		text = strings.ToValidUTF8(text[:maxRuleText], "")
	}
	return text
}
