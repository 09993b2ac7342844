package vocab

// Application is the server's own actor, which others meet as the one who
// signed a fetch. It has what Mastodon's /actor has.
type Application struct {
	Context                   Context   `json:"@context"`
	ID                        string    `json:"id"`
	Type                      string    `json:"type"`
	PreferredUsername         string    `json:"preferredUsername"` // the domain
	WebFinger                 string    `json:"webfinger"`         // FEP-2c59
	Name                      string    `json:"name"`
	URL                       string    `json:"url"`
	Inbox                     string    `json:"inbox"`
	Outbox                    string    `json:"outbox"`
	Endpoints                 Endpoints `json:"endpoints"`
	ManuallyApprovesFollowers bool      `json:"manuallyApprovesFollowers"`
	Discoverable              bool      `json:"discoverable"`
	Indexable                 bool      `json:"indexable"`
	Published                 string    `json:"published,omitempty"`
	PublicKey                 PublicKey `json:"publicKey"`
}
