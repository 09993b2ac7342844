package blog_test

import (
	"testing"

	"limelight/blog"
)

func TestVisitor(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7:1234":                  "192.0.2.7/32",
		"[::ffff:192.0.2.7]:1":            "192.0.2.7/32",
		"[2001:db8:1:2:3:4:5:6]:443":      "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1%eth0]:443": "2001:db8:1:2::/64",
		"192.0.2.7":                       "invalid Prefix",
		"@":                               "invalid Prefix",
		"":                                "invalid Prefix",
	} {
		if got := blog.Visitor(address).String(); got != want {
			t.Errorf("%q: %s, not %s", address, got, want)
		}
	}
}
