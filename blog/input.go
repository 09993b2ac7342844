package blog

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxSource is how large a post's file may be, in bytes.
const MaxSource = 2 << 20

// InputError is a fault in a file that a person wrote. Its text names the file,
// the line when one is to blame, and what would be right.
type InputError struct {
	File string
	Line int // counted from 1; 0 when the file as a whole is meant
	Msg  string
}

// Error names the file, the line when one is known, and what would be right.
func (e *InputError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// sourceText checks the bytes of a post's file and returns them as text with
// plain newlines.
func sourceText(name string, data []byte) (string, error) {
	if len(data) > MaxSource {
		return "", &InputError{File: name, Msg: fmt.Sprintf("has %d bytes; a post may have %d", len(data), MaxSource)}
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	for i, line := range strings.Split(text, "\n") {
		if !utf8.ValidString(line) {
			return "", &InputError{name, i + 1, "is not UTF-8 text; save the file as UTF-8"}
		}
		if strings.ContainsRune(line, 0) {
			return "", &InputError{name, i + 1, "has a NUL byte; this seems to be no text file"}
		}
	}
	return text, nil
}
