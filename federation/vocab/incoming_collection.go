package vocab

// RemoteCollection is a collection of another server's, or a page of one.
type RemoteCollection struct {
	ID    string
	Types []string
	Items []string // ids, in their order: items or orderedItems
	First *RemoteCollection
	Next  string // the next page's address
}

const (
	maxPageItems = 200
	maxFirst     = 1 // how deep a first page lies in its collection
)

// DecodeCollection reads a Collection, OrderedCollection or a page of one. What
// is embedded counts by its id alone. A First that is only an address has no
// more than an ID.
func DecodeCollection(data []byte) (RemoteCollection, error) {
	root, err := document(data)
	if err != nil {
		return RemoteCollection{}, err
	}
	return decodeCollection(root, maxFirst), nil
}

func decodeCollection(v value, depth int) RemoteCollection {
	var c RemoteCollection
	if !v.isObject() {
		c.ID = v.iri()
		return c
	}
	v.members(func(name string, v value) {
		switch name {
		case "id":
			c.ID = v.iri()
		case "type":
			c.Types = v.types()
		case "items", "orderedItems":
			c.Items = append(c.Items, v.iris(maxPageItems-len(c.Items))...)
		case "next":
			c.Next = v.iri()
		case "first":
			if depth > 0 {
				first := decodeCollection(v, depth-1)
				c.First = &first
			}
		}
	})
	return c
}
