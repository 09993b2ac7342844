package vocab

// Collection is an OrderedCollection: a count, and the way to its pages.
type Collection struct {
	Context      Context `json:"@context,omitempty"`
	ID           string  `json:"id"`
	Type         string  `json:"type"`
	AttributedTo string  `json:"attributedTo,omitempty"`
	TotalItems   int     `json:"totalItems"` // Mastodon wants a number
	First        *First  `json:"first,omitempty"`
	Last         string  `json:"last,omitempty"`
}

// First is a collection's first page, or its id when Page is nil.
type First = Item[Page[string]]

// Page is an OrderedCollectionPage.
type Page[T any] struct {
	Context      Context `json:"@context,omitempty"`
	Type         string  `json:"type"`
	ID           string  `json:"id"`
	PartOf       string  `json:"partOf"`
	TotalItems   int     `json:"totalItems,omitempty"`
	Next         string  `json:"next,omitempty"`
	Prev         string  `json:"prev,omitempty"`
	OrderedItems []T     `json:"orderedItems"`
}

// List is a small OrderedCollection that has all its items with it.
type List[T any] struct {
	Context      Context `json:"@context,omitempty"`
	ID           string  `json:"id"`
	Type         string  `json:"type"`
	TotalItems   int     `json:"totalItems"`
	OrderedItems []T     `json:"orderedItems"`
}

// TagCollection is a Collection of hashtags. It is not ordered, as the one that
// Mastodon serves and reads.
type TagCollection struct {
	Context    Context   `json:"@context"`
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	TotalItems int       `json:"totalItems"`
	Items      []PostTag `json:"items"`
}
