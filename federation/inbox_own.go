package federation

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"limelight/federation/signature"
	"limelight/federation/vocab"
)

const (
	// ViewType is the activity that the blog's own actor sends to its own inbox
	// to find out how requests arrive (limelight doctor). It changes nothing.
	ViewType = "View"

	// ArrivalHeader is the header in which the inbox answers that, as JSON of an
	// Arrival. Nobody but the holder of the actor's key is told.
	ArrivalHeader = "Limelight-Arrival"

	maxArrival = 200 // bytes of each word in an Arrival
)

// Arrival is how a request reached this node: what a web server in front made of
// it on the way.
type Arrival struct {
	Host           string    `json:"host"`            // as the request named it here
	Peer           string    `json:"peer"`            // address and port that connected
	From           string    `json:"from"`            // who the request is taken to come from
	Trusted        bool      `json:"trusted"`         // whether From was taken from what Peer said
	ForwardedFor   string    `json:"forwarded_for"`   // X-Forwarded-For, whoever wrote it
	ForwardedProto string    `json:"forwarded_proto"` // X-Forwarded-Proto likewise
	Version        string    `json:"version"`         // of the program
	Now            time.Time `json:"now"`             // by this node's clock
}

type arrivalKey struct{}

// NoteArrival has the inbox know how requests came, before anything is changed
// about them.
func NoteArrival(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/ap/") {
			a := Arrival{
				Host: r.Host, Peer: r.RemoteAddr,
				ForwardedFor:   strings.Join(r.Header.Values("X-Forwarded-For"), ", "),
				ForwardedProto: strings.Join(r.Header.Values("X-Forwarded-Proto"), ", "),
			}
			r = r.WithContext(context.WithValue(r.Context(), arrivalKey{}, a))
		}
		next.ServeHTTP(w, r)
	})
}

// isOwnView tells whether an activity says that it is the blog's own, which
// nobody else may send and nothing comes of.
func (n *Node) isOwnView(a *vocab.Activity) bool {
	return a.Type == ViewType && a.Actor == n.blog.ActorIRI()
}

// takeOwnView answers the blog's own actor how its activity arrived, once that is
// proved to be signed by the actor's key. The key is the one in memory: our own
// address is never asked.
func (n *Node) takeOwnView(w http.ResponseWriter, r *http.Request, body []byte) error {
	signed, err := signature.Parse(r)
	if err != nil {
		return unsigned(err)
	}
	n.takeLatestKey(r.Context())
	key := n.standing.Load().key
	if signed.KeyID != key.ID {
		return reject(http.StatusUnauthorized, "the key %.300s is not the actor's", signed.KeyID)
	}
	if err := signed.Verify(r, body, n.blog.BaseURL, n.now(), key.Private.Public()); err != nil {
		return unsigned(err)
	}
	a, _ := r.Context().Value(arrivalKey{}).(Arrival)
	a.From, a.Trusted = r.RemoteAddr, a.Peer != "" && a.Peer != r.RemoteAddr
	a.Version, a.Now = version(n.blog), n.now().UTC()
	for _, word := range []*string{&a.Host, &a.Peer, &a.From, &a.ForwardedFor, &a.ForwardedProto} {
		*word = strings.ToValidUTF8((*word)[:min(len(*word), maxArrival)], "")
	}
	told, err := json.Marshal(a)
	if err != nil {
		return err
	}
	w.Header().Set(ArrivalHeader, string(told))
	w.Header().Set("Cache-Control", "no-store")
	return nil
}
