package federation

import (
	"context"
	"regexp"
	"slices"
	"sync"

	"limelight/blog"
)

// ruleBook is the author's rules, compiled. They are rows that a command may
// change at any time, so they are read for each comment and compiled when they
// are others than before. The zero value is ready.
type ruleBook struct {
	mu       sync.Mutex
	patterns []string // kind and pattern of each
	compiled []*regexp.Regexp
}

// ruleFor is the rule that the comment meets, one that rejects before one that
// holds; nil for none.
func (n *Node) ruleFor(ctx context.Context, c *blog.Comment) (*blog.Rule, error) {
	rules, err := n.db.Rules(ctx)
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	text := blog.RuleText(c)
	var holding *blog.Rule
	for i, re := range n.rules.compile(rules) {
		switch {
		case re == nil || holding != nil && rules[i].Action == blog.HoldAction || !re.MatchString(text):
		case rules[i].Action == blog.RejectAction:
			return &rules[i], nil
		default:
			holding = &rules[i]
		}
	}
	return holding, nil
}

// compile returns the expressions of the rules. One that cannot be compiled,
// which AddRule lets nobody make, is nil.
func (b *ruleBook) compile(rules []blog.Rule) []*regexp.Regexp {
	patterns := make([]string, len(rules))
	for i, r := range rules {
		patterns[i] = string(r.Kind) + " " + r.Pattern
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.Equal(patterns, b.patterns) {
		return b.compiled
	}
	b.patterns, b.compiled = patterns, make([]*regexp.Regexp, len(rules))
	for i := range rules {
		b.compiled[i], _ = rules[i].Compile()
	}
	return b.compiled
}
