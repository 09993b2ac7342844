package notify

import (
	"context"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"limelight/federation"
)

// maxNtfy is how much of a message ntfy shows, in bytes; what is longer becomes a
// file there.
const maxNtfy = 4000

// Topic is where ntfy takes messages.
type Topic struct {
	Client  *federation.Client
	Address string // of the topic: https://ntfy.example.com/topic
	Token   string // access token; empty means that the topic needs none
}

// Ntfy tells by an ntfy server, which shows it on the author's phone.
func Ntfy(t Topic) Channel { return Channel{Name: "ntfy", Send: t.send} }

func (t Topic) send(ctx context.Context, m Message) error {
	header := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	header.Set("Title", mime.BEncoding.Encode("utf-8", oneLine(m.Title)))
	header.Set("Click", oneLine(m.Link))
	header.Set("Tags", "speech_balloon")
	if t.Token != "" {
		header.Set("Authorization", "Bearer "+t.Token)
	}
	answer, err := t.Client.PostPlain(ctx, t.Address, header, []byte(shortened(clean(m.Text), maxNtfy)))
	return answered("ntfy server", answer, err)
}

// shortened cuts a text at the end of a line, where there is one.
func shortened(s string, most int) string {
	const cut = "…\n"
	if len(s) <= most {
		return s
	}
	s = s[:most-len(cut)]
	if i := strings.LastIndexByte(s, '\n'); i > 0 {
		return s[:i+1] + cut
	}
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + cut
}
