package blog

import (
	"net/url"
	"strings"
	"unicode"
)

const maxOldPath = 1000 // bytes

// OldPath is how the path of a page at which a post was found before is kept and
// looked up: without a slash or index.html at its end, unescaped. p is the query
// by which WordPress names posts, "/?p=7"; empty for none. Empty means that it
// can be none.
func OldPath(path, p string) string {
	for _, index := range []string{"/index.html", "/index.htm", "/index.php"} {
		path = strings.TrimSuffix(path, index)
	}
	path = "/" + strings.Trim(path, "/")
	if p != "" {
		if strings.Trim(p, "0123456789") != "" || path != "/" {
			return ""
		}
		path += "?p=" + p
	}
	if len(path) > maxOldPath || strings.IndexFunc(path, unicode.IsControl) >= 0 {
		return ""
	}
	return path
}

// OldPathOf is OldPath of an address, or of a path as it is written in one.
func OldPathOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Opaque != "" || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	path := OldPath(u.Path, u.Query().Get("p"))
	if path == "/" {
		return ""
	}
	return path
}
