package federation

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"limelight/blog"
)

// maxTyped bounds what a visitor types, in bytes.
const maxTyped = 500

// visitor is somebody as they named themselves.
type visitor struct {
	host     string // of their server, as hostName has it
	scheme   string // as they typed it; empty when they did not
	resource string // what WebFinger is asked for
}

// visitor reads "ann@social.test", "@ann@social.test", "social.test" or
// "https://social.test/@ann". Its error is blog.ErrHandle.
func (c *Client) visitor(typed string) (visitor, error) {
	// What is pasted from a page brings invisible characters along.
	typed = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, typed))
	if typed == "" || len(typed) > maxTyped {
		return visitor{}, blog.ErrHandle
	}
	if scheme, rest, ok := strings.Cut(typed, ":"); ok && strings.EqualFold(scheme, "acct") {
		typed = rest
	}
	v := visitor{}
	switch scheme, _, ok := strings.Cut(typed, "://"); {
	case ok:
		v.scheme, v.resource = strings.ToLower(scheme), typed
	case strings.Contains(typed, "/"):
		v.resource = "https://" + typed
	default:
		name, host, found := strings.Cut(strings.TrimPrefix(typed, "@"), "@")
		if !found {
			name, host = "", name
		}
		v.resource = "https://" + host
		if name != "" {
			v.host, v.resource = hostName(v.resource), "acct:"+name+"@"+host
		}
	}
	if v.host == "" {
		v.host = hostName(v.resource)
	}
	return v, c.check(v)
}

// check refuses what no server can be asked under.
func (c *Client) check(v visitor) error {
	if v.host == "" || !c.private && !strings.Contains(v.host, ".") {
		return blog.ErrHandle
	}
	for _, scheme := range c.schemesFor(v) {
		if _, err := c.address(scheme + "://" + v.host + "/"); err != nil {
			return fmt.Errorf("%w: %w", blog.ErrHandle, err)
		}
	}
	return nil
}

// schemesFor are those that a visitor's server may speak, the likelier first.
// http is for trying things out on one machine.
func (c *Client) schemesFor(v visitor) []string {
	switch {
	case !c.private || v.scheme == "https":
		return []string{"https"}
	case v.scheme == "http":
		return []string{"http"}
	}
	return []string{"https", "http"}
}

// isDoorway tells whether a visitor may be sent to the address.
func (c *Client) isDoorway(address string) bool {
	u, err := url.Parse(address)
	return err == nil && hostName(address) != "" && (u.Scheme == "https" || c.private && u.Scheme == "http")
}
