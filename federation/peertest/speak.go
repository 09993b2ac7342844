package peertest

import "net/http"

// Scheme is a standard by which requests are signed.
type Scheme string

const (
	ByDraft   Scheme = "draft-cavage"
	ByRFC9421 Scheme = "RFC 9421"
)

// Tongue is what a peer speaks of the two. What it does not speak it verifies
// all the same, and answers 401.
type Tongue int

const (
	Both        Tongue = iota // as Mastodon from 4.5 on
	DraftOnly                 // as GoToSocial, Misskey, Lemmy
	RFC9421Only               // as nobody yet
)

// Speak has the peer take one scheme only, in its inboxes and for signed GETs.
func (p *Peer) Speak(t Tongue) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tongue = t
}

// TurnedAway counts the requests so far that were answered 401 for their scheme.
// They are not among the deliveries.
func (p *Peer) TurnedAway() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.turnedAway
}

// understands tells whether the request is signed by a scheme that the peer
// speaks, and answers it when it is not.
func (p *Peer) understands(w http.ResponseWriter, r *http.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tongue == Both || (p.tongue == RFC9421Only) == (schemeOf(r) == ByRFC9421) {
		return true
	}
	p.turnedAway++
	http.Error(w, "signatures by "+string(schemeOf(r))+" are not spoken here", http.StatusUnauthorized)
	return false
}

func schemeOf(r *http.Request) Scheme {
	if r.Header.Get("Signature-Input") != "" {
		return ByRFC9421
	}
	return ByDraft
}
