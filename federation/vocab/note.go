package vocab

// Note is an answer of the author's in a conversation.
type Note struct {
	Context           Context           `json:"@context,omitempty"`
	ID                string            `json:"id"`
	Type              string            `json:"type"`
	AttributedTo      string            `json:"attributedTo"`
	InReplyTo         string            `json:"inReplyTo"`
	Content           string            `json:"content"` // HTML
	ContentMap        map[string]string `json:"contentMap,omitempty"`
	URL               string            `json:"url"`
	Published         string            `json:"published"`
	Updated           string            `json:"updated,omitempty"`
	To                []string          `json:"to"`
	Cc                []string          `json:"cc"`
	Tag               []Mention         `json:"tag"`
	PartOf            string            `json:"context"`      // FEP-7888
	Conversation      string            `json:"conversation"` // the same, as Mastodon has it
	InteractionPolicy InteractionPolicy `json:"interactionPolicy"`
}

// Mention is whom a note is for. Mastodon notifies those who are in it and
// addressed.
type Mention struct {
	Type string `json:"type"`
	Href string `json:"href"` // the actor's id
	Name string `json:"name"` // "@bob@example.com"
}

// NoteContext is that of a note and of activities that carry one.
const NoteContext = PostContext
