// Package doctor plays a remote server, a reader and a browser against the
// public address of a blog, and finds what is wrong on the way to it: names,
// certificates, redirects, what a web server in front changes, drops, caches or
// refuses. Where the blog's own data lie on this machine it looks at those too.
//
// Each check has an id that stays, says what it found, what a follower or reader
// would notice, and which line of Caddy, nginx or the configuration mends it.
// How that is printed is the command's.
//
// It has a client of its own (visitor.go), since it must do what package
// federation's never does: talk to our own address, go on after a broken
// certificate to find the next fault, look at redirects and not follow them. It
// goes to private addresses only at hosts that its user named, never because an
// answer says so.
package doctor

import (
	"context"
	"crypto/x509"
	"net/netip"
	"time"

	"limelight/blog"
	"limelight/federation/signature"
	"limelight/storage"
)

// State is how a check ended.
type State string

// The states, from good to bad.
const (
	OK      State = "ok"
	Skipped State = "skipped" // it could not be asked, or means nothing here
	Warning State = "warning" // something is lost, or will be, but the blog works
	Failure State = "failure" // followers or readers miss something now
)

// Remedy is a way to mend a fault.
type Remedy struct {
	For   string // who is to be changed: "Caddy", "nginx", "limelight.toml", "DNS", "machine"
	Lines string // what to write, or to do
}

// Check is one thing that was looked at.
type Check struct {
	ID       string // "webfinger.handle"; the same in every version
	About    string // what is looked at, for people
	State    State
	Found    string   // what there is
	Means    string   // what a follower or reader notices; empty when all is well
	Remedies []Remedy // nil when all is well
}

// Options are what is known beforehand.
type Options struct {
	Blog       *blog.Blog                // BaseURL is needed; Handle is empty where it has to be found out
	Hub        string                    // that feeds are to name; empty for none, or when Local is nil
	Upstream   string                    // where the web server in front finds the node: "localhost:8080"
	ConfigFile string                    // for remedies: "limelight.toml"
	Local      *Local                    // nil for a blog whose data are not here
	Resolve    map[string]netip.AddrPort // where to connect to for "host:port", in place of DNS
	Roots      *x509.CertPool            // nil means the machine's
	Patience   time.Duration             // for one request; 0 means 10 s
	Now        func() time.Time          // nil means time.Now
	UserAgent  string
}

// Local is what lies on this machine.
type Local struct {
	DB       *storage.DB // nil when it cannot be opened
	Err      error       // why
	Storage  storage.Options
	Folders  []string       // that want room besides the database's and the media's
	Key      *signature.Key // of the blog's actor; nil when it cannot be had
	Version  string         // of this program
	NotFirst bool           // the blog has an address in its database that is not the configured one
	TLS      string         // how the node itself speaks https: auto, files, or empty when it does not
	TLSCert  string         // with files, as the configuration names them
	TLSKey   string
}

// Step tells how far Run is.
type Step struct {
	Done, Total int
	Doing       string
}

// step is a few checks that are made together.
type step struct {
	doing string
	needs func(*exam) string // why it cannot be made, empty when it can
	run   func(*exam, context.Context)
	ids   []about
}

// about is a check's id and what it looks at.
type about struct{ id, what string }

// steps is everything that is looked at, in the order in which one thing needs
// the other. A new check is an id here and a report in its step's method.
func steps() []step {
	return []step{
		{"the data on this machine", here, (*exam).local, []about{
			{"serve", "whether the blog is served"}, {"database", "the database's pages and schema"}, {"disk", "room on the disks"}}},
		{"the address", nil, (*exam).address, []about{
			{"address", "the blog's address"}, {"dns", "what its name leads to"}, {"connect", "connections to it"}}},
		{"the certificate", secure, (*exam).certificate, []about{
			{"tls.handshake", "https"}, {"tls.name", "whose certificate it is"}, {"tls.chain", "who vouches for it"}, {"tls.days", "how long it is good"}}},
		{"redirects", reached, (*exam).redirects, []about{
			{"redirect.home", "the front page"}, {"redirect.http", "http, which leads to https"}, {"redirect.www", "the name with www."}}},
		{"WebFinger", reached, (*exam).webfinger, []about{
			{"webfinger.handle", "who the handle is"}, {"webfinger.url", "who the address is"}, {"webfinger.domain", "the domain of the handle"}, {"webfinger.scripts", "WebFinger for scripts"}, {"hostmeta", "host-meta"}}},
		{"NodeInfo", reached, (*exam).nodeinfo, []about{
			{"nodeinfo", "NodeInfo, and the program that answers"}}},
		{"the account", reached, (*exam).account, []about{
			{"actor", "the account's document"}, {"actor.addresses", "the addresses in it"}, {"actor.key", "its key"}, {"actor.instance", "the server's own account"}, {"object", "a post as an object"}}},
		{"content negotiation", reached, (*exam).negotiation, []about{
			{"negotiation.activity", "pages, asked for as ActivityPub"}, {"negotiation.html", "pages, asked for by a browser"}, {"negotiation.vary", "what caches are told of that"}, {"negotiation.cache", "one address asked for both ways"}}},
		{"the inbox", reached, (*exam).inbox, []about{
			{"inbox.unsigned", "an activity without signature"}, {"inbox.cavage", "one signed by the draft"}, {"inbox.rfc9421", "one signed by RFC 9421"}, {"inbox.forged", "one with a wrong signature"}, {"inbox.size", "one as large as may be"}}},
		{"how requests arrive", reached, (*exam).arrivals, []about{
			{"proxy.host", "the Host that arrives"}, {"proxy.visitor", "whose address arrives"}}},
		{"the clock", reached, (*exam).clock, []about{
			{"clock", "what time it is there"}}},
		{"feeds", reached, (*exam).feeds, []about{
			{"feed.rss", "the RSS feed"}, {"feed.atom", "the Atom feed"}, {"feed.json", "the JSON feed"}, {"feed.conditional", "feeds that did not change"}, {"feed.compression", "compressed feeds"}, {"feed.cache", "how long feeds are kept"}}},
		{"WebSub", reached, (*exam).websub, []about{
			{"websub.link", "the hub that feeds name"}, {"websub.hub", "the hub itself"}}},
		{"media", reached, (*exam).media, []about{
			{"media.types", "media types of pictures, audio and video"}, {"media.range", "parts of files"}}},
	}
}

// Run makes every check and returns them all, in the same order each time. told
// hears how far it is; nil is nobody. A context that ends has the rest skipped.
func Run(ctx context.Context, o Options, told func(Step)) []Check {
	x := newExam(o)
	defer x.visitor.close()
	all := steps()
	for i, s := range all {
		if told != nil {
			told(Step{i, len(all), s.doing})
		}
		x.begin(s)
		why := ""
		if s.needs != nil {
			why = s.needs(x)
		}
		if ctx.Err() != nil {
			why = "there was no time left"
		}
		if why == "" {
			s.run(x, ctx)
			why = "what comes before it is broken"
		}
		x.end(s, why)
	}
	if told != nil {
		told(Step{len(all), len(all), "done"})
	}
	return x.checks
}

func here(x *exam) string {
	if x.o.Local == nil {
		return "the data of that blog are not known here"
	}
	return ""
}

func secure(x *exam) string {
	if !x.https {
		return "the address is no https address"
	}
	return reached(x)
}

func reached(x *exam) string { return x.dead }
