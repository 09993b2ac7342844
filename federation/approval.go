package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"limelight/blog"
	"limelight/federation/vocab"
	"limelight/storage"
)

// requestType is the activity that asked for an approval of the type.
func requestType(t blog.ApprovalType) string {
	for name, asks := range requests {
		if asks == t {
			return name
		}
	}
	return ""
}

// authorizationType is what shows that it was granted.
func authorizationType(t blog.ApprovalType) string {
	switch t {
	case blog.QuoteApproval:
		return "QuoteAuthorization"
	case blog.ReplyApproval:
		return "ReplyAuthorization"
	case blog.LikeApproval:
		return "LikeAuthorization"
	}
	return "AnnounceAuthorization"
}

// Authorization answers the id of an authorization while it is granted and the
// post is there. Other servers look at it before they show a quote as one.
func (n *Node) Authorization(w http.ResponseWriter, r *http.Request) {
	n.answer(w, r, func() (document, error) {
		v, err := n.db.Approval(r.Context(), r.PathValue("id"))
		if err != nil {
			return document{}, err
		}
		p, err := n.db.Post(r.Context(), v.PostID)
		if err != nil {
			return document{}, err
		}
		if v.State != blog.Granted || !p.Federated() {
			return document{}, refusal(http.StatusNotFound)
		}
		return activityDocument(vocab.Authorization{
			Context: vocab.RequestContext, ID: n.blog.AuthorizationIRI(v.ID), Type: authorizationType(v.Type),
			AttributedTo: n.blog.ActorIRI(), InteractingObject: v.Interacting, InteractionTarget: n.blog.PostIRI(v.PostID),
		})
	})
}

// answerToRequest is the Accept or Reject of a request, or the Delete of an
// authorization that was revoked.
func (n *Node) answerToRequest(ctx context.Context, a blog.Activity) (any, error) {
	v, err := n.db.Approval(ctx, a.Ref)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, ErrMoot
	}
	if err != nil {
		return nil, err
	}
	id, to := n.blog.ActivityIRI(a.ID), []string{a.Target}
	switch a.Type {
	case "Delete":
		return vocab.Outgoing[string]{
			Context: vocab.RequestContext, ID: id, Type: a.Type, Actor: n.blog.ActorIRI(), To: to, Object: n.blog.AuthorizationIRI(v.ID),
		}, nil
	case "Accept", "Reject":
		out := vocab.Outgoing[vocab.Request]{
			Context: vocab.RequestContext, ID: id, Type: a.Type, Actor: n.blog.ActorIRI(), To: to,
			Object: vocab.Request{
				Type: requestType(v.Type), ID: v.Request, Actor: v.Actor.IRI, Object: n.blog.PostIRI(v.PostID), Instrument: v.Interacting,
			},
		}
		if a.Type == "Accept" {
			out.Result = n.blog.AuthorizationIRI(v.ID)
		}
		return out, nil
	}
	return nil, fmt.Errorf("there is no %s of a request", a.Type)
}
