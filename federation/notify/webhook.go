package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation"
)

// Hook is where messages are posted as JSON.
type Hook struct {
	Client  *federation.Client
	Address string
	Secret  string // signs what is posted; empty means nothing does
	Blog    *blog.Blog
}

// Webhook tells by POSTs of JSON, by the rules of Standard Webhooks: their id stays
// the same however often one is tried, and with a secret they are signed.
func Webhook(h Hook) Channel { return Channel{Name: "webhook", Send: h.send} }

func (h Hook) send(ctx context.Context, m Message) error {
	body, err := json.Marshal(h.payload(m))
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	stamp := strconv.FormatInt(m.At.Unix(), 10)
	header.Set("webhook-id", m.ID)
	header.Set("webhook-timestamp", stamp)
	if h.Secret != "" {
		key, err := hookKey(h.Secret)
		if err != nil {
			return err
		}
		header.Set("webhook-signature", "v1,"+sign(key, m.ID, stamp, body))
	}
	answer, err := h.Client.PostPlain(ctx, h.Address, header, body)
	return answered("webhook", answer, err)
}

// hookKey is the key of a secret: "whsec_" and base64, as Standard Webhooks has
// it, or else the text itself.
func hookKey(secret string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(secret, "whsec_")
	if !ok {
		return []byte(secret), nil
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("the webhook's secret after whsec_ is no base64: %w", err)
	}
	return key, nil
}

func sign(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, stamp)
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// answered turns what the other side said into an error unless that is a 2xx.
func answered(what string, a federation.Answer, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("the %s: %w", what, err)
	case a.Status/100 != 2:
		return fmt.Errorf("the %s answered %d %s", what, a.Status, http.StatusText(a.Status))
	}
	return nil
}

// payload is what is posted; names as in the program's other JSON.
type payload struct {
	Type      string    `json:"type"` // notifications
	Timestamp time.Time `json:"timestamp"`
	Data      hookData  `json:"data"`
}

type hookData struct {
	Blog   string                        `json:"blog"`
	Title  string                        `json:"title"`
	Text   string                        `json:"text"`
	Counts map[blog.NotificationKind]int `json:"counts"` // of all, also of what events has no room for
	Events []hookEvent                   `json:"events"`
}

type hookEvent struct {
	Kind      blog.NotificationKind `json:"kind"`
	At        time.Time             `json:"at"`
	ID        int64                 `json:"id,omitempty"`     // of the comment or report
	URL       string                `json:"url,omitempty"`    // where it can be seen
	Post      string                `json:"post,omitempty"`   // slug
	Author    string                `json:"author,omitempty"` // handle
	Name      string                `json:"name,omitempty"`
	Text      string                `json:"text,omitempty"` // plain; of what is private nothing
	Reason    string                `json:"reason,omitempty"`
	Host      string                `json:"host,omitempty"`
	Objects   []string              `json:"objects,omitempty"`
	Since     *time.Time            `json:"since,omitempty"`
	Status    int                   `json:"status,omitempty"`
	Followers int                   `json:"followers,omitempty"`
}

func (h Hook) payload(m Message) payload {
	p := payload{"notifications", m.At.UTC(), hookData{Blog: h.Blog.BaseURL, Title: m.Title, Text: m.Text, Counts: m.Batch.Counts, Events: []hookEvent{}}}
	for _, e := range m.Batch.Events {
		p.Data.Events = append(p.Data.Events, h.event(e))
	}
	return p
}

func (h Hook) event(e blog.Notification) hookEvent {
	out := hookEvent{Kind: e.Kind, At: e.At.UTC()}
	switch {
	case e.Comment != nil:
		c := e.Comment
		out.ID, out.Post, out.Author, out.Name = c.ID, c.PostSlug, c.Author.Handle, c.Author.Name
		if c.Visibility.Shown() {
			out.URL, out.Text, out.Reason = linkOf(h.Blog, e), quoted(c), c.Reason
		}
	case e.Report != nil:
		r := e.Report
		out.ID, out.Host, out.Text, out.Objects = r.ID, r.Host, blog.TamePlain(r.Text, maxQuoted), r.Objects
	case e.Failing != nil:
		f := e.Failing
		out.Host, out.Since, out.Status, out.Followers = f.Host, &f.Since, f.Status, f.Followers
	}
	return out
}
