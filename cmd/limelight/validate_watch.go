package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"limelight/blog"
)

// checkWatch checks what the configuration says of metrics, readiness and how the
// author is told, and names the setting that is wrong.
func (c *Config) checkWatch() (key string, err error) {
	if address := c.Server.Metrics; address != "" {
		if _, port, err := net.SplitHostPort(address); err != nil || !validPort(port) {
			return "server.metrics", fmt.Errorf("is %q; it should look like 127.0.0.1:9464, or be empty", address)
		}
	}
	if age, err := time.ParseDuration(c.Server.MaxQueueAge); err != nil || age < time.Minute {
		return "server.max_queue_age", fmt.Errorf("is %q; it should be a time such as 15m or 1h, at least 1m", c.Server.MaxQueueAge)
	}
	for _, kind := range c.Notify.About {
		if !slices.Contains(blog.NotificationKinds(), blog.NotificationKind(kind)) {
			return "notify.about", fmt.Errorf("has %q; it may have reply, held, report, failing", kind)
		}
	}
	if _, err := time.Parse("15:04", c.Notify.At); err != nil {
		return "notify.at", fmt.Errorf("is %q; it should be a time of the day such as 08:00", c.Notify.At)
	}
	for _, address := range c.Notify.MailTo {
		if _, err := mail.ParseAddress(address); err != nil {
			return "notify.mail_to", fmt.Errorf("has %q; it should be a mail address such as ann@example.com", address)
		}
	}
	if from := c.Notify.MailFrom; from != "" {
		if _, err := mail.ParseAddress(from); err != nil {
			return "notify.mail_from", fmt.Errorf("is %q; it should be a mail address such as blog@example.com", from)
		}
	}
	if host, port, err := net.SplitHostPort(c.Notify.SMTP); err != nil || host == "" || !validPort(port) {
		return "notify.smtp", fmt.Errorf("is %q; it should look like smtp.example.com:587", c.Notify.SMTP)
	}
	if _, err := parseNetworks(c.Notify.Private); err != nil {
		return "notify.allow_private_networks", err
	}
	if err := checkPostable(c.Notify.Webhook); err != nil {
		return "notify.webhook", err
	}
	return "notify.ntfy", checkPostable(c.Notify.Ntfy)
}

// checkPostable accepts nothing, or an address that can be posted to.
func checkPostable(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("is %q; it should be an address such as https://example.com/hook, without user or fragment", address)
	}
	return nil
}

const (
	secretPrefix = "file:"  // before the name of a file that holds a secret
	maxSecret    = 64 << 10 // bytes of such a file
)

// secretFile is the file that a secret is read from, empty when it is not.
func secretFile(value string) string {
	name, _ := strings.CutPrefix(value, secretPrefix)
	if name == value {
		return ""
	}
	return name
}

// secret is the value of a setting that may name a file.
func (c *Config) secret(value string) (string, error) {
	name := secretFile(value)
	if name == "" {
		return value, nil
	}
	f, err := os.Open(c.path(name))
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSecret))
	if err != nil {
		return "", err
	}
	if text := strings.TrimRight(string(text), "\r\n"); text != "" {
		return text, nil
	}
	return "", errors.New(name + " is empty")
}
