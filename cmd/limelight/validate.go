package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // blog.timezone works on machines without a zone database

	"golang.org/x/net/idna"

	"limelight/blog"
	"limelight/storage"
)

const (
	maxNumber      = 36500 // of a setting at most: a century in days
	minConnections = 2     // one waits while another writes

	minBackupPeriod = time.Minute
)

var (
	handlePattern   = regexp.MustCompile(`^[a-z0-9_]{1,30}$`)
	languagePattern = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)
)

// validate checks what the types do not say. where tells the place of a key,
// for messages.
func (c *Config) validate(where func(key string) string) error {
	fault := func(key, format string, args ...any) error {
		return fmt.Errorf("%s: %s %s", where(key), key, fmt.Sprintf(format, args...))
	}
	for _, s := range settings(c) {
		if s.oneof != nil && !slices.Contains(s.oneof, s.value.String()) {
			return fault(s.key(), "is %q; it may be %s", s.value.String(), strings.Join(s.oneof, ", "))
		}
		if n, ok := s.value.Interface().(int); ok && (n < 0 || n > maxNumber) {
			return fault(s.key(), "is %d; it may be 0 to %d", n, maxNumber)
		}
	}
	if _, port, err := net.SplitHostPort(c.Server.Listen); err != nil || !validPort(port) {
		return fault("server.listen", "is %q; it should look like localhost:8080 or :8080", c.Server.Listen)
	}
	if err := checkBaseURL(c.Server.BaseURL); err != nil {
		return fault("server.base_url", "%v", err)
	}
	if key, err := c.checkTLS(); err != nil {
		return fault(key, "%v", err)
	}
	if _, err := parseNetworks(c.Server.TrustedProxies); err != nil {
		return fault("server.trusted_proxies", "%v", err)
	}
	if _, err := parseNetworks(c.Federation.AllowPrivateNetworks); err != nil {
		return fault("federation.allow_private_networks", "%v", err)
	}
	for _, relay := range c.Federation.Relays {
		if err := checkRelay(relay); err != nil {
			return fault("federation.relays", "%v", err)
		}
	}
	for _, check := range []func() (key string, err error){c.checkElsewhere, c.checkMedia, c.checkWatch} {
		if key, err := check(); err != nil {
			return fault(key, "%v", err)
		}
	}
	if !handlePattern.MatchString(c.Blog.Handle) {
		return fault("blog.handle", "is %q; it may have a-z, 0-9 and _ only, and at most 30 of them", c.Blog.Handle)
	}
	if !languagePattern.MatchString(c.Blog.Language) {
		return fault("blog.language", "is %q; it should be a language tag such as en or pt-BR", c.Blog.Language)
	}
	if _, err := time.LoadLocation(c.Blog.Timezone); err != nil {
		return fault("blog.timezone", "is %q; it should be UTC or a name such as Europe/Berlin", c.Blog.Timezone)
	}
	if strings.TrimSpace(c.Blog.Title) == "" {
		return fault("blog.title", "is empty; a blog needs a name")
	}
	if err := storage.CheckDatabase(c.Storage.Database); err != nil {
		return fault("storage.database", "%v", err)
	}
	if c.Storage.Connections < minConnections {
		return fault("storage.connections", "is %d; a node needs %d at least", c.Storage.Connections, minConnections)
	}
	if err := c.checkContent(); err != nil {
		return fault("content.dir", "%v", err)
	}
	if every, err := time.ParseDuration(c.Backup.Every); err != nil || every < minBackupPeriod {
		return fault("backup.every", "is %q; it should be a time such as 24h or 90m, at least 1m", c.Backup.Every)
	}
	if c.Web.Accent != "" {
		if _, err := blog.ParseColor(c.Web.Accent); err != nil {
			return fault("web.accent", "%v", err)
		}
	}
	if _, host, ok := strings.Cut(c.Feed.PodcastEmail, "@"); c.Feed.PodcastEmail != "" && (!ok || !strings.Contains(host, ".") || strings.ContainsAny(c.Feed.PodcastEmail, " <>,")) {
		return fault("feed.podcast_email", "is %q; it should look like ann@example.com", c.Feed.PodcastEmail)
	}
	for part := range strings.SplitSeq(c.Feed.PodcastCategory, ">") {
		if c.Feed.PodcastCategory != "" && strings.TrimSpace(part) == "" || strings.Count(c.Feed.PodcastCategory, ">") > 1 {
			return fault("feed.podcast_category", "is %q; it should be a category, or category > subcategory", c.Feed.PodcastCategory)
		}
	}
	if len(c.Blog.Fields) > 50 {
		return fault("blog.fields", "has %d entries; servers take 50 at most", len(c.Blog.Fields))
	}
	return nil
}

// checkBaseURL accepts nothing, or scheme and host alone.
func checkBaseURL(base string) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	switch {
	case err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "":
		return fmt.Errorf("is %q; it should look like https://blog.example.com", base)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("is %q; scheme and host are all it may have", base)
	case u.Path != "" && u.Path != "/":
		return fmt.Errorf("is %q; limelight needs a host of its own and cannot live under the path %s", base, u.Path)
	case u.Host != strings.ToLower(u.Host):
		return fmt.Errorf("is %q; write the host in lower case", base)
	case u.Port() != "" && (!validPort(u.Port()) || u.Port() == "0"):
		return fmt.Errorf("is %q; a port is a number from 1 to 65535", base)
	case u.Scheme == "https" && u.Port() == "443", u.Scheme == "http" && u.Port() == "80":
		return fmt.Errorf("is %q; leave out :%s, which goes without saying: other servers would take it for another host", base, u.Port())
	}
	// Other servers name us in ASCII, in what they sign as well.
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && ascii != u.Hostname() {
		return fmt.Errorf("is %q; write the host as %s, as other servers do", base, ascii)
	}
	return nil
}

// validPort takes 0 too, which listens on a free one.
func validPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil
}

// parseNetworks reads CIDR prefixes; a bare address is a network of one.
func parseNetworks(list []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range list {
		if addr, err := netip.ParseAddr(text); err == nil {
			networks = append(networks, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("has %q; it should be a network such as 127.0.0.0/8", text)
		}
		networks = append(networks, prefix.Masked())
	}
	return networks, nil
}
