package storage_test

import (
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// found are the slugs that a search finds.
func found(t *testing.T, db *storage.DB, query string) string {
	t.Helper()
	var slugs []string
	for _, p := range must[[]blog.Post](t)(db.Search(t.Context(), blog.Words(query), 10)) {
		slugs = append(slugs, p.Slug)
	}
	return strings.Join(slugs, " ")
}

func TestSearch(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		publish(t, db, blog.Post{Slug: "tea", Title: "Tea", HTML: "<p>With crème brûlée.</p>", Published: start.Add(-time.Hour), Tags: []blog.Tag{{Slug: "kitchen", Name: "Kitchen"}}})
		publish(t, db, blog.Post{Slug: "milk", Title: "Milk", HTML: "<p>It goes into tea, &amp; into coffee; see <a href=\"https://hidden.test/secret\">there</a>.</p>", Summary: "White."})
		publish(t, db, blog.Post{Slug: "nihongo", HTML: "<p>日本語の本</p>"})
		publish(t, db, blog.Post{Slug: "unlisted", Title: "Tea unlisted", Visibility: blog.Unlisted})
		publish(t, db, blog.Post{Slug: "local", Title: "Biscuits", Visibility: blog.Local})
		publish(t, db, blog.Post{Slug: "draft", Title: "Tea draft", Status: blog.Draft})
		publish(t, db, blog.Post{Slug: "later", Title: "Tea later", Published: start.Add(time.Hour)})
		publish(t, db, blog.Post{Slug: "long", Title: "Long", HTML: "<p>" + strings.Repeat("abcdefghijklmno ", 40000) + " beyond</p>"})
		for query, want := range map[string]string{
			"tea": "tea milk", "TEA": "tea milk", "te": "tea milk", "tea coffee": "milk", "creme BRULEE": "tea", "Crème": "tea", "kitchen": "tea",
			"white": "milk", "biscuit": "local", "本": "nihongo", "日本": "nihongo", "nothing": "", "": "", "secret": "", "p": "", "beyond": "",
			"abcdefghijklmno": "long", `tea" OR "coffee`: "", "tea -coffee": "milk", "title:tea": "", "tea*": "tea milk", "'; DROP TABLE post": "",
			strings.Repeat("tea ", 20): "tea milk", "(": "", "AND": "", "NOT tea": "",
		} {
			equal(t, query, found(t, db, query), want)
		}
		publish(t, db, blog.Post{Slug: "tea", Title: "Coffee", HTML: "<p>Better.</p>"})
		equal(t, "after the edit, tea", found(t, db, "tea"), "milk")
		equal(t, "after the edit, better", found(t, db, "better"), "tea")
		_, _, err := db.Unpublish(t.Context(), "milk")
		ok(t, err)
		equal(t, "after the deletion", found(t, db, "tea"), "")
		publish(t, db, blog.Post{Slug: "milk", Title: "Oat milk"})
		equal(t, "published again", found(t, db, "oat"), "milk")
	})
}

// TestSearchOfOldDatabase opens a database whose posts were never indexed.
func TestSearchOfOldDatabase(t *testing.T) {
	o := storagetest.Options(t)
	db := must[*storage.DB](t)(storage.Serve(t.Context(), o))
	publish(t, db, hello())
	ok(t, db.Close())
	storage.ForgetSearch(t, o.Database)
	db = must[*storage.DB](t)(storage.Serve(t.Context(), o))
	defer db.Close()
	equal(t, "found", found(t, db, "hosting"), "hello")
}

func TestArchive(t *testing.T) {
	each(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		publish(t, db, blog.Post{Slug: "a", Title: "A", HTML: "<p>a</p>", Published: start.Add(-time.Hour)})
		publish(t, db, blog.Post{Slug: "b", HTML: "<p>b</p>"})
		publish(t, db, blog.Post{Slug: "c", Title: "C", Visibility: blog.Unlisted})
		got := must[[]blog.Post](t)(db.Archive(t.Context(), 10))
		equal(t, "archive", got, []blog.Post{{Slug: "b", HTML: "<p>b</p>", Published: start, Updated: start},
			{Slug: "a", Title: "A", Published: start.Add(-time.Hour), Updated: start.Add(-time.Hour)}})
	})
}
