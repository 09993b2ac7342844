package doctor

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation"
	"limelight/federation/vocab"
)

// exam is one run: what is known so far, and what was found.
type exam struct {
	o       Options
	blog    *blog.Blog // a copy: a handle that is found out is noted in it
	now     func() time.Time
	base    *url.URL
	https   bool
	visitor *visitor
	checks  []Check
	open    []about // of the current step, not reported yet

	dead     string // why nothing can be asked there; empty while something can
	actor    vocab.Actor
	gone     bool // the account answers 410
	post     seenPost
	date     dated
	arrival  *federation.Arrival
	direct   bool // the inbox answered from the very end of our connection
	feed     seenFeed
	pictures []file
}

// dated is a Date that an answer bore, and when it came.
type dated struct{ said, came time.Time }

// file is something that should be served as a type.
type file struct{ url, mediaType string }

func newExam(o Options) *exam {
	b := *o.Blog
	x := &exam{o: o, blog: &b, now: o.Now}
	if x.now == nil {
		x.now = time.Now
	}
	if x.o.Upstream == "" {
		x.o.Upstream = "localhost:8080"
	}
	if x.o.ConfigFile == "" {
		x.o.ConfigFile = "limelight.toml"
	}
	if x.o.Patience == 0 {
		x.o.Patience = 10 * time.Second
	}
	var err error
	if x.base, err = url.Parse(b.BaseURL); err != nil {
		x.base = &url.URL{}
	}
	x.https = x.base.Scheme == "https"
	x.visitor = newVisitor(x)
	return x
}

func (x *exam) begin(s step) { x.open = slices.Clone(s.ids) }

// end reports what the step said nothing of as skipped, and puts its checks in
// their order.
func (x *exam) end(s step, why string) {
	for len(x.open) > 0 {
		x.skip(x.open[0].id, "%s", why)
	}
	at := func(c Check) int { return slices.IndexFunc(s.ids, func(a about) bool { return a.id == c.ID }) }
	slices.SortFunc(x.checks[len(x.checks)-len(s.ids):], func(a, b Check) int { return at(a) - at(b) })
}

// report notes a check, unless it was reported before: the first that is found
// counts.
func (x *exam) report(id string, state State, found, means string, remedies ...Remedy) {
	at := slices.IndexFunc(x.open, func(a about) bool { return a.id == id })
	if at < 0 {
		return
	}
	c := Check{ID: id, About: x.open[at].what, State: state, Found: found, Means: means, Remedies: remedies}
	x.open = slices.Delete(x.open, at, at+1)
	x.checks = append(x.checks, c)
}

func (x *exam) ok(id, format string, args ...any) { x.report(id, OK, fmt.Sprintf(format, args...), "") }

func (x *exam) skip(id, format string, args ...any) {
	x.report(id, Skipped, fmt.Sprintf(format, args...), "")
}

func (x *exam) warn(id, found, means string, remedies ...Remedy) {
	x.report(id, Warning, found, means, remedies...)
}

func (x *exam) fail(id, found, means string, remedies ...Remedy) {
	x.report(id, Failure, found, means, remedies...)
}

// url is a path at the blog.
func (x *exam) url(path string) string { return x.blog.BaseURL + path }

// fresh is a path with a query that no cache has seen.
func (x *exam) fresh(path string) string {
	return fmt.Sprintf("%s?doctor=%x", x.url(path), x.visitor.serial())
}

// noteDate keeps the first Date that was fresh from there.
func (x *exam) noteDate(a answer) {
	said, err := http.ParseTime(a.header.Get("Date"))
	if err == nil && a.header.Get("Age") == "" && x.date.came.IsZero() {
		x.date = dated{said, a.came}
	}
}

// short is a stranger's text as part of a line.
func short(s string) string {
	const most = 160
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}
