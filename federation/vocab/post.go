package vocab

// Post is a post of the blog as an Article or a Note.
type Post struct {
	Context           Context           `json:"@context,omitempty"`
	ID                string            `json:"id"`
	Type              string            `json:"type"`
	AttributedTo      string            `json:"attributedTo"`
	Name              string            `json:"name,omitempty"`       // plain text; Notes have none
	Summary           string            `json:"summary,omitempty"`    // plain text
	SummaryMap        map[string]string `json:"summaryMap,omitempty"` // tells the language where ContentMap is left out
	Content           string            `json:"content"`              // HTML
	ContentMap        map[string]string `json:"contentMap,omitempty"`
	URL               string            `json:"url"`
	Published         string            `json:"published"`
	Updated           string            `json:"updated,omitempty"` // GoToSocial refuses one before Published
	To                []string          `json:"to"`
	Cc                []string          `json:"cc"`
	Sensitive         bool              `json:"sensitive"`
	Image             *Image            `json:"image,omitempty"`
	Attachment        []Attached        `json:"attachment"` // with any, Mastodon shows no card of the page
	Tag               []PostTag         `json:"tag"`
	Preview           *Preview          `json:"preview,omitempty"` // FEP-b2b8
	PartOf            string            `json:"context"`           // FEP-7888: the collection of the whole conversation
	Conversation      string            `json:"conversation"`      // the same; Mastodon hands this one on in replies
	Replies           *Collection       `json:"replies,omitempty"`
	Likes             *Collection       `json:"likes,omitempty"`
	Shares            *Collection       `json:"shares,omitempty"`
	InteractionPolicy InteractionPolicy `json:"interactionPolicy"`
}

// PostTag is a Hashtag or a Mention of a post.
type PostTag struct {
	Type string `json:"type"`
	Name string `json:"name"` // "#SelfHosting", "@ann@example.com"
	Href string `json:"href"` // the tag's page, the id of who is mentioned
}

// Preview is an article as a server shows it that does not show articles.
type Preview struct {
	Type         string `json:"type"`
	AttributedTo string `json:"attributedTo"`
	Published    string `json:"published"`
	Content      string `json:"content"` // HTML
}

// InteractionPolicy says who may do what with a post without asking. What it
// leaves out is open to all, but for quotes, which Mastodon then allows nobody.
type InteractionPolicy struct {
	CanQuote Approval `json:"canQuote"`
}

// Approval lists who needs no approval.
type Approval struct {
	Automatic []string `json:"automaticApproval"`
}

// Tombstone stands where an object was.
type Tombstone struct {
	Context Context `json:"@context,omitempty"`
	ID      string  `json:"id"`
	Type    string  `json:"type"`
	Deleted string  `json:"deleted,omitempty"`
}
