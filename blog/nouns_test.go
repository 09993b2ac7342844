package blog_test

import (
	"strings"
	"testing"

	"limelight/blog"
)

func TestSlugs(t *testing.T) {
	for text, want := range map[string]string{
		"Hello, World!": "hello-world", "--a--b--": "a-b", "v1.2": "v1-2", "日本": "", "": "", "🎸": "",
		strings.Repeat("a", 99) + " b": strings.Repeat("a", 99), strings.Repeat("ab", 100): strings.Repeat("ab", 50),
	} {
		equal(t, "slug of "+text, blog.MakeSlug(text), want)
	}
}

func TestTags(t *testing.T) {
	for _, test := range []struct{ name, slug, hashtag string }{
		{"self hosting", "self-hosting", "#SelfHosting"},
		{"self-hosting", "self-hosting", "#SelfHosting"},
		{"Go", "go", "#Go"},
		{"go", "go", "#go"},
		{"iOS 17.2", "ios-17-2", "#IOS172"},
		{"straße über", "straße-über", "#StraßeÜber"},
		{"हिन्दी कविता", "हिन्दी-कविता", "#हिन्दीकविता"},
		{"日本 語", "日本-語", "#日本語"},
		{"snake_case", "snake-case", "#snake_case"},
		{"rock 🎸 music", "rock-music", "#RockMusic"},
		{"R&B", "r-b", "#RB"},
		{"🎸", "", "#"},
	} {
		equal(t, "slug of "+test.name, blog.TagSlug(test.name), test.slug)
		equal(t, "hashtag of "+test.name, blog.Hashtag(test.name), test.hashtag)
	}
}

func TestAddresses(t *testing.T) {
	b := &blog.Blog{BaseURL: "https://blog.example.com:8443", Handle: "blog", Title: "Tea"}
	for _, test := range []struct{ name, got, want string }{
		{"host", b.Host(), "blog.example.com:8443"},
		{"acct", b.Acct(), "blog@blog.example.com:8443"},
		{"home", b.HomeURL(), "https://blog.example.com:8443/"},
		{"post", b.PostURL("tea"), "https://blog.example.com:8443/posts/tea"},
		{"tag", b.TagURL("grüner-tee"), "https://blog.example.com:8443/tags/gr%C3%BCner-tee"},
		{"comment", b.CommentURL("tea", 7), "https://blog.example.com:8443/posts/tea#comment-7"},
		{"avatar", blog.AvatarPath("a/../b.png"), "/avatars/a%2F..%2Fb.png"},
		{"media", blog.MediaPath("a.png"), "/media/a.png"},
		{"actor", b.ActorIRI(), "https://blog.example.com:8443/ap/actor"},
		{"key", b.KeyIRI(), "https://blog.example.com:8443/ap/actor#main-key"},
		{"inbox", b.InboxIRI(), "https://blog.example.com:8443/ap/inbox"},
		{"outbox", b.CollectionIRI("outbox"), "https://blog.example.com:8443/ap/outbox"},
		{"object", b.PostIRI("1"), "https://blog.example.com:8443/ap/posts/1"},
		{"replies", b.PostCollectionIRI("1", "replies"), "https://blog.example.com:8443/ap/posts/1/replies"},
		{"activity", b.ActivityIRI("2"), "https://blog.example.com:8443/ap/activities/2"},
		{"path", b.URL("/media/a.png"), "https://blog.example.com:8443/media/a.png"},
		{"path with an address in it", b.URL("/interact?uri=https://example.com"), "https://blog.example.com:8443/interact?uri=https://example.com"},
		{"address", b.URL("https://example.com/a"), "https://example.com/a"},
		{"author", b.AuthorName(), "Tea"},
		{"named author", (&blog.Blog{Title: "Tea", Author: "The writer"}).AuthorName(), "The writer"},
	} {
		equal(t, test.name, test.got, test.want)
	}
}

