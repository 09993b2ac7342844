package signature

import "strings"

// parseParams reads `keyId="...",algorithm="...",...`. httpsig cannot be shown
// what peers send: it stumbles over blanks after commas, over a comma within
// quotes and over the scheme's name in front, and takes the last of two values
// for one name, which lets a sender be read differently elsewhere.
func parseParams(header string) (map[string]string, error) {
	rest := strings.Trim(header, " \t")
	if scheme, after, ok := strings.Cut(rest, " "); ok && strings.EqualFold(scheme, "Signature") {
		rest = after
	}
	params := map[string]string{}
	for {
		name, value, after, err := nextParam(strings.TrimLeft(rest, " \t"))
		if err != nil {
			return nil, err
		}
		if _, repeated := params[name]; repeated {
			return nil, malformed("%s is given twice", name)
		}
		params[name] = value
		after = strings.TrimLeft(after, " \t")
		if after == "" {
			return params, nil
		}
		var comma bool
		if rest, comma = strings.CutPrefix(after, ","); !comma {
			return nil, malformed("a comma is missing after %s", name)
		}
	}
}

// nextParam cuts one name and value off the front, the value in quotes or bare.
// Blanks around the equals sign are allowed, as in RFC 7235.
func nextParam(s string) (name, value, rest string, err error) {
	name, rest, ok := strings.Cut(s, "=")
	name = strings.TrimRight(name, " \t")
	if !ok || !isToken(name) {
		return "", "", "", malformed(`it should read keyId="...",algorithm="...",headers="...",signature="..."`)
	}
	if strings.HasPrefix(rest, ":") {
		return "", "", "", malformed("it is one of RFC 9421, which needs a Signature-Input header")
	}
	rest = strings.TrimLeft(rest, " \t")
	if quoted, ok := strings.CutPrefix(rest, `"`); ok {
		value, rest, ok = strings.Cut(quoted, `"`)
		if !ok {
			return "", "", "", malformed("the quotes of %s do not end", name)
		}
		if strings.Contains(value, `\`) {
			return "", "", "", malformed("%s has a backslash", name)
		}
		return name, value, rest, nil
	}
	end := strings.IndexAny(rest, ", \t")
	if end < 0 {
		end = len(rest)
	}
	if end == 0 || strings.ContainsAny(rest[:end], `"\`) {
		return "", "", "", malformed("%s has no readable value", name)
	}
	return name, rest[:end], rest[end:], nil
}

// isToken tells whether s is a name as these parameters have it.
func isToken(s string) bool {
	if s == "" {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
