package federation

import (
	"strings"
	"testing"

	"limelight/federation/peertest"
)

func TestInboxFollow(t *testing.T) {
	w := newInboxWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	follow := bob.Act("Follow", w.node.blog.ActorIRI())
	w.send(bob, 202, follow)
	w.send(bob, 202, follow)
	w.want("after the Follow", "follower bob")
	if n := w.accepts(); n != 2 { // the first is replaced by the second, which may be the one that arrives
		t.Errorf("%d Accepts", n)
	}
	w.send(bob, 400, bob.Act("Follow", w.postIRI()))
	w.send(bob, 400, bob.Act("Follow", w.node.blog.BaseURL))
	nameless := bob.Act("Follow", w.node.blog.ActorIRI())
	nameless.ID = ""
	w.send(bob, 400, nameless)
	w.send(bob, 202, bob.Act("Undo", follow))
	w.want("after the Undo")
	w.send(bob, 202, follow) // Misskey follows again under the id of the first time
	w.want("after following again", "follower bob")
	w.send(bob, 202, bob.Act("Undo", follow.ID))
	w.want("after an Undo by id")
}

func TestInboxRefusals(t *testing.T) {
	w := newInboxWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	act := func(rest string) string { return `{"type":"Follow","actor":"` + bob.IRI + `",` + rest + `}` }
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"no JSON":           {"{", 400},
		"no object":         {"[]", 400},
		"nothing":           {"", 400},
		"name twice":        {act(`"id":"` + bob.IRI + `/1","ACTOR":"x"`), 400},
		"name escaped":      {act(`"id":"` + bob.IRI + `/1","\u0061ctor":"x"`), 400},
		"too deep":          {act(`"id":"` + bob.IRI + `/1","x":` + strings.Repeat("[", 65) + strings.Repeat("]", 65)), 400},
		"id elsewhere":      {act(`"id":"https://other.test/1","object":"` + w.node.blog.ActorIRI() + `"`), 400},
		"about nothing":     {act(`"id":"` + bob.IRI + `/1"`), 400},
		"actor is no URL":   {`{"type":"Follow","actor":"bob","object":"x"}`, 400},
		"no type":           {`{"actor":"` + bob.IRI + `","object":"x"}`, 400},
		"too large":         {strings.Repeat(" ", MaxActivity+1), 413},
		"stranger's end":    {`{"id":"https://gone.test/u#d","type":"Delete","actor":"https://gone.test/u","object":"https://gone.test/u"}`, 202},
		"stranger's change": {`{"id":"https://gone.test/u#u","type":"Update","actor":"https://gone.test/u","object":{"id":"https://gone.test/u","type":"Person"}}`, 202},
		"no concern of us":  {`{"id":"` + bob.IRI + `/2","type":"View","actor":"` + bob.IRI + `","object":"x"}`, 202},
	} {
		if reply := bob.Send(w.inbox, c.body); reply.Status != c.status || c.status != 202 && !strings.HasPrefix(reply.Body, `{"error":"`) {
			t.Errorf("%s: %d %s, want %d", name, reply.Status, reply.Body, c.status)
		}
	}
	w.want("after all of it")
}

func TestInboxSignatures(t *testing.T) {
	w := newInboxWorld(t)
	bob := w.peer(2).Join("bob", peertest.Mastodon)
	like := bob.Act("Like", w.postIRI())
	for _, twist := range []peertest.Twist{
		peertest.Unsigned, peertest.OtherBody, peertest.OtherKey, peertest.OtherHost, peertest.OtherTarget, peertest.OldDate,
		peertest.FutureDate, peertest.OnlyDate, peertest.NoDigest, peertest.NoHost, peertest.NoTarget, peertest.NoDate,
		peertest.TwoSignatures, peertest.TwoKeyIDs, peertest.LongSignature, peertest.CreatedRSA,
		peertest.GarbageHeader, peertest.HMAC,
	} {
		if reply := bob.Send(w.inbox, like, twist); reply.Status != 401 && reply.Status != 400 || strings.Contains(reply.Body, "Retry") {
			t.Errorf("%s: %d %s", twist, reply.Status, reply.Body)
		}
	}
	w.want("after signatures that prove nothing")
	w.inbox += "?tracking=1" // some proxies, and some peers, add a query
	for _, twist := range []peertest.Twist{
		peertest.Blanks, peertest.SchemeName, peertest.QueryLeftOut, peertest.HS2019, peertest.SeveralDigests, peertest.SmallDigestName,
	} {
		w.send(bob, 202, like, twist)
		w.want("signed with "+string(twist), "like bob")
		w.send(bob, 202, bob.Act("Undo", like))
		like = bob.Act("Like", w.postIRI())
	}
}
