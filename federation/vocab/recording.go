package vocab

// Recording is audio or video. Size has PeerTube's name, as nothing in the
// vocabulary itself tells it.
type Recording struct {
	Type      string `json:"type"` // Audio or Video
	MediaType string `json:"mediaType"`
	URL       string `json:"url"`
	Name      string `json:"name,omitempty"`     // plain text; Mastodon shows it as the description
	Duration  string `json:"duration,omitempty"` // xsd:duration: PT1H2M3S
	Size      int64  `json:"size,omitempty"`     // bytes
}

// Attached is what may be attached to a post: an Image or a Recording.
type Attached interface {
	// Address is where the file is.
	Address() string
}

// Address is where the picture is.
func (i Image) Address() string { return i.URL }

// Address is where the recording is.
func (r Recording) Address() string { return r.URL }
