package backup

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"
)

// format is the number of this kind of archive; a reader refuses a higher one.
const format = 1

// Names of members.
const (
	databaseName = "database.sqlite"
	manifestName = "manifest.json"
	configFolder = "config/"
	ConfigName   = configFolder + "limelight.toml" // the configuration
	mediaFolder  = "media/"
	avatarFolder = mediaFolder + "avatars/"
)

// Bounds of an archive.
const (
	maxMembers  = 1_000_000
	maxManifest = 256 << 20
	maxConfig   = 64 << 20 // of the configuration, and of each file that it names
	maxMedia    = 4 << 30
	maxDatabase = 1 << 40
	maxNameLen  = 400
	maxRatio    = 200 // times the archive's own size that it may unpack to, beyond freeSize
	freeSize    = 64 << 20
)

// Manifest is what an archive says of itself.
type Manifest struct {
	Format      int       `json:"format"`
	Program     string    `json:"program"`     // version that made it
	Schema      int64     `json:"schema"`      // of the database
	Engine      string    `json:"engine"`      // that was served: sqlite, postgres
	BaseURL     string    `json:"base_url"`    // of the blog
	Made        time.Time `json:"made"`        // when the database was copied
	Environment []string  `json:"environment"` // names of the settings that came from there, and are not in the archive
	Missing     []string  `json:"missing"`     // members that rows name and that were not there
	Members     []Member  `json:"members"`     // all but the manifest
}

// Member is one file in an archive.
type Member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Size is how much the members have together, in bytes.
func (m Manifest) Size() (total int64) {
	for _, member := range m.Members {
		total += member.Size
	}
	return total
}

// has tells whether there is a member of that name.
func (m Manifest) names() map[string]bool {
	names := make(map[string]bool, len(m.Members))
	for _, member := range m.Members {
		names[member.Name] = true
	}
	return names
}

// plainPart is a part of a name: no dot before it, nothing that means more than
// itself to a file system.
var plainPart = regexp.MustCompile(`^[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*$`)

// limitOf is how large a member of that name may be; an error when there can be none.
func limitOf(name string) (int64, error) {
	if len(name) > maxNameLen || path.Clean(name) != name {
		return 0, fmt.Errorf("%.100q is no name of a member", name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if !plainPart.MatchString(part) {
			return 0, fmt.Errorf("%.100q is no name of a member", name)
		}
	}
	switch dir, _ := path.Split(name); {
	case name == databaseName:
		return maxDatabase, nil
	case name == manifestName:
		return maxManifest, nil
	case dir == mediaFolder && name != strings.TrimSuffix(avatarFolder, "/"), dir == avatarFolder:
		return maxMedia, nil
	case strings.HasPrefix(name, configFolder):
		return maxConfig, nil
	}
	return 0, fmt.Errorf("%.100q does not belong there", name)
}

// check compares what the archive has with what it says.
func (m Manifest) check(found []Member) error {
	switch {
	case m.Format < 1:
		return errors.New("its manifest says nothing")
	case len(m.Members) != len(found):
		return fmt.Errorf("its manifest names %d members, and there are %d", len(m.Members), len(found))
	}
	for i, want := range m.Members {
		switch got := found[i]; {
		case got.Name != want.Name:
			return fmt.Errorf("it has %.100q where %.100q should be", got.Name, want.Name)
		case got.Size != want.Size:
			return fmt.Errorf("%s has %d bytes and should have %d", got.Name, got.Size, want.Size)
		case got.SHA256 != want.SHA256:
			return fmt.Errorf("%s is damaged: its SHA-256 is another", got.Name)
		}
	}
	if !m.names()[databaseName] {
		return errors.New("it has no database")
	}
	return nil
}
