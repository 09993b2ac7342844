package storage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"limelight/blog"
)

const (
	bucketTries   = 3                // of a request that failed for now
	bucketAnswers = 10 * time.Second // within which a question is answered, all tries together
	bucketPart    = 5 << 20          // bytes sent at a time, and held in memory; S3 takes no smaller parts
	bucketUpload  = time.Minute      // for one file, and a second more for each
	bucketPace    = 32 << 10         // bytes of it

	// Names come from the content, so a file is good for ever, also where it is
	// read without this node.
	bucketCaching = "public, max-age=31536000, immutable"
)

// bucket has the files in S3-compatible storage. An upload is there when the
// server says so, whole, or not at all; no node remembers what is there.
type bucket struct {
	core      minio.Core
	name      string
	prefix    string
	place     string // for messages
	transport *http.Transport
}

func newBucket(media string, s S3) (*bucket, error) {
	name, prefix, err := parseBucket(media)
	if err != nil {
		return nil, fmt.Errorf("storage.media %w", err)
	}
	if err := CheckEndpoint(s.Endpoint); err != nil {
		return nil, fmt.Errorf("the address of the S3 server %w", err)
	}
	scheme, host, _ := strings.Cut(s.endpoint(), "://")
	b := &bucket{name: name, prefix: prefix, place: fmt.Sprintf("%s%s at %s", bucketScheme, strings.TrimSuffix(name+"/"+prefix, "/"), s.endpoint())}
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAliveConfig: keepAlive}
	b.transport = &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second, MaxIdleConns: 32, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute,
		DisableCompression: true, // a range is of the bytes as they are stored
	}
	client, err := minio.New(host, &minio.Options{
		Creds: credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""), Secure: scheme == "https", Region: s.region(),
		Transport: b.transport, MaxRetries: bucketTries,
	})
	if err != nil {
		return nil, fmt.Errorf("reach the S3 server: %w", err)
	}
	b.core = minio.Core{Client: client}
	return b, nil
}

func (b *bucket) close() error {
	b.transport.CloseIdleConnections()
	return nil
}

// prepare asks for what any reading and sweeping needs, since the answer tells a
// missing bucket from a wrong key.
func (b *bucket) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, bucketAnswers)
	defer cancel()
	for o := range b.core.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix, MaxKeys: 1}) {
		return b.explain(o.Err)
	}
	return ctx.Err()
}

func (b *bucket) key(s shelf, name string) string { return b.prefix + s.below(name) }

// save asks first whether the file is there, unless it is one that others may
// sweep away: to be put again makes it new.
func (b *bucket) save(ctx context.Context, s shelf, name string, size int64, r io.Reader) error {
	if s == ownShelf {
		if info, err := b.stat(ctx, s, name); err == nil && info.Size == size {
			return nil
		} else if err != nil && Unavailable(err) {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, bucketUpload+time.Duration(size/bucketPace)*time.Second)
	defer cancel()
	mediaType, known := blog.MediaType(name)
	o := minio.PutObjectOptions{
		ContentType: mediaType, CacheControl: bucketCaching, PartSize: bucketPart, NumThreads: 1,
		// The digest is part of what is signed, so what arrives otherwise is refused;
		// signing chunk by chunk besides is what not every server understands.
		SendContentMd5: true, DisableContentSha256: true,
	}
	if !known {
		o.ContentDisposition = "attachment"
	}
	if data, ok := r.(*bytes.Reader); !ok || int64(data.Len()) != size { // what is in memory can be sent again
		r = &exactly{ctx: ctx, name: name, r: r, size: size}
	}
	_, err := b.core.Client.PutObject(ctx, b.name, b.key(s, name), r, size, o)
	return b.explain(err)
}

func (b *bucket) stat(ctx context.Context, s shelf, name string) (minio.ObjectInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, bucketAnswers)
	defer cancel()
	info, err := b.core.StatObject(ctx, b.name, b.key(s, name), minio.StatObjectOptions{})
	if err != nil {
		return info, fmt.Errorf("%q: %w", name, b.explain(err))
	}
	return info, nil
}

func (b *bucket) open(ctx context.Context, s shelf, name string) (io.ReadSeekCloser, error) {
	info, err := b.stat(ctx, s, name)
	if err != nil {
		return nil, err
	}
	return &bucketFile{ctx: ctx, bucket: b, key: b.key(s, name), size: info.Size}, nil
}

// list passes by what lies deeper, which is none of ours.
func (b *bucket) list(ctx context.Context, s shelf, see func(storedFile) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	below := b.prefix + s.below("")
	for o := range b.core.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: below}) {
		if o.Err != nil {
			return b.explain(o.Err)
		}
		name := strings.TrimPrefix(o.Key, below)
		if !plainName(name) {
			continue
		}
		if err := see(storedFile{name, o.Size, o.LastModified}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (b *bucket) remove(ctx context.Context, s shelf, name string) error {
	ctx, cancel := context.WithTimeout(ctx, bucketAnswers)
	defer cancel()
	return b.explain(b.core.RemoveObject(ctx, b.name, b.key(s, name), minio.RemoveObjectOptions{}))
}
