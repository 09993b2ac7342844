package blog

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is how long a word may be to be found, in characters.
const maxWord = 100

// Words are what a text is found by: lower case, the accents of Latin, Greek and
// Cyrillic letters gone, and Chinese and Japanese characters one by one, since
// nothing parts their words.
func Words(text string) []string {
	var words []string
	for w := range eachWord(text) {
		words = append(words, w.folded)
	}
	return words
}

// Passage is the part of a plain text around the first word that begins with
// one of the words (as Words has them), of about max characters and on one line.
// found is empty when none does, and before is then the text's beginning.
func Passage(text string, words []string, max int) (before, found, after string) {
	text = strings.Join(strings.Fields(text), " ")
	for w := range eachWord(text) {
		for _, sought := range words {
			if strings.HasPrefix(w.folded, sought) {
				before, after = text[:w.start], text[w.end:]
				if keep := max / 3; utf8.RuneCountInString(before) > keep {
					before = "…" + lastCharacters(before, keep)
				}
				return before, text[w.start:w.end], Excerpt(after, max*2/3)
			}
		}
	}
	return Excerpt(text, max), "", ""
}

// lastCharacters are the last n of a text, from a blank on when there is one.
func lastCharacters(text string, n int) string {
	i := len(text)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	if _, rest, ok := strings.Cut(text[i:], " "); ok {
		return rest
	}
	return text[i:]
}

// word is a word and where it stands in its text.
type word struct {
	folded     string
	start, end int // bytes
}

func eachWord(text string) iter.Seq[word] {
	return func(yield func(word) bool) {
		start := -1
		flush := func(end int) bool {
			from := start
			start = -1
			return from < 0 || yield(word{fold(text[from:end]), from, end})
		}
		for i, r := range text {
			switch {
			case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
				end := i + utf8.RuneLen(r)
				if !flush(i) || !yield(word{fold(text[i:end]), i, end}) {
					return
				}
			case unicode.IsLetter(r) || unicode.IsDigit(r) || start >= 0 && unicode.IsMark(r):
				if start < 0 {
					start = i
				}
			default:
				if !flush(i) {
					return
				}
			}
		}
		flush(len(text))
	}
}

// fold makes words that people take for the same the same.
func fold(text string) string {
	var b strings.Builder
	n, bare := 0, false
	for _, r := range norm.NFD.String(text) {
		if unicode.Is(unicode.Mn, r) && bare {
			continue
		}
		bare = unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
		if n++; n > maxWord {
			break
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return norm.NFC.String(b.String())
}
