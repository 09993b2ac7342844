package federation

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"runtime/debug"
	"strconv"

	"limelight/federation/vocab"
)

// MaxActivity is how large an activity may be, in bytes, as at Mastodon.
const MaxActivity = 1 << 20

// retryLater is how many seconds a sender is told to wait when its key cannot
// be had for now: as long as the Directory remembers a failed connection.
const retryLater = "60"

// retryFlood is the same after too many comments.
const retryFlood = "900"

// Inbox takes an activity from another server, for the actor and as shared
// inbox alike. What was done is durable before it is answered.
//
// It answers 202 to what was taken, also when nothing came of it; 413 above 1
// MB; 415 to another media type; 400 to what cannot be understood; 401 to a
// signature that proves nothing; 403 to the blocked; 429 after a flood of
// comments; 503 when the sender's key, or our own database, cannot be reached for
// now, or too much comes at once. The body of a refusal says what to mend.
func (n *Node) Inbox(w http.ResponseWriter, r *http.Request) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		// The same activity would panic again: a 5xx would only have it sent again.
		n.log.Error("an activity panicked", "panic", v, "stack", string(debug.Stack()))
		n.counts.received(http.StatusBadRequest, false)
		say(w, http.StatusBadRequest, "this activity cannot be processed")
	}()
	a, err := n.receive(w, r)
	if ignored := errors.Is(err, errIgnored); err == nil || ignored {
		n.counts.received(http.StatusAccepted, ignored)
		n.log.Debug("activity taken", "type", a.Type, "actor", a.Actor, "id", a.ID)
		w.WriteHeader(http.StatusAccepted)
		return
	}
	no := n.refusalOf(r.Context(), &a, err)
	n.counts.received(no.status, false)
	say(w, no.status, no.reason)
}

// errIgnored is an activity that is taken, since its sender did all well, but of
// no concern here.
var errIgnored = errors.New("it is of no concern here")

// refusalOf is what the sender of an activity is told, and the log. Of what
// strikes all that come, one line a minute is enough.
func (n *Node) refusalOf(ctx context.Context, a *vocab.Activity, err error) *rejection {
	var no *rejection
	switch {
	case errors.Is(err, errBusy):
		if times, ok := n.gate.told.say(n.now()); ok {
			n.log.Warn("too many activities came at once; some were put off", "activities", times)
		}
		return &rejection{http.StatusServiceUnavailable, errBusy.Error()}
	case errors.As(err, &no):
		n.log.Info("activity refused", "type", printableType(a.Type), "host", hostName(a.Actor), "status", no.status, "err", no.reason)
		return no
	case ctx.Err() == nil:
		if times, ok := n.unstored.say(n.now()); ok {
			n.log.Error("an activity could not be stored", "type", printableType(a.Type), "host", hostName(a.Actor), "activities", times, "err", err)
		}
	}
	return &rejection{http.StatusServiceUnavailable, "this server has a problem; send it again later"}
}

// receive does everything about one activity: first what costs nothing, then
// what takes memory, then what takes a place.
func (n *Node) receive(w http.ResponseWriter, r *http.Request) (vocab.Activity, error) {
	if err := acceptable(r); err != nil {
		return vocab.Activity{}, err
	}
	arriving := n.gate.bodies.body(w, r)
	defer arriving.giveBack()
	body, err := arriving.whole()
	if err != nil {
		return vocab.Activity{}, err
	}
	leave, err := n.gate.enter(r.Context())
	if err != nil {
		return vocab.Activity{}, err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(r.Context(), n.gate.within)
	defer cancel()
	return n.process(w, r.WithContext(ctx), body)
}

// process does everything about one activity whose body is here. What it sets in
// w are headers of the answer alone.
func (n *Node) process(w http.ResponseWriter, r *http.Request, body []byte) (vocab.Activity, error) {
	a, err := vocab.DecodeActivity(body)
	if err != nil {
		return a, reject(http.StatusBadRequest, "%v", err)
	}
	if err := understandable(&a); err != nil {
		return a, err
	}
	if n.isOwnView(&a) {
		return a, n.takeOwnView(w, r, body)
	}
	switch moot, err := n.aboutUnknownActor(r.Context(), &a); {
	case err != nil:
		return a, err
	case moot:
		return a, errIgnored
	}
	from, err := n.authenticate(r, body, &a)
	switch {
	case err == nil && from.IRI == a.Actor:
		return a, n.take(r.Context(), from, &a)
	case err == nil:
		return a, n.takeForwarded(r.Context(), &a)
	case n.isGone(r.Context(), &a):
		return a, n.forgetActor(r.Context(), &a)
	}
	return a, err
}

// rejection is an activity that is not taken, with what its sender is told.
type rejection struct {
	status int
	reason string
}

func (e *rejection) Error() string { return e.reason }

func reject(status int, format string, args ...any) error {
	return &rejection{status, fmt.Sprintf(format, args...)}
}

// acceptable looks at the header alone: whether it may be an activity at all.
func acceptable(r *http.Request) error {
	if r.ContentLength > MaxActivity {
		return tooLarge()
	}
	if !isActivityType(r.Header.Get("Content-Type")) {
		return reject(http.StatusUnsupportedMediaType, "the Content-Type is %.100q; send %s", r.Header.Get("Content-Type"), activityType)
	}
	return nil
}

func tooLarge() error {
	return reject(http.StatusRequestEntityTooLarge, "activities have at most %d bytes here", MaxActivity)
}

// isActivityType is less strict than isActivityJSON: a signature covers what is
// posted here, so no upload can pose as an activity.
func isActivityType(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == activityType || kind == linkedType)
}

// understandable checks what every activity needs, and that its id comes from
// where its actor does (FEP-fe34). A Flag may have no id.
func understandable(a *vocab.Activity) error {
	switch {
	case a.Type == "":
		return reject(http.StatusBadRequest, "the activity has no type")
	case hostName(a.Actor) == "":
		return reject(http.StatusBadRequest, "the activity's actor is no http(s) URL")
	case a.ID != "" && !sameOrigin(a.ID, a.Actor):
		return reject(http.StatusBadRequest, "the activity's id is not on the host of its actor")
	}
	return nil
}

// say answers a refusal: a status for the sender's retry logic, words for who
// reads its log.
func say(w http.ResponseWriter, status int, reason string) {
	// A struct of one string is always encoded.
	body, _ := vocab.Encode(struct {
		Error string `json:"error"`
	}{reason})
	h := w.Header()
	h.Set("Content-Type", jsonType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	switch status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", retryLater)
	case http.StatusTooManyRequests:
		h.Set("Retry-After", retryFlood)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// printableType keeps what a stranger calls a type from filling the log.
func printableType(t string) string { return t[:min(len(t), 40)] }
