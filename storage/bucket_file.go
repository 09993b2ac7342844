package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/minio/minio-go/v7"
)

const (
	// bucketPiece is how much of a file is asked for at a time: a player that jumps
	// about wastes no more, and a reader with a slow line holds no connection to
	// the server for hours.
	bucketPiece = 4 << 20

	// bucketStall is how long a piece may stand still.
	bucketStall = 20 * time.Second
)

// bucketFile is a file in a bucket that is read piece by piece, none of which is
// kept in memory. Seek costs nothing; whoever reads from the same place on is
// asked for nothing anew.
type bucketFile struct {
	ctx    context.Context
	bucket *bucket
	key    string
	size   int64
	at     int64 // where the next Read reads

	body    io.ReadCloser // nil when no piece is open
	next    int64         // where body goes on
	end     int64         // where it ends
	piece   context.Context
	cancel  context.CancelFunc
	stalled *time.Timer // cancels
}

// Seek implements io.Seeker.
func (f *bucketFile) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 {
		return 0, errors.New("seek to before the file begins")
	}
	f.at = offset
	return offset, nil
}

// Read implements io.Reader. A piece that breaks off after it has given
// something is asked for once more from there on: servers end connections on
// which a slow reader leaves them waiting.
func (f *bucketFile) Read(p []byte) (int, error) {
	for progress := false; ; {
		if f.at >= f.size {
			return 0, io.EOF
		}
		if f.body != nil && (f.next != f.at || f.next == f.end) {
			f.drop()
		}
		if f.body == nil {
			if err := f.ask(); err != nil {
				return 0, err
			}
		} else {
			progress = true
		}
		f.stalled.Reset(bucketStall)
		n, err := f.body.Read(p[:min(int64(len(p)), f.end-f.next)])
		f.stalled.Stop()
		f.at, f.next = f.at+int64(n), f.next+int64(n)
		if n > 0 || err == nil {
			return n, nil // an error comes again
		}
		err = f.fail(err)
		if !progress {
			return 0, err
		}
		progress = false
	}
}

// ask opens the next piece.
func (f *bucketFile) ask() error {
	f.piece, f.cancel = context.WithCancel(f.ctx)
	f.stalled = time.AfterFunc(bucketAnswers, f.cancel)
	var o minio.GetObjectOptions
	f.next, f.end = f.at, min(f.at+bucketPiece, f.size)
	err := o.SetRange(f.next, f.end-1)
	if err != nil {
		return f.fail(err)
	}
	var info minio.ObjectInfo
	f.body, info, _, err = f.bucket.core.GetObject(f.piece, f.bucket.name, f.key, o)
	if err == nil && info.Size != f.end-f.next {
		err = fmt.Errorf("%w: %d bytes came and not the %d that were asked for", errAway, info.Size, f.end-f.next)
	}
	if err != nil {
		return f.fail(err)
	}
	return nil
}

// fail drops the piece and tells why.
func (f *bucketFile) fail(err error) error {
	switch {
	case f.ctx.Err() != nil:
		err = f.ctx.Err()
	case f.piece.Err() != nil:
		err = fmt.Errorf("%w: nothing came for too long", errAway)
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	f.drop()
	return f.bucket.explain(err)
}

func (f *bucketFile) drop() {
	if f.body != nil {
		f.body.Close()
		f.body = nil
	}
	if f.cancel != nil {
		f.stalled.Stop()
		f.cancel()
		f.cancel = nil
	}
}

// Close implements io.Closer.
func (f *bucketFile) Close() error {
	f.drop()
	return nil
}