func TestAddressesRead(t *testing.T) {
	b := &blog.Blog{BaseURL: "https://blog.example.com"}
	for address, want := range map[string]string{
		"https://blog.example.com/ap/posts/1": "1", "https://blog.example.com/ap/posts/": "", "https://blog.example.com/ap/posts/1/replies": "",
		"https://blog.example.com/ap/posts/1?x": "", "https://blog.example.com/ap/posts/1#x": "", "https://blog.example.com.evil.test/ap/posts/1": "",
		"http://blog.example.com/ap/posts/1": "", "": "",
	} {
		id, ok := b.PostID(address)
		if ok != (want != "") || ok && id != want {
			t.Errorf("PostID(%q) = %q, %v; want %q", address, id, ok, want)
		}
	}
	for address, want := range map[string]string{
		"https://blog.example.com/posts/tea": "tea", "https://blog.example.com/posts/tea#comment-7": "tea", "https://blog.example.com/posts/tea/": "",
		"https://blog.example.com/posts/": "", "https://blog.example.com/posts/#x": "", "https://blog.example.com/posts/tea?x": "", "https://example.com/posts/tea": "",
	} {
		slug, ok := b.PostSlug(address)
		if ok != (want != "") || ok && slug != want {
			t.Errorf("PostSlug(%q) = %q, %v; want %q", address, slug, ok, want)
		}
	}
}

func TestActivityID(t *testing.T) {
	b := &blog.Blog{BaseURL: "https://blog.example.test"}
	for iri, want := range map[string]string{
		b.ActivityIRI("1"):                   "1",
		b.ActivityIRI(""):                    "",
		b.ActivityIRI("1/2"):                 "",
		b.ActivityIRI("1#x"):                 "",
		b.ActivityIRI("1?x"):                 "",
		b.PostIRI("1"):                       "",
		"https://other.test/ap/activities/1": "",
		"https://blog.example.test.other.test/ap/activities/1": "",
	} {
		id, ok := b.ActivityID(iri)
		if ok != (want != "") || ok && id != want {
			t.Errorf("ActivityID(%q) = %q, %v; want %q", iri, id, ok, want)
		}
	}
}

func TestWhoSeesWhat(t *testing.T) {
	for visibility, shown := range map[blog.Visibility]bool{blog.Public: true, blog.Unlisted: true, blog.Local: true, blog.Followers: false, blog.Direct: false, "": false} {
		equal(t, "shown: "+string(visibility), visibility.Shown(), shown)
		for _, state := range []blog.State{blog.Shown, blog.Held, blog.Hidden, blog.Erased} {
			c := blog.Comment{State: state, Visibility: visibility}
			equal(t, string(state)+" "+string(visibility), c.OnPage(), shown && state == blog.Shown)
		}
	}
	for _, status := range []blog.Status{blog.Draft, blog.Scheduled, blog.Published, blog.Deleted, ""} {
		for _, visibility := range []blog.Visibility{blog.Public, blog.Unlisted, blog.Local} {
			p := blog.Post{Status: status, Visibility: visibility}
			equal(t, string(status)+" "+string(visibility), p.Federated(), status == blog.Published && visibility != blog.Local)
		}
	}
}

func TestActors(t *testing.T) {
	a := blog.Actor{IRI: "https://social.example.com/users/reader", Inbox: "https://social.example.com/users/reader/inbox"}
	equal(t, "without a name", a.DisplayName(), a.IRI)
	equal(t, "without a shared inbox", a.DeliveryInbox(), a.Inbox)
	a.Handle, a.SharedInbox = "reader@social.example.com", "https://social.example.com/inbox"
	equal(t, "with a handle", a.DisplayName(), a.Handle)
	equal(t, "with a shared inbox", a.DeliveryInbox(), a.SharedInbox)
	a.Name = "A reader"
	equal(t, "with a name", a.DisplayName(), a.Name)
}
