package federation

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"limelight/blog"
	"limelight/storage"
)

const (
	maxHubForm   = 8 << 10 // bytes
	maxSecret    = 199     // bytes: WebSub section 5.1 wants less than 200
	defaultLease = 10 * 24 * time.Hour
	minLease     = time.Hour
	maxLease     = 30 * 24 * time.Hour

	asksPerHour    = 60  // of one visitor
	askedPerHour   = 300 // of all visitors, that make us ask one host
	formType       = "application/x-www-form-urlencoded"
	publishingMode = "publish" // of hubs that serve several publishers
)

// WebSub answers POST /websub (section 5.1): 202 when the callback will be asked
// whether it means that, or a 4xx with a text that says what to mend.
func (h *Hub) WebSub(w http.ResponseWriter, r *http.Request) {
	status, text := http.StatusAccepted, "The callback is going to be asked to confirm this.\n"
	err := h.take(w, r)
	var no *rejection
	switch {
	case errors.As(err, &no):
		status, text = no.status, no.Error()+"\n"
	case err != nil && storage.Unavailable(err):
		status, text = http.StatusServiceUnavailable, "The database does not answer. Try again later.\n"
	case err != nil:
		h.n.log.Error("a request to the hub failed", "err", err)
		status, text = http.StatusInternalServerError, "This failed here. Try again later.\n"
	}
	h.n.counts.asked(status)
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(int(time.Hour/asksPerHour/time.Second)))
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

func (h *Hub) take(w http.ResponseWriter, r *http.Request) error {
	if !h.own() {
		return reject(http.StatusNotFound, "this blog has no hub of its own; its feeds name the one to ask")
	}
	if h.asks.count("from "+blog.Visitor(r.RemoteAddr).String(), asksPerHour, h.n.now()) != calm {
		return reject(http.StatusTooManyRequests, "that are too many requests from one address")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != formType {
		return reject(http.StatusUnsupportedMediaType, "the request should be %s", formType)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxHubForm)
	if err := r.ParseForm(); err != nil {
		return reject(http.StatusBadRequest, "the form cannot be read: it may have %d bytes, properly escaped", maxHubForm)
	}
	ask, err := h.asked(r.PostForm)
	if err != nil {
		return err
	}
	if _, err := h.feeds(r.Context(), ask.Topic); errors.Is(err, blog.ErrNoFeed) && ask.Mode == blog.Subscribe {
		return reject(http.StatusBadRequest, "hub.topic %.200q is no feed of this blog", h.n.blog.URL(ask.Topic))
	} else if err != nil && !errors.Is(err, blog.ErrNoFeed) {
		return err
	}
	// Whoever asks, and however many they are, a third party hears little of it.
	if h.asks.count("at "+hostName(ask.Callback), askedPerHour, h.n.now()) != calm {
		return reject(http.StatusTooManyRequests, "that are too many requests about callbacks at one host")
	}
	err = h.n.db.AskSubscription(r.Context(), ask)
	switch {
	case errors.Is(err, storage.ErrTooMany):
		return reject(http.StatusTooManyRequests, "there are too many subscriptions; try again later")
	case errors.Is(err, storage.ErrBlocked):
		return reject(http.StatusForbidden, "the callback's host is blocked")
	case errors.Is(err, storage.ErrNotFound):
		return reject(http.StatusNotFound, "there is no subscription of this hub.callback to this hub.topic, or it has ended")
	}
	return err
}

// asked reads the form of a request. What a hub does not know it ignores.
func (h *Hub) asked(form url.Values) (ask blog.SubscriptionRequest, err error) {
	for _, name := range []string{"hub.mode", "hub.callback", "hub.topic", "hub.lease_seconds", "hub.secret"} {
		if len(form[name]) > 1 {
			return ask, reject(http.StatusBadRequest, "%s is there more than once", name)
		}
	}
	ask = blog.SubscriptionRequest{Mode: blog.SubscriptionMode(form.Get("hub.mode")), Callback: form.Get("hub.callback"), Secret: form.Get("hub.secret")}
	switch ask.Mode {
	case blog.Subscribe, blog.Unsubscribe:
	case publishingMode:
		return ask, reject(http.StatusBadRequest, "this hub knows by itself when the blog changes; hub.mode may be subscribe or unsubscribe")
	default:
		return ask, reject(http.StatusBadRequest, "hub.mode is %.50q; it may be subscribe or unsubscribe", ask.Mode)
	}
	if len(ask.Secret) > maxSecret {
		return ask, reject(http.StatusBadRequest, "hub.secret has %d bytes; it may have %d", len(ask.Secret), maxSecret)
	}
	if ask.Callback == "" {
		return ask, reject(http.StatusBadRequest, "hub.callback is missing")
	}
	if _, err := h.n.client.address(ask.Callback); err != nil {
		return ask, reject(http.StatusBadRequest, "hub.callback: %v", err)
	}
	var ours bool
	if ask.Topic, ours = strings.CutPrefix(form.Get("hub.topic"), h.n.blog.BaseURL+"/"); !ours || len(ask.Topic) > maxIRI {
		return ask, reject(http.StatusBadRequest, "hub.topic is %.200q; it should be a feed of this blog, such as %s",
			form.Get("hub.topic"), h.n.blog.URL("/"+blog.FeedFiles()[0]))
	}
	ask.Topic = "/" + ask.Topic
	ask.Lease, err = leaseOf(form.Get("hub.lease_seconds"))
	return ask, err
}

// leaseOf is how long a subscription is to last, by the seconds that were asked
// for: a hub may give more or less, and says what it gave when it has that
// confirmed.
func leaseOf(seconds string) (time.Duration, error) {
	if seconds == "" {
		return defaultLease, nil
	}
	n, err := strconv.ParseUint(seconds, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, reject(http.StatusBadRequest, "hub.lease_seconds is %.50q; it should be a number of seconds", seconds)
	}
	if n == 0 { // as some send who mean no end
		return defaultLease, nil
	}
	return max(minLease, time.Duration(min(n, uint64(maxLease/time.Second)))*time.Second), nil
}
