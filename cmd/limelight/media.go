package main

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"limelight/storage"
)

var regionPattern = regexp.MustCompile(`^[A-Za-z0-9-]{1,63}$`)

// mediaPath is path, for a setting that may name a bucket too.
func (c *Config) mediaPath(media string) string {
	if storage.IsBucket(media) {
		return media
	}
	return c.path(media)
}

// s3 is how a bucket is reached, once readS3Key has read the secret.
func (c *Config) s3() storage.S3 {
	s := c.Storage
	return storage.S3{Endpoint: s.S3Endpoint, Region: s.S3Region, AccessKey: s.S3AccessKey, SecretKey: c.s3Secret}
}

// mediaURL is where readers get the media; empty means here.
func (c *Config) mediaURL() string { return strings.TrimRight(c.Storage.MediaURL, "/") }

// checkMedia tells which setting about the media is wrong, and how.
func (c *Config) checkMedia() (key string, err error) {
	if err := storage.CheckMedia(c.Storage.Media); err != nil {
		return "storage.media", err
	}
	if err := storage.CheckEndpoint(c.Storage.S3Endpoint); err != nil {
		return "storage.s3_endpoint", err
	}
	if r := c.Storage.S3Region; r != "" && !regionPattern.MatchString(r) {
		return "storage.s3_region", fmt.Errorf("is %q; it should be a name such as eu-central-1", r)
	}
	if storage.IsBucket(c.Storage.Media) {
		if key, err := c.checkS3Key(); err != nil {
			return key, err
		}
	}
	return "storage.media_url", checkMediaURL(c.Storage.MediaURL)
}

// checkS3Key refuses half a key: a server would take it for nobody's.
func (c *Config) checkS3Key() (key string, err error) {
	if c.Storage.S3AccessKey == "" {
		return "storage.s3_access_key", errors.New("is empty; a bucket in storage.media needs it")
	}
	if c.Storage.S3SecretKey == "" {
		return "storage.s3_secret_key", errors.New("is empty; a bucket in storage.media needs it, here or in LIMELIGHT_STORAGE_S3_SECRET_KEY")
	}
	return "", nil
}

// readS3Key makes s3 complete where media is a bucket: only then has the file to be
// there that a secret may be in.
func (c *Config) readS3Key(media string) error {
	if !storage.IsBucket(media) {
		return nil
	}
	key, err := c.checkS3Key()
	if err == nil {
		key = "storage.s3_secret_key"
		if c.s3Secret, err = c.secret(c.Storage.S3SecretKey); err != nil {
			err = fmt.Errorf("cannot be read: %w; LIMELIGHT_STORAGE_S3_SECRET_KEY may say it instead", err)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %s %w", c.where(key), key, err)
	}
	return nil
}

// checkMediaURL takes what can stand in a page's Content-Security-Policy.
func checkMediaURL(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		strings.ContainsAny(address, " ;,'\"*%") {
		return fmt.Errorf("is %q; it should look like https://media.example.com or https://media.example.com/blog", address)
	}
	return nil
}
