package federation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/federation/peertest"
)

// answers are the activities about requests that were written for delivery,
// the latest first: type, type of the request, id of the instrument.
func (w *inboxWorld) answers() (out []string) {
	w.t.Helper()
	deliveries, err := w.db.Deliveries(w.t.Context(), "", 0, 0)
	w.must(err)
	for _, d := range deliveries {
		if d.Activity.Object != blog.ApprovalObject {
			continue
		}
		body, err := w.node.Render(w.t.Context(), d.Activity)
		w.must(err)
		var a struct {
			Type   string
			To     []string
			Object json.RawMessage
			Result string
		}
		w.must(json.Unmarshal(body, &a))
		var request struct{ Type, ID, Actor, Object, Instrument string }
		if json.Unmarshal(a.Object, &request) != nil {
			out = append(out, a.Type+" of an authorization")
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s", a.Type, request.Type, request.Instrument))
		if len(a.To) != 1 || a.To[0] != request.Actor || request.ID == "" || request.Object != w.postIRI() || (a.Type == "Accept") != (a.Result != "") {
			w.t.Errorf("the answer is %s", body)
		}
	}
	return out
}

// authorization is the status and body of an authorization.
func (w *inboxWorld) authorization(id string) (int, string) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ap/authorizations/{id}", w.node.Authorization)
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, httptest.NewRequest("GET", "/ap/authorizations/"+id, nil))
	return recorder.Code, recorder.Body.String()
}

func (w *inboxWorld) approvals() []blog.Approval {
	w.t.Helper()
	out, err := w.db.Approvals(w.t.Context(), w.post.ID, "")
	w.must(err)
	return out
}

// quoting is a request to quote the post, with the quote whole or by its id.
func (w *inboxWorld) quoting(a *peertest.Account, whole bool) (peertest.Act, peertest.Note) {
	note := a.Note("", "<p>Worth a read</p>")
	note.Quote = w.postIRI()
	a.Publish(note)
	request := a.Act("QuoteRequest", w.postIRI())
	if request.Instrument = note.ID; whole {
		request.Instrument = note
	}
	return request, note
}

func TestQuoteRequest(t *testing.T) {
	for _, whole := range []bool{true, false} {
		t.Run(fmt.Sprintf("with the quote whole: %t", whole), func(t *testing.T) {
			w := newInboxWorld(t)
			bob := w.peer(2).Join("bob", peertest.Mastodon)
			request, note := w.quoting(bob, whole)
			w.send(bob, 202, request)
			w.send(bob, 202, request)
			if got := w.answers(); len(got) != 1 || got[0] != "Accept QuoteRequest "+note.ID {
				t.Fatalf("the answers are %q", got)
			}
			v := w.approvals()[0]
			status, body := w.authorization(v.ID)
			var a struct{ ID, Type, AttributedTo, InteractingObject, InteractionTarget string }
			if err := json.Unmarshal([]byte(body), &a); err != nil || status != 200 || a.Type != "QuoteAuthorization" ||
				a.ID != w.node.blog.AuthorizationIRI(v.ID) || a.AttributedTo != w.node.blog.ActorIRI() ||
				a.InteractingObject != note.ID || a.InteractionTarget != w.postIRI() {
				t.Errorf("%d %s", status, body)
			}
			if _, revoked, err := w.db.Revoke(t.Context(), v.ID); err != nil || !revoked {
				t.Fatal(revoked, err)
			}
			if status, body := w.authorization(v.ID); status != 404 {
				t.Errorf("after it was revoked: %d %s", status, body)
			}
			again := bob.Act("QuoteRequest", w.postIRI())
			again.Instrument = note
			w.send(bob, 202, again)
			if got := strings.Join(w.answers(), ", "); got != "Reject QuoteRequest "+note.ID+", Delete of an authorization, Accept QuoteRequest "+note.ID {
				t.Errorf("the answers are %s", got)
			}
		})
	}
}

func TestQuoteRequestRefused(t *testing.T) {
	w := newInboxWorld(t)
	bob, eve := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3).Join("eve", peertest.Mastodon)
	other := bob.Note("", "<p>Quotes nothing</p>")
	_, byEve := w.quoting(eve, true)
	_, byBob := w.quoting(bob, true)
	ask := func(object string, instrument any) peertest.Act {
		a := bob.Act("QuoteRequest", object)
		a.Instrument = instrument
		return a
	}
	for name, request := range map[string]peertest.Act{
		"a note that quotes nothing": ask(w.postIRI(), other),
		"somebody else's quote":      ask(w.postIRI(), byEve),
		"of nothing here":            ask("https://other.test/1", byBob),
		"of the blog itself":         ask(w.node.blog.ActorIRI(), byBob),
		"without an instrument":      ask(w.postIRI(), nil),
	} {
		if reply := bob.Send(w.inbox, request); reply.Status != 400 {
			t.Errorf("%s: %d %s", name, reply.Status, reply.Body)
		}
	}
	if got := w.answers(); len(got) != 0 {
		t.Errorf("the answers are %q", got)
	}
}

