package doctor

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"limelight/blog"
	"limelight/federation/vocab"
)

const cannotFollow = "Nobody new can follow, and servers that look at the account again lose it."

// account looks at the document that a server fetches before all else.
func (x *exam) account(ctx context.Context) {
	if a, ok := x.document(ctx, "actor", x.blog.ActorIRI()); ok {
		x.noteDate(a.answer)
		x.actor = a.Actor
		x.ok("actor", "%s", x.blog.ActorIRI())
		x.addresses(a.Actor)
		x.key(a.Actor)
		x.pictures = append(x.pictures, file{a.Icon, ""})
	}
	if _, ok := x.document(ctx, "actor.instance", x.blog.InstanceIRI()); ok {
		x.ok("actor.instance", "%s", x.blog.InstanceIRI())
	}
	if !x.gone {
		x.object(ctx)
	}
}

// left is what an account says that answers 410: nobody but limelight
// delete-actor has it do that.
const left = "the blog has left the fediverse, as its owner asked"

// shown is an account as an address shows it.
type shown struct {
	answer
	vocab.Actor
}

// document asks for an account by its id, reports what is wrong and else says ok.
func (x *exam) document(ctx context.Context, id, iri string) (s shown, ok bool) {
	var err error
	s.answer, err = x.visitor.get(ctx, iri, "Accept", activityType+", "+linkedType)
	fail := func(found string, remedies ...Remedy) (shown, bool) {
		x.fail(id, found, cannotFollow, remedies...)
		return s, false
	}
	switch {
	case err != nil:
		return fail(fmt.Sprintf("%s: %v", iri, err), x.passOn()...)
	case s.status == http.StatusGone:
		x.gone = true
		x.skip(id, left)
		return s, false
	case s.status/100 == 3:
		return fail(fmt.Sprintf("%s answers %s; ids never redirect", iri, s.line()), append(x.passOn(), Remedy{"nginx", "take out rewrites that add or remove a slash or www. below /ap/"})...)
	case s.status != http.StatusOK:
		return fail(fmt.Sprintf("%s answers %s", iri, s.line()), x.passOn()...)
	case !isActivity(s.header.Get("Content-Type")):
		return fail(fmt.Sprintf("%s is served as %q; other servers take an account only as %s", iri, short(s.header.Get("Content-Type")), activityType),
			append(x.passOn(), Remedy{"nginx", "take out proxy_hide_header Content-Type, and add_header Content-Type"})...)
	}
	if s.Actor, err = vocab.DecodeActor(s.body); err != nil {
		return fail(fmt.Sprintf("%s: %v", iri, err), x.passOn()...)
	}
	if s.ID != iri {
		return fail(fmt.Sprintf("%s says that it is %s", iri, short(s.ID)), x.config(fmt.Sprintf("[server]\nbase_url = %q  # and start limelight serve anew", x.blog.BaseURL)))
	}
	return s, true
}

// isActivity is as strict as Mastodon.
func isActivity(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == activityType || kind == "application/ld+json" && strings.Contains(params["profile"], "https://www.w3.org/ns/activitystreams"))
}

// addresses looks at what of the document is needed to deliver.
func (x *exam) addresses(a vocab.Actor) {
	var wrong []string
	for _, at := range []struct{ name, url string }{
		{"inbox", a.Inbox}, {"outbox", a.Outbox}, {"followers", a.Followers}, {"endpoints.sharedInbox", a.SharedInbox},
	} {
		if u, err := url.Parse(at.url); err != nil || at.url == "" || u.Scheme+"://"+u.Host != x.blog.BaseURL {
			wrong = append(wrong, fmt.Sprintf("%s is %q", at.name, short(at.url)))
		}
	}
	if x.blog.Handle != "" && a.Username != x.blog.Handle {
		wrong = append(wrong, fmt.Sprintf("preferredUsername is %q and should be %q", short(a.Username), x.blog.Handle))
	}
	if len(wrong) > 0 {
		x.fail("actor.addresses", strings.Join(wrong, "; "), "Replies and follows go astray.", append(x.passOn(), x.config(fmt.Sprintf("[server]\nbase_url = %q  # and start limelight serve anew", x.blog.BaseURL)), Remedy{"nginx", "take out sub_filter: it changes what is signed for and fetched"})...)
		return
	}
	x.ok("actor.addresses", "inbox, outbox and followers are at %s", x.blog.BaseURL)
}

// key compares the key that everybody sees with the one that signs.
func (x *exam) key(a vocab.Actor) {
	const means = "Other servers refuse what the blog sends: its posts do not arrive."
	if len(a.Keys) != 1 || a.Keys[0].Owner != x.blog.ActorIRI() {
		x.fail("actor.key", fmt.Sprintf("%d keys of its own are named; it should be one", len(a.Keys)), means, x.passOn()...)
		return
	}
	public, err := parseKey(a.Keys[0].PEM)
	if err != nil {
		x.fail("actor.key", fmt.Sprintf("the key cannot be read: %v", err), means, x.passOn()...)
		return
	}
	if l := x.o.Local; l != nil && l.Key != nil {
		mine, ok := l.Key.Private.Public().(*rsa.PublicKey)
		if !ok || !mine.Equal(public) || l.Key.ID != a.Keys[0].ID {
			x.fail("actor.key", fmt.Sprintf("%s is not the key in %s", short(a.Keys[0].ID), l.Storage.Name()),
				means+" Another database is served there, or an old answer was kept.", append(x.noCache(), x.config("[storage]\ndatabase = \"the one that serve uses\""))...)
			return
		}
	}
	x.ok("actor.key", "%s", a.Keys[0].ID)
}

func parseKey(text string) (crypto.PublicKey, error) {
	block, _ := pem.Decode(bytes.TrimSpace([]byte(text)))
	if block == nil {
		return nil, errors.New("it is not in PEM")
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

// typeOf is the media type that a file's name promises.
func typeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	kind, known := blog.MediaType(u.Path)
	if !known {
		return ""
	}
	kind, _, _ = strings.Cut(kind, ";")
	return kind
}
