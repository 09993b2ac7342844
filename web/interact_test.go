package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"limelight/blog"
)

// door is a Lookup that notes what it was asked for.
type door struct {
	asked []string
	to    blog.Destination
	err   error
}

func (d *door) open(_ context.Context, typed string, intent blog.Intent, object string) (blog.Destination, error) {
	d.asked = append(d.asked, fmt.Sprintf("%s %s %s", typed, intent, object))
	return d.to, d.err
}

func newDoor() *door {
	return &door{to: blog.Destination{URL: "https://social.test/interact?uri=x", Host: "social.test", Own: true}}
}

func (d *door) offer(o *Options) { o.Lookup = d.open }

// send posts a form as a page of the site does, unless headers say otherwise.
func (w *world) send(path string, form url.Values, headers ...string) *http.Response {
	w.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if from := r.Header.Get("Test-From"); from != "" {
		r.RemoteAddr = from
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec.Result()
}

func TestInteract(t *testing.T) {
	d := newDoor()
	w := newWorld(t, d.offer)
	p := w.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	w.publish("local.md", "---\ntitle: Local\nvisibility: local\n---\nWords.\n")
	w.publish("closed.md", "---\ntitle: Closed\ncomments: closed\n---\nWords.\n")
	w.publish("draft.md", "---\ntitle: Draft\ndraft: true\n---\nWords.\n")
	c := w.comment(p, 0, "Mira", "<p>Hi</p>")
	private := w.comment(p, 0, "Mira", "<p>Psst</p>", func(c *blog.Comment) { c.Visibility = blog.Direct })
	id := func(c blog.Comment) string { return fmt.Sprint(c.ID) }
	for _, tt := range []struct {
		name   string
		form   url.Values
		status int
		asked  string
	}{
		{"follow", url.Values{}, 303, "ann@social.test follow https://blog.example.com/ap/actor"},
		{"reply", url.Values{"post": {"hello"}}, 303, "ann@social.test reply https://blog.example.com/ap/posts/" + p.ID},
		{"answer", url.Values{"comment": {id(c)}}, 303, "ann@social.test reply https://social.test/notes/1"},
		{"private comment", url.Values{"comment": {id(private)}}, 404, ""},
		{"no comment", url.Values{"comment": {"999"}}, 404, ""},
		{"no number", url.Values{"comment": {"x"}}, 404, ""},
		{"no post", url.Values{"post": {"nothing"}}, 404, ""},
		{"no slug", url.Values{"post": {"../x"}}, 404, ""},
		{"local", url.Values{"post": {"local"}}, 404, ""},
		{"closed", url.Values{"post": {"closed"}}, 404, ""},
		{"draft", url.Values{"post": {"draft"}}, 404, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.asked = nil
			page := w.ask("GET", "/interact?"+tt.form.Encode())
			if want := map[int]int{303: 200}[tt.status]; want != 0 && page.StatusCode != want || want == 0 && page.StatusCode != tt.status {
				t.Errorf("the page answers %d", page.StatusCode)
			}
			if len(d.asked) > 0 {
				t.Errorf("a GET made us ask: %q", d.asked)
			}
			checkHTML(t, "/interact", text(t, page))
			tt.form.Set("who", "ann@social.test")
			resp := w.send("/interact", tt.form)
			if resp.StatusCode != tt.status || strings.Join(d.asked, ", ") != tt.asked {
				t.Errorf("it answers %d, asked for %q", resp.StatusCode, d.asked)
			}
			if to := resp.Header.Get("Location"); tt.status == 303 && (to != d.to.URL || resp.Header.Get("Cache-Control") != "no-store") {
				t.Errorf("it leads to %q, %v", to, resp.Header)
			}
		})
	}
}

