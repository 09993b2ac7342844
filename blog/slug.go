package blog

import (
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

const maxSlug = 100

var (
	slugPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$`)
	notSlug     = regexp.MustCompile(`[^a-z0-9]+`)
	datePrefix  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[-_ ]`)
)

// MakeSlug makes text fit for an address: [a-z0-9-]{1,100}, or "" when nothing
// of it is left.
func MakeSlug(text string) string {
	slug := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(text), "-"), "-")
	if len(slug) > maxSlug {
		slug = strings.Trim(slug[:maxSlug], "-")
	}
	return slug
}

// baseName is a file's name without folder, extension and date prefix.
func baseName(file string) string {
	base := filepath.Base(filepath.ToSlash(file))
	base = strings.TrimSuffix(base, filepath.Ext(base))
	return datePrefix.ReplaceAllString(base, "")
}

// readableName makes a title of a file's name: "my-first_post" is "My first
// post".
func readableName(file string) string {
	words := strings.Fields(strings.NewReplacer("-", " ", "_", " ").Replace(baseName(file)))
	title := []rune(strings.Join(words, " "))
	if len(title) > 0 {
		title[0] = unicode.ToUpper(title[0])
	}
	return string(title)
}

// TagSlug is a tag's address: lower case, words joined by hyphens. Letters of
// every script stay.
func TagSlug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return strings.Join(words, "-")
}

// Hashtag is a tag as the fediverse writes it: the words joined, each with a
// capital: "self hosting" is "#SelfHosting". A single word stays as it is.
func Hashtag(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '_'
	})
	if len(words) > 1 {
		for i, word := range words {
			runes := []rune(word)
			runes[0] = unicode.ToUpper(runes[0])
			words[i] = string(runes)
		}
	}
	return "#" + strings.Join(words, "")
}
