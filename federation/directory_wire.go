package federation

import (
	"encoding/json"
	"fmt"
)

// readActor reads a fetched document as an actor or key.
func readActor(doc Document) (*actorDocument, error) {
	var w wireActor
	if err := json.Unmarshal(doc.Body, &w); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", doc.URL, err)
	}
	a := &actorDocument{
		at:          doc.URL,
		ID:          string(w.ID),
		Username:    string(w.PreferredUsername),
		Name:        string(w.Name),
		URL:         first(w.URL),
		Icon:        first(w.Icon),
		Inbox:       string(w.Inbox),
		SharedInbox: string(w.Endpoints.SharedInbox),
		own:         wireKey{ID: w.ID, Owner: w.Owner, Controller: w.Controller, PEM: w.PEM}.key(),
	}
	if a.SharedInbox == "" {
		a.SharedInbox = string(w.SharedInbox)
	}
	for _, t := range w.Type {
		if a.Type = string(t); a.isActor() {
			break
		}
	}
	for _, key := range w.PublicKey[:min(len(w.PublicKey), maxKeys)] {
		a.Keys = append(a.Keys, key.key())
	}
	return a, nil
}

// wireActor is the document as servers write it.
type wireActor struct {
	ID                wireText           `json:"id"`
	Type              wireMany[wireText] `json:"type"`
	PreferredUsername wireText           `json:"preferredUsername"`
	Name              wireText           `json:"name"`
	URL               wireMany[wireLink] `json:"url"`
	Icon              wireMany[wireLink] `json:"icon"`
	Inbox             wireText           `json:"inbox"`
	SharedInbox       wireText           `json:"sharedInbox"` // Misskey has it here too
	Endpoints         wireEndpoints      `json:"endpoints"`
	PublicKey         wireMany[wireKey]  `json:"publicKey"`
	Owner             wireText           `json:"owner"`
	Controller        wireText           `json:"controller"`
	PEM               wireText           `json:"publicKeyPem"`
}

// wireText is a string, or empty for whatever is none.
type wireText string

// UnmarshalJSON never fails.
func (t *wireText) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = wireText(s)
	}
	return nil
}

// wireMany is one value or several.
type wireMany[T any] []T

// UnmarshalJSON reads an array or a single value; null is none.
func (m *wireMany[T]) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == "null":
		return nil
	case data[0] == '[':
		return json.Unmarshal(data, (*[]T)(m))
	}
	*m = make(wireMany[T], 1)
	return json.Unmarshal(data, &(*m)[0])
}

// wireLink is a URL, or a Link or an Image that leads to one.
type wireLink string

// UnmarshalJSON never fails.
func (l *wireLink) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return (*wireText)(l).UnmarshalJSON(data)
	}
	var object struct {
		Href wireText           `json:"href"`
		URL  wireMany[wireText] `json:"url"`
	}
	if json.Unmarshal(data, &object) == nil {
		*l = wireLink(object.Href)
		if len(object.URL) > 0 && *l == "" {
			*l = wireLink(object.URL[0])
		}
	}
	return nil
}

// first is the first that leads somewhere.
func first(links []wireLink) string {
	for _, l := range links {
		if l != "" {
			return string(l)
		}
	}
	return ""
}

// wireEndpoints are an actor's endpoints.
type wireEndpoints struct{ SharedInbox wireText }

// UnmarshalJSON never fails.
func (e *wireEndpoints) UnmarshalJSON(data []byte) error {
	var object struct {
		SharedInbox wireText `json:"sharedInbox"`
	}
	if json.Unmarshal(data, &object) == nil {
		e.SharedInbox = object.SharedInbox
	}
	return nil
}

// wireKey is a key, or its id alone.
type wireKey struct{ ID, Owner, Controller, PEM wireText }

// UnmarshalJSON never fails.
func (k *wireKey) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return k.ID.UnmarshalJSON(data)
	}
	var object struct {
		ID         wireText `json:"id"`
		Owner      wireText `json:"owner"`
		Controller wireText `json:"controller"`
		PEM        wireText `json:"publicKeyPem"`
	}
	if json.Unmarshal(data, &object) == nil {
		*k = wireKey(object)
	}
	return nil
}

// key calls the owner by one name: the security vocabulary has had two.
func (k wireKey) key() publicKey {
	if k.Owner == "" {
		k.Owner = k.Controller
	}
	return publicKey{string(k.ID), string(k.Owner), string(k.PEM)}
}
