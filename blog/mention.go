package blog

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxMentions is how many people a post can mention; further handles stay
// text. Somebody who lists a hundred accounts hardly means to call on all.
const maxMentions = 50

// Mention is somebody at another server whom a post names as @name@host.
type Mention struct {
	Handle string // name@host as the post has it, in lower case
	Actor  string // the actor's id; empty when it is not, or not yet, known
	Name   string // name@host as the server of the actor has it
	URL    string // the page of the actor; empty when it has none
}

// SoughtMention is a handle in a post whose actor is to be found.
type SoughtMention struct {
	PostID string
	Handle string // name@host, in lower case
	Tries  int    // made so far
}

// handlePattern is a handle as Mastodon reads one, at the start of a text: a
// name as actors have it, and a host that may have a port.
var handlePattern = regexp.MustCompile(`^@([A-Za-z0-9_]{1,64}(?:[.-]+[A-Za-z0-9_]{1,64}){0,8})@` +
	`((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?(?::[0-9]{1,5})?)`)

// firstHandle is the length of the handle that text starts with, 0 for none.
func firstHandle(text []byte) int {
	m := handlePattern.FindSubmatchIndex(text)
	if m == nil || m[1] > 300 {
		return 0
	}
	if next, _ := utf8.DecodeRune(text[m[1]:]); m[1] < len(text) && wordRune(next) {
		return 0
	}
	// "@types@1.2.3" is a version. An address has a port, or is none of a person.
	host := string(text[m[4]:m[5]])
	last, _ := utf8.DecodeRuneInString(host[strings.LastIndexByte(host, '.')+1:])
	if unicode.IsDigit(last) && !strings.Contains(host, ":") {
		return 0
	}
	return m[1]
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '@' }

// mention is a handle in a text. Its child is the text.
type mention struct {
	ast.BaseInline
	handle string // in lower case, without the first @
}

var kindMention = ast.NewNodeKind("Mention")

func (*mention) Kind() ast.NodeKind              { return kindMention }
func (m *mention) Dump(source []byte, level int) { ast.DumpHelper(m, source, level, nil, nil) }

// mentions reads handles in Markdown. goldmark asks it in text only, and
// so never in code, addresses or raw HTML.
type mentions struct{}

func (mentions) Trigger() []byte { return []byte{'@'} }

func (mentions) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if before := block.PrecendingCharacter(); wordRune(before) || before == '/' {
		return nil
	}
	line, segment := block.PeekLine()
	n := firstHandle(line)
	if n == 0 {
		return nil
	}
	m := &mention{handle: strings.ToLower(string(line[1:n]))}
	m.AppendChild(m, ast.NewTextSegment(segment.WithStop(segment.Start+n)))
	block.Advance(n)
	return m
}

const (
	mentionStart = `<span translate="no">`
	mentionEnd   = `</span>`
)

func (mentions) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindMention, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if inLink(n) {
			return ast.WalkContinue, nil
		}
		mark := mentionEnd
		if entering {
			mark = mentionStart
		}
		_, err := w.WriteString(mark)
		return ast.WalkContinue, err
	})
}

func inLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink || p.Kind() == ast.KindImage {
			return true
		}
	}
	return false
}

// mention notes a handle of the text.
func (c *composing) mention(m *mention) {
	known := slices.ContainsFunc(c.post.Mentions, func(o Mention) bool { return o.Handle == m.handle })
	if !known && !inLink(m) && len(c.post.Mentions) < maxMentions {
		c.post.Mentions = append(c.post.Mentions, Mention{Handle: m.handle})
	}
}

var writtenMention = regexp.MustCompile(mentionStart + `(@[^<>&"]{3,300})` + mentionEnd)

// LinkMentions makes the handles in a post's HTML links to those whose actors
// are known, marked up as Mastodon marks them, so that other servers know them
// for mentions. The others stay text.
func LinkMentions(source string, known []Mention) string {
	if len(known) == 0 {
		return source
	}
	return writtenMention.ReplaceAllStringFunc(source, func(span string) string {
		written := strings.TrimSuffix(strings.TrimPrefix(span, mentionStart), mentionEnd)
		for _, m := range known {
			if m.URL != "" && m.Handle == strings.ToLower(written[1:]) {
				return `<span class="h-card" translate="no"><a href="` + html.EscapeString(m.URL) + `" class="u-url mention">` +
					written + `</a></span>`
			}
		}
		return span
	})
}
