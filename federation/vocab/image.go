package vocab

// Image is a picture that we serve. Who reads the alternative text from name
// (most) and who from summary (Mastodon for an actor's, WordPress) finds it.
type Image struct {
	Type       string    `json:"type"`
	MediaType  string    `json:"mediaType,omitempty"`
	URL        string    `json:"url"`
	Summary    string    `json:"summary,omitempty"`
	Name       string    `json:"name,omitempty"`
	Width      int       `json:"width,omitempty"`
	Height     int       `json:"height,omitempty"`
	Blurhash   string    `json:"blurhash,omitempty"`
	FocalPoint []float64 `json:"focalPoint,omitempty"` // x and y from -1 to 1; left out in the middle
}
