package web

import (
	"io"
	"net/http"
	"time"
)

const (
	largeFile  = 1 << 20     // bytes; what is smaller is sent within the server's own time limit
	pieceLimit = time.Minute // for one piece of a larger one, some 32 KB
)

// patient reads a file for somebody with a slow line, who may take as long as
// there is progress: each piece that is read moves the deadline of the answer.
type patient struct {
	io.ReadSeeker
	answer *http.ResponseController
}

// Read implements io.Reader.
func (p patient) Read(b []byte) (int, error) {
	// Where a deadline cannot be set there is none.
	_ = p.answer.SetWriteDeadline(time.Now().Add(pieceLimit))
	return p.ReadSeeker.Read(b)
}

// patiently is the file, to be read piece by piece when it is large.
func patiently(w http.ResponseWriter, f io.ReadSeeker) io.ReadSeeker {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil || size <= largeFile {
		return f // ServeContent seeks itself, and tells of the error
	}
	return patient{f, http.NewResponseController(w)}
}
