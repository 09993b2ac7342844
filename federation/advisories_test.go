package federation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"limelight/federation/peertest"
)

// advisory is a hole that was found in another server, tried against the inbox:
// bob is at an honest server, eve at one that lies.
type advisory struct {
	name string
	try  func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account)
	want []string // what there is afterwards, beside bob's comment
}

// advisories are the ones of section "published pitfalls" that reach an inbox.
// Those about the client are in client_guard_test.go and client_get_test.go,
// those about names of hosts in origin_test.go, about keys in
// directory_hostile_test.go.
var advisories = []advisory{
	{"CVE-2025-54888 Fedify: the owner of the key is not the actor", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(eve, 401, bob.Act("Follow", w.node.blog.ActorIRI()))
		w.send(eve, 401, bob.Act("Like", w.postIRI()))
	}, nil},
	{"CVE-2026-28432 Misskey: what is not signed well passes", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		for _, twist := range []peertest.Twist{peertest.Unsigned, peertest.OtherKey, peertest.OnlyDate, peertest.NoTarget, peertest.HMAC} {
			if reply := bob.Send(w.inbox, bob.Act("Like", w.postIRI()), twist); reply.Status != 401 && reply.Status != 400 {
				t.Errorf("%s: %d", twist, reply.Status)
			}
		}
	}, nil},
	{"CVE-2023-49079 Misskey: an embedded object of another host is believed", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(eve, 400, eve.Act("Create", bob.Note(w.postIRI(), "<p>Never said</p>")))
	}, nil},
	{"CVE-2024-23832 Mastodon: an actor is updated from another origin", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		posing := eve.Act("Update", map[string]string{"id": bob.IRI, "type": "Person", "name": "Taken over", "inbox": eve.Inbox})
		w.send(eve, 400, posing)
		c, err := w.db.Actor(t.Context(), bob.IRI)
		w.must(err)
		if c.Name == "Taken over" || c.Inbox != bob.Inbox {
			t.Errorf("bob is %+v", c)
		}
	}, nil},
	{"CVE-2024-25623 Mastodon: an upload is read as an activity's object", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		upload := bob.Note(w.postIRI(), "<p>From an upload</p>")
		upload.ID = eve.Origin() + "/media/note.json"
		upload.AttributedTo = eve.IRI
		body, err := json.Marshal(upload)
		w.must(err)
		for i, mediaType := range []string{"application/json", "text/plain", "application/octet-stream", "application/ld+json", ""} {
			path := fmt.Sprintf("/media/%d.json", i)
			eve.Serve(path, func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header()["Content-Type"] = []string{mediaType}
				rw.Write([]byte(strings.Replace(string(body), "/media/note.json", path, 1)))
			})
			w.send(eve, 400, eve.Act("Create", eve.Origin()+path))
		}
	}, nil},
	{"Akkoma 2024.03: a redirect poses as its first domain", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		lie := eve.Note(w.postIRI(), "<p>Said by bob</p>")
		lie.ID, lie.AttributedTo = bob.Origin()+"/redirect", bob.IRI
		body, err := json.Marshal(lie)
		w.must(err)
		eve.Serve("/landing", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "application/activity+json")
			rw.Write(body)
		})
		bob.Serve("/redirect", func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, eve.Origin()+"/landing", http.StatusFound)
		})
		w.send(bob, 400, bob.Act("Create", bob.Origin()+"/redirect"))
	}, nil},
	{"Akkoma 2024.03: its own domain is fetched", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(eve, 400, eve.Act("Create", w.postIRI()))
	}, nil},
	{"Akkoma 3.19: the signature does not cover the host", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(bob, 401, bob.Act("Like", w.postIRI()), peertest.NoHost)
		w.send(bob, 401, bob.Act("Like", w.postIRI()), peertest.OtherHost)
	}, nil},
	{"CVE-2024-37903 Mastodon: authorship is not checked", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(eve, 403, eve.Act("Delete", w.bobs.ID))
		edited := w.bobs
		edited.Content, edited.Updated = "<p>Edited by eve</p>", "2099-01-01T00:00:00Z"
		w.send(eve, 400, eve.Act("Update", edited))
	}, nil},
	{"CVE-2026-23961 Mastodon: the blocked come in by boosts and fetches", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.must(w.db.AddBlock(t.Context(), eve.IRI))
		w.send(bob, 403, eve.Act("Create", eve.Note(w.postIRI(), "<p>Passed on</p>")))
		w.send(bob, 202, bob.Act("Create", w.toUs(bob, eve.Note(w.postIRI(), "<p>Looked up</p>").ID, "Look")))
		w.lookUpAll()
		w.send(eve, 403, eve.Act("Announce", w.postIRI()))
	}, nil},
	{"CVE-2022-24307 Mastodon, CVE-2026-42462 Fedify: linked data means another thing", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		for _, word := range []string{"@graph", "@included", "@reverse"} {
			w.send(eve, 400, fmt.Sprintf(`{"id":"%s/1","type":"Like","actor":"%s","object":"%s",%q:[]}`, eve.IRI, eve.IRI, w.postIRI(), word))
		}
		like := bob.Act("Like", w.postIRI())
		body, err := json.Marshal(like)
		w.must(err)
		signed := strings.Replace(string(body), "{", `{"signature":{"type":"RsaSignature2017","creator":"`+bob.KeyID+`","signatureValue":"AAAA"},`, 1)
		w.send(eve, 401, signed)
	}, nil},
	{"GHSA-qrgq-9fx2-vf2r Mastodon: what breaks the sanitiser breaks the server", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		for _, html := range []string{strings.Repeat("<div>", 20_000), strings.Repeat("<a href='x'>", 9000), "<p>\x00\xff</p>", "<svg><math><style><img onerror=x src=x>"} {
			if reply := eve.Send(w.inbox, eve.Act("Create", eve.Note("https://other.test/1", html))); reply.Status != 202 {
				t.Errorf("%.20q: %d %s", html, reply.Status, reply.Body)
			}
		}
	}, nil},
	{"GHSA-q4g8-82c5-9h33 Mastodon: a quote is approved that is another's", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		_, note := w.quoting(bob, true)
		request := eve.Act("QuoteRequest", w.postIRI())
		request.Instrument = note
		w.send(eve, 400, request)
		if got := w.answers(); len(got) != 0 {
			t.Errorf("the answers are %q", got)
		}
	}, nil},
	{"WordPress ActivityPub: a comment without a signature", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(bob, 401, bob.Act("Create", bob.Note(w.postIRI(), "<p>Forged</p>")), peertest.Unsigned)
	}, nil},
	{"GoBlog: the body is not what was signed", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(bob, 401, bob.Act("Like", w.postIRI()), peertest.OtherBody)
	}, nil},
	{"GoBlog: a Follow of something that is not the blog", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(bob, 400, bob.Act("Follow", "https://other.test/ap/actor"))
	}, nil},
	{"GoBlog: an old request sent again", func(t *testing.T, w *inboxWorld, bob, eve *peertest.Account) {
		w.send(bob, 401, bob.Act("Like", w.postIRI()), peertest.OldDate)
	}, nil},
}

func TestAdvisories(t *testing.T) {
	for _, a := range advisories {
		t.Run(a.name, func(t *testing.T) {
			w, bob, eve, note := replied(t)
			w.bobs = note
			a.try(t, w, bob, eve)
			w.want("after it", append([]string{"comment bob public shown: Mine"}, a.want...)...)
		})
	}
}
