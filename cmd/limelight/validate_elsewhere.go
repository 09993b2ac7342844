package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

var (
	namePattern = regexp.MustCompile(`^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?$`) // of a handle, as Mastodon has it
	hostPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$`)
)

// checkElsewhere checks what the configuration says of other domains and
// accounts there, and names the setting that is wrong.
func (c *Config) checkElsewhere() (key string, err error) {
	for _, me := range c.Blog.Me {
		if u, err := url.Parse(me); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return "blog.me", fmt.Errorf("has %q; it should be an address such as https://social.example/@ann", me)
		}
	}
	if c.Blog.Creator != "" && !isAcct(c.Blog.Creator) {
		return "blog.creator", fmt.Errorf("is %q; it should be a handle such as ann@social.example", c.Blog.Creator)
	}
	if err := checkHub(c.Feed.Hub); err != nil {
		return "feed.hub", err
	}
	return "federation.handle_domain", checkHandleDomain(c.Federation.HandleDomain)
}

// checkHub accepts nothing, none, or the address of a hub.
func checkHub(hub string) error {
	if hub == "" || hub == noHub {
		return nil
	}
	u, err := url.Parse(hub)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(hub, "<> \"") {
		return fmt.Errorf("is %q; it should be empty, none, or the address of a hub such as https://hub.example.com/", hub)
	}
	return nil
}

// isAcct tells whether s is a handle, with or without an @ before it.
func isAcct(s string) bool {
	name, host, ok := strings.Cut(strings.TrimPrefix(s, "@"), "@")
	return ok && namePattern.MatchString(name) && hostPattern.MatchString(host)
}

// checkHandleDomain accepts nothing, or a host as it stands in handles.
func checkHandleDomain(domain string) error {
	if domain == "" || hostPattern.MatchString(domain) {
		return nil
	}
	return fmt.Errorf("is %q; it should be a domain alone, in lower case and ASCII, such as example.com", domain)
}
