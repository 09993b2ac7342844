package storage

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// S3 tells how the server that has the bucket is reached.
type S3 struct {
	Endpoint  string // scheme and host: https://s3.example.com; empty means Amazon's
	Region    string // empty means us-east-1, which most servers take for any
	AccessKey string
	SecretKey string
}

// String leaves out the secret, so that none comes into a log.
func (s S3) String() string { return "S3 at " + s.endpoint() }

// GoString is String.
func (s S3) GoString() string { return s.String() }

const (
	bucketScheme  = "s3://"
	amazonServer  = "https://s3.amazonaws.com"
	defaultRegion = "us-east-1"
	maxPrefix     = 500 // bytes; a key may have 1,024, and a name 200
)

// bucketName is what S3 takes for one, and prefixPattern keeps to what needs no
// escape in an address.
var (
	bucketName    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefixPattern = regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$`)
)

// IsBucket tells whether Options.Media names a bucket and no folder.
func IsBucket(media string) bool { return strings.HasPrefix(media, bucketScheme) }

// Bucket tells whether Media names a bucket and no folder.
func (o Options) Bucket() bool { return IsBucket(o.Media) }

// CheckMedia tells what is wrong with Options.Media as it is written, without
// looking whether anything is there.
func CheckMedia(media string) error {
	if media == "" {
		return errors.New("is empty; it should name a folder, such as media, or a bucket: s3://bucket/prefix")
	}
	if !IsBucket(media) {
		if strings.Contains(media, "://") {
			return fmt.Errorf("is %q; it should name a folder, such as media, or a bucket: s3://bucket/prefix", media)
		}
		return nil
	}
	_, _, err := parseBucket(media)
	return err
}

// parseBucket splits s3://bucket/prefix; prefix is empty or ends with a slash.
func parseBucket(media string) (bucket, prefix string, err error) {
	bucket, prefix, _ = strings.Cut(strings.TrimPrefix(media, bucketScheme), "/")
	prefix = strings.TrimSuffix(prefix, "/")
	switch {
	case !bucketName.MatchString(bucket):
		return "", "", fmt.Errorf("is %q; a bucket's name has 3 to 63 of a-z, 0-9, - and ., as in s3://bucket/prefix", media)
	case prefix != "" && (!prefixPattern.MatchString(prefix) || len(prefix) > maxPrefix || hasDots(prefix)):
		return "", "", fmt.Errorf("is %q; what comes after the bucket may have A-Z, a-z, 0-9, _, -, . and single slashes", media)
	case prefix != "":
		prefix += "/"
	}
	return bucket, prefix, nil
}

// hasDots tells whether a part of the path would be taken for a step in it.
func hasDots(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "." || part == ".." {
			return true
		}
	}
	return false
}

// CheckEndpoint tells what is wrong with S3.Endpoint as it is written. It never
// repeats it: somebody may have put a password there.
func CheckEndpoint(endpoint string) error {
	if endpoint == "" {
		return nil
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("cannot be read; it should be scheme and host alone: https://s3.example.com (the bucket stands in storage.media)")
	}
	return nil
}

func (s S3) endpoint() string {
	if s.Endpoint == "" {
		return amazonServer
	}
	return strings.TrimSuffix(s.Endpoint, "/")
}

func (s S3) region() string {
	if s.Region == "" {
		return defaultRegion
	}
	return s.Region
}
