package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"limelight/storage"
)

// format is the number of this kind of folder; a reader refuses a higher one.
const format = 1

// Names in the folder.
const (
	ManifestName = "limelight.json"
	rowsFolder   = "rows"
	postsFolder  = "posts"
	otherFolder  = "private" // posts that not everybody is to read
	mediaFolder  = "media"
	configFolder = "config"
)

const maxManifest = 64 << 20 // bytes

// Manifest is what a folder says of itself.
type Manifest struct {
	Format  int                 `json:"format"`
	Program string              `json:"program"`  // version that made it
	Schema  int64               `json:"schema"`   // of the database
	BaseURL string              `json:"base_url"` // of the blog
	Made    time.Time           `json:"made"`     // when the database was copied
	Tables  []storage.TableRows `json:"tables"`
	Posts   map[string]string   `json:"posts"`   // SHA-256 of each file of a post's text, by its path
	Missing []string            `json:"missing"` // media that rows name and that were not there
	Unnamed []string            `json:"unnamed"` // images that a text names, of which nobody knows which file they are
	Waiting int64               `json:"waiting"` // deliveries that were still to be made, which are not here
	Talk    int64               `json:"talk"`    // comments, without the empty rows of those that were deleted
}

// ErrNone is the error of a folder that is no export.
var ErrNone = errors.New("that is no folder of `limelight export`, or not a whole one")

// readManifest reads what the folder says of itself; ErrNone.
func readManifest(dir string) (m Manifest, err error) {
	f, err := os.Open(filepath.Join(dir, ManifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s: %w: there is no %s", dir, ErrNone, ManifestName)
	}
	if err != nil {
		return m, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%s: %w: %v", f.Name(), ErrNone, err)
	}
	if m.Format < 1 || m.Format > format {
		return m, fmt.Errorf("%s: this is format %d, and the program reads up to %d: %w", f.Name(), m.Format, format, storage.ErrVersion)
	}
	return m, nil
}
