package federation

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
)

func TestRenderCreate(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	a := w.create(p)
	w.comment(p, nil)
	body := w.render(a)
	matchGolden(t, "create", body)
	sameShape(t, "out-03-create-article.json", body, "@context.toot", "@context.blurhash", "@context.focalPoint",
		"@context.focalPoint.@container", "@context.focalPoint.@id", "@context.pt", "@context.size", "@context.size.@id", "@context.size.@type",
		"object.image.summary", "object.replies.first.items", "object.replies.first.orderedItems")

	var got struct {
		ID     string
		Object struct{ ID string }
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if got.ID == got.Object.ID || got.ID != w.blog.ActivityIRI(a.ID) {
		t.Errorf("%+v", got)
	}
	if served := w.get(got.ID, http.StatusOK, "application/activity+json"); !bytes.Equal(served, body) {
		t.Errorf("its address answers\n%s\nand not\n%s", served, body)
	}
}

func TestRenderUpdate(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	w.clock.Advance(time.Minute)
	changed := article()
	changed.HTML = "<p>Better</p>"
	w.publish(changed)
	w.clock.Advance(time.Hour)
	matchGolden(t, "update", w.render(blog.Activity{ID: "0193a5f5-3c4d-7e5f-8a61-7c8d9e0f1a05", Type: "Update", Object: blog.PostObject, Ref: p.ID, Created: w.clock.Now()}))
}

func TestRenderOthers(t *testing.T) {
	w := newObjectWorld(t)
	for _, c := range []struct {
		name, fixture string
		activity      blog.Activity
	}{
		{"accept", "out-02-accept-follow.json", blog.Activity{Type: "Accept", Object: blog.FollowObject,
			Ref: "https://peer.test/follows/1", Target: "https://peer.test/users/ann"}},
		{"reject", "out-02-accept-follow.json", blog.Activity{Type: "Reject", Object: blog.FollowObject,
			Ref: "https://peer.test/follows/1", Target: "https://peer.test/users/ann"}},
		{"delete", "out-07-delete-post.json", blog.Activity{Type: "Delete", Object: blog.PostObject, Ref: "0193a5f2-7c4e-7b3a-9d21-5e8f0a1b2c3d"}},
		{"update-actor", "", blog.Activity{Type: "Update", Object: blog.ActorObject}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.activity.ID = "0193a5f5-3c4d-7e5f-8a61-7c8d9e0f1a01"
			body := w.render(c.activity)
			matchGolden(t, c.name, body)
			if c.fixture != "" {
				sameShape(t, c.fixture, body)
			}
		})
	}
}

func TestMoot(t *testing.T) {
	w := newObjectWorld(t)
	p := w.publish(article())
	a := w.create(p)
	if _, _, err := w.db.Unpublish(t.Context(), p.Slug); err != nil {
		t.Fatal(err)
	}
	local := w.publish(blog.Post{Visibility: blog.Local})
	for name, a := range map[string]blog.Activity{
		"Create of what was deleted": a,
		"Update of what was deleted": {ID: "x", Type: "Update", Object: blog.PostObject, Ref: p.ID},
		"Update of what is local":    {ID: "x", Type: "Update", Object: blog.PostObject, Ref: local.ID},
		"Update of what never was":   {ID: "x", Type: "Update", Object: blog.PostObject, Ref: "0193a5f2-7c4e-7b3a-9d21-5e8f0a1b2c3d"},
	} {
		if body, err := w.node.Render(t.Context(), a); !errors.Is(err, ErrMoot) {
			t.Errorf("%s: %v, %s", name, err, body)
		}
	}
	if _, err := w.node.Render(t.Context(), blog.Activity{Type: "Create", Object: "other"}); err == nil || errors.Is(err, ErrMoot) {
		t.Errorf("an activity of no kind: %v", err)
	}
	w.get(w.blog.ActivityIRI(a.ID), http.StatusNotFound, "application/json")
}

func TestActivityObject(t *testing.T) {
	w := newObjectWorld(t)
	ann := blog.Actor{IRI: "https://peer.test/users/ann", Type: "Person", Inbox: "https://peer.test/inbox"}
	if ok, err := w.db.Follow(t.Context(), storage.Incoming{}, blog.Follower{Actor: ann, FollowID: ann.IRI + "#f"}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	p := w.publish(article())
	if _, _, err := w.db.Unpublish(t.Context(), p.Slug); err != nil {
		t.Fatal(err)
	}
	deliveries, err := w.db.Deliveries(t.Context(), "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"Accept": http.StatusNotFound, "Create": http.StatusNotFound, "Delete": http.StatusOK}
	for _, d := range deliveries {
		resp := w.ask(w.blog.ActivityIRI(d.Activity.ID))
		if resp.StatusCode != want[d.Activity.Type] {
			t.Errorf("%s: %d, want %d", d.Activity.Type, resp.StatusCode, want[d.Activity.Type])
		}
		delete(want, d.Activity.Type)
	}
	if len(want) > 0 {
		t.Errorf("not tried: %v", want)
	}
	w.get("/ap/activities/0193a5f5-3c4d-7e5f-8a61-7c8d9e0f1a01", http.StatusNotFound, "application/json")
	w.get("/ap/activities/x", http.StatusNotFound, "application/json")
}
