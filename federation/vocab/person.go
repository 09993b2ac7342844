package vocab

// Person is the blog's actor as we serve it. What Mastodon makes of each field
// is in its process_account_service.rb.
type Person struct {
	Context                   Context         `json:"@context,omitempty"`
	ID                        string          `json:"id"`
	Type                      string          `json:"type"`
	PreferredUsername         string          `json:"preferredUsername"`
	WebFinger                 string          `json:"webfinger"` // FEP-2c59: "blog@blog.example.com"
	Name                      string          `json:"name"`
	Summary                   string          `json:"summary"` // HTML
	URL                       string          `json:"url"`     // on the host of ID, else Mastodon ignores it
	Inbox                     string          `json:"inbox"`
	Outbox                    string          `json:"outbox"`
	Followers                 string          `json:"followers"`
	Following                 string          `json:"following"`
	Featured                  string          `json:"featured"`
	FeaturedTags              string          `json:"featuredTags"`
	Endpoints                 Endpoints       `json:"endpoints"`
	ManuallyApprovesFollowers bool            `json:"manuallyApprovesFollowers"`
	Discoverable              bool            `json:"discoverable"`
	Indexable                 bool            `json:"indexable"`
	Published                 string          `json:"published,omitempty"`
	AttributionDomains        []string        `json:"attributionDomains"` // only our own: GHSA-rwcw-vq68-g34p
	AlsoKnownAs               []string        `json:"alsoKnownAs"`
	MovedTo                   string          `json:"movedTo,omitempty"` // the id of the actor to follow instead
	Icon                      *Image          `json:"icon,omitempty"`
	Image                     *Image          `json:"image,omitempty"`
	Attachment                []PropertyValue `json:"attachment"`
	Tag                       []PostTag       `json:"tag"`
	PublicKey                 PublicKey       `json:"publicKey"`
}

// Endpoints are the actor's endpoints for servers.
type Endpoints struct {
	SharedInbox string `json:"sharedInbox"`
}

// PropertyValue is a row of the actor's profile.
type PropertyValue struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Value string `json:"value"` // HTML
}

// PublicKey is the actor's key.
type PublicKey struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	PEM   string `json:"publicKeyPem"`
}
