package bring

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// readAll reads a file of at most that many bytes and closes it.
func readAll(f fs.File, most int64) (data []byte, err error) {
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no plain file")
	}
	data, err = io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, fmt.Errorf("it has more than %d bytes", most)
	}
	return data, err
}

// ReadFile reads a file of at most that many bytes.
func ReadFile(files fs.FS, name string, most int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	return readAll(f, most)
}