func TestInteractPages(t *testing.T) {
	d := newDoor()
	w := newWorld(t, d.offer)
	p := w.publish("hello.md", "---\ntitle: Hello & more\n---\nWords.\n")
	c := w.comment(p, 0, "Mira", "<p>Hi</p>")
	wantAll(t, w.get("/"), `<form class="ask" action="/interact" method="post">`, ">Follow</button>", "@blog@blog.example.com")
	wantAll(t, w.get("/posts/hello"), `<form class="ask"`, ">Reply</button>", `name="post" value="hello"`, `href="/interact"`,
		fmt.Sprintf(`href="/interact?comment=%d"`, c.ID), `readonly value="https://blog.example.com/posts/hello"`)
	wantAll(t, w.get("/interact?post=hello"), "Hello &amp; more", `name="post" value="hello"`, "noindex", `readonly value="https://blog.example.com/posts/hello"`)
	wantAll(t, w.get(fmt.Sprintf("/interact?comment=%d", c.ID)), "Answer <bdi>Mira", fmt.Sprintf(`name="comment" value="%d"`, c.ID), `readonly value="https://social.test/@x/1"`)
	wantAll(t, w.get("/interact"), "Follow <bdi>Example &amp; Sons", `readonly value="@blog@blog.example.com"`)
	w.publish("hello.md", "---\ntitle: Hello\ncomments: closed\n---\nWords.\n")
	wantNone(t, w.get("/posts/hello"), "<form", "/interact?comment")

	without := newWorld(t)
	without.publish("hello.md", "---\ntitle: Hello\n---\nWords.\n")
	wantNone(t, without.get("/"), "<form")
	wantNone(t, without.get("/posts/hello"), "<form", "/interact")
	if got := without.ask("GET", "/interact").StatusCode; got != 404 {
		t.Errorf("without a lookup /interact answers %d", got)
	}
}

func TestInteractFaults(t *testing.T) {
	d := newDoor()
	w := newWorld(t, d.offer)
	form := url.Values{"who": {`"><script>alert(1)</script>`}}
	for _, tt := range []struct {
		err    error
		to     blog.Destination
		status int
		want   string
	}{
		{err: blog.ErrHandle, status: 422, want: "neither a handle nor a server"},
		{err: fmt.Errorf("%w: no route", blog.ErrServer), status: 422, want: "gives no answer"},
		{to: blog.Destination{URL: "https://other.test/x?a=b", Host: "other.test"}, status: 200, want: `href="https://other.test/x?a=b">Go on to <bdi>other.test`},
	} {
		d.err, d.to = tt.err, tt.to
		resp := w.send("/interact", form)
		page := text(t, resp)
		if resp.StatusCode != tt.status || resp.Header.Get("Location") != "" {
			t.Errorf("%v answers %d, %v", tt.err, resp.StatusCode, resp.Header)
		}
		wantAll(t, page, tt.want)
		wantNone(t, page, "no route")
		checkHTML(t, "/interact", page)
	}
}

// TestInteractFromElsewhere holds that no other site can send people away in
// our name.
func TestInteractFromElsewhere(t *testing.T) {
	d := newDoor()
	w := newWorld(t, d.offer)
	form := url.Values{"who": {"ann@evil.test"}}
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.test"}, {"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		if resp := w.send("/interact", form, headers...); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%q answers %d", headers, resp.StatusCode)
		}
	}
	w.ask("GET", "/interact?who=ann@evil.test&post=")
	if len(d.asked) > 0 {
		t.Errorf("they made us ask %q", d.asked)
	}
	if resp := w.send("/interact", form, "Sec-Fetch-Site", "", "Origin", "https://blog.example.com"); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("our own page, behind a proxy: %d", resp.StatusCode)
	}
	form.Set("who", strings.Repeat("x", maxForm))
	if resp := w.send("/interact", form); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a huge form answers %d", resp.StatusCode)
	}
}

func TestInteractLimit(t *testing.T) {
	d := newDoor()
	later := time.Duration(0)
	w := newWorld(t, d.offer, func(o *Options) {
		now := o.Now
		o.Now = func() time.Time { return now().Add(later) }
	})
	from := func(address string) int {
		return w.send("/interact", url.Values{"who": {"ann@social.test"}}, "Test-From", address).StatusCode
	}
	for i := range visitorBurst {
		if got := from(fmt.Sprintf("[2001:db8::%d]:1", i)); got != http.StatusSeeOther {
			t.Fatalf("the %d. answers %d", i, got)
		}
	}
	if got := from("[2001:db8::ffff:1]:1"); got != http.StatusTooManyRequests {
		t.Errorf("past the limit it answers %d", got)
	}
	for _, other := range []string{"[2001:db8:1::1]:1", "192.0.2.1:1", "[::ffff:192.0.2.2]:1", "@"} {
		if got := from(other); got != http.StatusSeeOther {
			t.Errorf("%s is held up by others: %d", other, got)
		}
	}
	later = visitorRefill
	if got := from("[2001:db8::1]:1"); got != http.StatusSeeOther {
		t.Errorf("after a pause it answers %d", got)
	}
}