func TestReplyRequest(t *testing.T) {
	for policy, c := range map[string]struct{ state, answer string }{
		"open":   {"comment erin public shown: Polite", "Accept"},
		"held":   {"comment erin public held: Polite", ""},
		"closed": {"", "Reject"},
	} {
		t.Run(policy, func(t *testing.T) {
			w := newInboxWorld(t, func(o *Options) { o.CommentsPolicy = policy })
			erin := w.peer(2).Join("erin", peertest.GoToSocial)
			note := erin.Note(w.postIRI(), "<p>Polite</p>")
			request := erin.Act("ReplyRequest", w.postIRI())
			request.Instrument = note
			w.send(erin, 202, request)
			w.send(erin, 202, request)
			if got := strings.Join(w.state(), ", "); got != c.state {
				t.Errorf("there is %q, want %q", got, c.state)
			}
			want := strings.TrimSpace(c.answer + " ReplyRequest " + note.ID)
			if got := strings.Join(w.answers(), ", "); c.answer == "" && got != "" || c.answer != "" && got != want {
				t.Errorf("the answers are %q", got)
			}
			if policy != "held" {
				return
			}
			comments, err := w.db.CommentByIRI(t.Context(), note.ID)
			w.must(err)
			_, err = w.db.DecideComment(t.Context(), comments.ID, blog.Shown)
			w.must(err)
			if got := strings.Join(w.answers(), ", "); got != "Accept ReplyRequest "+note.ID {
				t.Errorf("after the approval the answers are %q", got)
			}
		})
	}
}

func TestReactionRequests(t *testing.T) {
	w := newInboxWorld(t)
	erin := w.peer(2).Join("erin", peertest.GoToSocial)
	for _, kind := range []string{"Like", "Announce"} {
		request := erin.Act(kind+"Request", w.postIRI())
		request.Instrument = erin.Act(kind, w.postIRI())
		w.send(erin, 202, request)
	}
	w.want("after both", "boost erin", "like erin")
	if got := w.answers(); len(got) != 2 || !strings.HasPrefix(got[0], "Accept AnnounceRequest ") || !strings.HasPrefix(got[1], "Accept LikeRequest ") {
		t.Errorf("the answers are %q", got)
	}
}

func TestFlag(t *testing.T) {
	w, bob, eve, note := replied(t)
	flag := eve.Act("Flag", []string{w.node.blog.ActorIRI(), w.postIRI(), note.ID, "nonsense"})
	flag.Content = "Spam \u202eunder the post"
	w.send(eve, 202, flag)
	w.send(eve, 202, flag)
	about := eve.Act("Flag", note.ID) // a comment alone, without an id of its own
	about.ID = ""
	w.send(eve, 202, about)
	w.send(bob, 202, bob.Act("Flag", "https://other.test/users/nan"))
	reports, err := w.db.Reports(t.Context(), false)
	w.must(err)
	if len(reports) != 2 || reports[1].Text != "Spam under the post" || len(reports[1].Objects) != 3 || reports[0].Objects[0] != note.ID {
		t.Errorf("the reports are %+v", reports)
	}
	w.must(w.db.CloseReport(t.Context(), reports[0].ID))
	if open, err := w.db.Reports(t.Context(), false); err != nil || len(open) != 1 {
		t.Errorf("%d reports are open, %v", len(open), err)
	}
	for range 60 {
		w.send(eve, 202, eve.Act("Flag", w.postIRI()))
	}
	if open, err := w.db.Reports(t.Context(), false); err != nil || len(open) != 50 {
		t.Errorf("%d reports are open, %v", len(open), err)
	}
}

func TestMove(t *testing.T) {
	w := newInboxWorld(t)
	bob, p := w.peer(2).Join("bob", peertest.Mastodon), w.peer(3)
	eve := p.Join("eve", peertest.GoToSocial)
	move := func(to string) peertest.Act {
		a := bob.Act("Move", bob.IRI)
		a.Target = to
		return a
	}
	w.send(bob, 202, move(eve.IRI)) // who does not follow does not matter
	w.send(bob, 202, bob.Act("Follow", w.node.blog.ActorIRI()))
	w.send(bob, 400, move(eve.IRI))
	w.send(bob, 400, move(""))
	w.send(bob, 400, move(bob.IRI))
	w.send(bob, 403, peertest.Act{ID: bob.IRI + "#moves/9", Type: "Move", Actor: bob.IRI, Object: eve.IRI, Target: eve.IRI})
	w.want("after moves that eve knows nothing of", "follower bob")
	eve.KnownAs(bob.IRI)
	w.send(bob, 202, move(eve.IRI))
	w.want("after a move", "follower eve")
}
