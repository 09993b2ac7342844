package peertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Answer is what an inbox does with a delivery. The zero Answer is 202. After 400
// or 401 a node knocks once more, which takes the next answer.
type Answer struct {
	Status     int
	RetryAfter int             // seconds; 0 sends no such header
	Hold       <-chan struct{} // answers only when this is closed or the sender has gone
	Reset      bool            // breaks the connection off instead
	Location   string          // of a redirect
}

// Delivery is a POST to one of the peer's inboxes. It was found to be in order.
type Delivery struct {
	Path     string // "/inbox", "/users/bob/inbox"
	Scheme   Scheme // by which it was signed
	Header   http.Header
	Body     []byte
	Activity Activity
	Status   int // that it was answered; 0 when the connection was broken off
	At       time.Time
}

// Activity is what every activity has.
type Activity struct {
	Context json.RawMessage `json:"@context"`
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Actor   string          `json:"actor"`
	Object  Object          `json:"object"`
	To      json.RawMessage `json:"to"`
	CC      json.RawMessage `json:"cc"`
}

// Object is an activity's object: an id alone, or with all that it has.
type Object struct {
	ID   string
	Type string // empty when only the id was given
	JSON json.RawMessage
}

// UnmarshalJSON reads an id or an object.
func (o *Object) UnmarshalJSON(data []byte) error {
	o.JSON = slices.Clone(data)
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, &o.ID)
	}
	var fields struct{ ID, Type string }
	err := json.Unmarshal(data, &fields)
	o.ID, o.Type = fields.ID, fields.Type
	return err
}

// Answer has the next deliveries answered in turn; those after them get 202.
func (p *Peer) Answer(answers ...Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.script = append(p.script, answers...)
}

// AnswerAll has every delivery from now on answered alike.
func (p *Peer) AnswerAll(a Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.script = nil
	p.always = a
}

// Deliveries are those that arrived so far, also such as were answered badly.
func (p *Peer) Deliveries() []Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.deliveries)
}

// Await returns the deliveries once there are n that fit, or fails the test.
// The types of activity may be named: Await(1, "Accept").
func (p *Peer) Await(n int, types ...string) []Delivery {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		p.mu.Lock()
		all, arrived := slices.Clone(p.deliveries), p.arrived
		p.mu.Unlock()
		fit := slices.DeleteFunc(all, func(d Delivery) bool {
			return len(types) > 0 && !slices.Contains(types, d.Activity.Type)
		})
		if len(fit) >= n {
			return fit
		}
		select {
		case <-arrived:
		case <-deadline:
			p.t.Fatalf("peer %s: %d deliveries of %v in %v, not %d", p.Host, len(fit), types, patience, n)
		}
	}
}

// inbox takes a delivery.
func (p *Peer) inbox(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	activity, err := p.check(r, body)
	if err != nil {
		p.violation("POST %s: %v\n%.2000s", r.URL.Path, err, body)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	if !p.understands(w, r) {
		return
	}
	answer := p.next()
	d := Delivery{Path: r.URL.Path, Scheme: schemeOf(r), Header: r.Header, Body: body, Activity: activity, Status: answer.Status, At: time.Now()}
	if answer.Reset {
		d.Status = 0
	}
	p.record(d)
	if answer.Hold != nil {
		select {
		case <-answer.Hold:
		case <-r.Context().Done():
		}
	}
	answer.write(w)
}

func (p *Peer) next() Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	answer := p.always
	if len(p.script) > 0 {
		answer, p.script = p.script[0], p.script[1:]
	}
	if answer.Status == 0 {
		answer.Status = http.StatusAccepted
	}
	return answer
}

func (p *Peer) record(d Delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deliveries = append(p.deliveries, d)
	close(p.arrived)
	p.arrived = make(chan struct{})
}

func (a Answer) write(w http.ResponseWriter) {
	if a.Reset {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		conn.Close()
		return
	}
	if a.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(a.RetryAfter))
	}
	if a.Location != "" {
		w.Header().Set("Location", a.Location)
	}
	w.WriteHeader(a.Status)
}

// check holds a delivery against what servers demand of one.
func (p *Peer) check(r *http.Request, body []byte) (Activity, error) {
	var a Activity
	if !p.hasInbox(r.URL.Path) {
		return a, fmt.Errorf("there is no such inbox")
	}
	// GoToSocial answers 406 to anything else.
	if kind := r.Header.Get("Content-Type"); kind != "application/activity+json" && kind != "application/activity+json; charset=utf-8" {
		return a, fmt.Errorf("Content-Type is %q", kind)
	}
	if r.UserAgent() == "" || strings.HasPrefix(r.UserAgent(), "Go-http-client") {
		return a, fmt.Errorf("User-Agent is %q", r.UserAgent())
	}
	key, err := p.verify(r, body)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, err
	}
	switch {
	case !bytes.Contains(a.Context, []byte(`"https://www.w3.org/ns/activitystreams"`)):
		return a, fmt.Errorf("@context is %s", a.Context)
	case a.Type == "" || a.ID == "":
		return a, fmt.Errorf("it has no id or no type")
	case a.Actor != key.owner:
		return a, fmt.Errorf("actor is %q, signed by %q", a.Actor, key.owner)
	case hostOf(a.ID) != hostOf(a.Actor):
		return a, fmt.Errorf("id %q is on another host than its actor %q", a.ID, a.Actor)
	case a.ID == a.Object.ID:
		return a, fmt.Errorf("activity and object have one id, %q: GoToSocial drops it", a.ID)
	case slices.Contains([]string{"Create", "Update"}, a.Type) && a.Object.Type != "" && hostOf(a.Object.ID) != hostOf(a.Actor):
		return a, fmt.Errorf("object %q is on another host than its actor %q", a.Object.ID, a.Actor)
	}
	return a, nil
}

func (p *Peer) hasInbox(path string) bool {
	return slices.ContainsFunc(p.joined(), func(a *Account) bool {
		return p.URL+path == a.Inbox || p.URL+path == a.Shared
	})
}
