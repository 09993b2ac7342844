package feed

import (
	"strings"
	"time"

	"limelight/blog"
)

// empty is a blog that has not said anything yet.
func empty() Feed {
	return Feed{
		Blog: &blog.Blog{BaseURL: "https://blog.example.com", Title: "Quiet", Language: "de", Timezone: time.UTC}, Title: "Quiet",
		PageURL: "https://blog.example.com/", SelfURL: "https://blog.example.com/feed",
		Updated: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

// full is a blog with a post of every kind, the newest first.
func full() Feed {
	zone := time.FixedZone("", -3*3600)
	at := time.Date(2026, 3, 1, 23, 30, 0, 250_000_000, zone)
	f := Feed{
		Blog: &blog.Blog{BaseURL: "https://blog.example.com", Title: "Salt & <Smoke>", Handle: "salt", Author: "Ida Ångström", Language: "en", Timezone: zone,
			Avatar: blog.Image{Path: "/media/face.png"}},
		Title: "Salt & <Smoke>", Description: `Cooking "by ear" & eye`,
		PageURL: "https://blog.example.com/", SelfURL: "https://blog.example.com/feed", Updated: at.Add(48 * time.Hour),
		Posts: []blog.Post{
			{Slug: "titled", Title: "Plain", HTML: "<p>One.</p>\n<p>Two.</p>"},
			{Slug: "untitled", HTML: `<p>A short note with <a href="/posts/titled">a link</a>.</p>`},
			{Slug: "wordless", HTML: `<p><img src="/media/sea.jpg" alt=""></p>`},
			{Slug: "tagged", Title: "Tagged", HTML: "<p>x</p>", Tags: []blog.Tag{{Slug: "self-hosting", Name: "self hosting"}, {Slug: "r-d", Name: "R&D"}}},
			{Slug: "pictured", Title: "Pictured", HTML: `<p><img src="/media/pan.jpg" alt="A pan"> <a href="#fn1">1</a></p>`,
				Image: blog.Image{Path: "/media/lead.jpg", Type: "image/jpeg", Alt: `A "pot" & a <lid>`}},
			{Slug: "summed-up", Title: "Summed up", Summary: "Why <b> & <i> are not the same", HTML: "<p>Long.</p>"},
			{Slug: "cdata", Title: "a ]]> b", HTML: "<pre><code>if a[b[0]]&gt;1 ]]> ]]]]>> end</code></pre>"},
			{Slug: "control", Title: "bell\x07 and\x00 tab\t", HTML: "<p>\x0bvertical\x1b[31m\ufffe \xff</p>"},
			{Slug: "markup", Title: "AT&T <script>alert(1)</script> &amp;", HTML: "<p>&lt;b&gt; &amp;amp;</p>"},
			{Slug: "script", Title: "日本語と🫖", HTML: "<p>שלום · Привет · 你好</p>", Language: "ja", Tags: []blog.Tag{{Slug: "日本", Name: "日本"}}},
			{Slug: "edited", Title: "Edited", HTML: "<p>Better.</p>", Updated: at.Add(26 * time.Hour)},
			{Slug: "backdated", Title: "Changed before its date", HTML: "<p>x</p>", Updated: at.Add(-400 * time.Hour)},
			{Slug: "warned", Title: "Warned", Summary: "Blood & <guts>", Sensitive: true, HTML: "<p>Red.</p>", CommentCount: 2},
			{Slug: "warned-note", Sensitive: true, HTML: "<p>Red.</p>"},
			{Slug: "episode", Title: "Episode", HTML: "<p>Notes.</p>", Enclosure: blog.Enclosure{URL: "/media/0af3.mp3", Type: "audio/mpeg",
				Title: "Salt & <smoke>, part 1", Size: 3 << 30, Duration: 3723 * time.Second}},
			{Slug: "numbered", Title: "Numbered", HTML: "<p>Heard & seen.</p>", Image: blog.Image{Path: "/media/cover.jpg", Width: 1400, Height: 1400},
				Language: "de", Enclosure: blog.Enclosure{URL: "/media/1b.mp3", Type: "audio/mpeg", Size: 7, Season: 2, Episode: 14, Explicit: true,
					Chapters:   blog.EnclosureFile{URL: "/media/c.json", Type: "application/json+chapters"},
					Transcript: blog.EnclosureFile{URL: "https://cdn.example.com/t.vtt?a=1&b=2", Type: "text/vtt"}}},
			{Slug: "rtl", Title: "\u200fשלום & <ערב>", HTML: `<p dir="rtl">مرحبا &amp; שלום</p>`, Language: "he"},
			{Slug: "unseen", Title: "Here alone", Visibility: blog.Local, HTML: "<p>x</p>"},
			{Slug: "tomorrow", Title: "Long after", HTML: "<p>x</p>", Published: time.Date(2199, 12, 31, 23, 59, 59, 999e6, time.FixedZone("", 14*3600))},
			{Slug: "kathmandu", Title: "Odd zone", HTML: "<p>x</p>", Published: time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 5*3600+45*60))},
			{Slug: "talk", Title: "Talk", HTML: "<p>Elsewhere.</p>", Enclosure: blog.Enclosure{URL: "https://cdn.example.com/talk.mp4?a=1&b=2", Type: "video/mp4"}},
		},
	}
	for i := range f.Posts {
		p := &f.Posts[i]
		p.ID = "0193a5f2-0000-7000-8000-0000000000" + string(rune('1'+i/10)) + string(rune('0'+i%10))
		if p.Published.IsZero() {
			p.Published = at.Add(time.Duration(-i) * time.Hour)
		}
		if p.Updated.IsZero() {
			p.Updated = p.Published
		}
	}
	return f
}

// paged is a page in the middle of a podcast's feed, with all that a feed may
// say of itself.
func paged() Feed {
	f := full()
	f.ID = "https://blog.example.com/feed"
	f.SelfURL, f.First = f.ID+"?before=b&x", f.ID
	f.Newer, f.Older = f.ID+"?before=c", f.ID+"?before=a"
	f.Twin, f.Hubs = f.Blog.ActorIRI(), []string{"https://blog.example.com/websub", "https://hub.example.com/?a&b"}
	f.Styles, f.Roll = "/static/feed.css", blog.BlogrollFilePath
	f.Podcast = Podcast{Category: "Arts > Food", Email: "ida@example.com", Explicit: true, Image: "/media/cover.jpg"}
	f.Posts = f.Posts[14:18]
	return f
}

// short is a feed of summaries.
func short() Feed {
	f := full()
	f.Short, f.Posts = true, f.Posts[:6]
	return f
}

// large is a feed of one post of 1 MB.
func large() Feed {
	f := full()
	f.Posts = f.Posts[:1]
	f.Posts[0].HTML = strings.Repeat("<p>Emoji 🫖, ]]> and &amp;, once more.</p>\n", 25000)
	return f
}

// comments is the talk about two posts, the last said first.
func comments() Feed {
	f := full()
	f.Title, f.PageURL, f.SelfURL = "Comments on "+f.Title, "https://blog.example.com/comments", "https://blog.example.com/comments/feed"
	said := f.Posts[0].Published.Add(time.Hour)
	post := blog.Comment{PostID: f.Posts[0].ID, PostSlug: "titled", Published: said, Visibility: blog.Public, State: blog.Shown, Source: blog.Delivered}
	c := func(id int64, change func(*Comment)) Comment {
		c := Comment{Comment: post, About: "Plain & <simple>", Dated: said.Add(-time.Hour)}
		c.ID, c.IRI, c.URL = id, "https://social.example/notes/"+string(rune('0'+id)), "https://social.example/@mira/"+string(rune('0'+id))
		c.Author = blog.Actor{IRI: "https://social.example/users/mira", Handle: "mira@social.example", Name: "Mira & <Co> 🫖",
			URL: "https://social.example/@mira", Avatar: "mira.png"}
		c.Text = "Well said. ]]> &"
		c.HTML = `<p>Well said. ]]&gt; &amp; <a href="/posts/titled">this</a></p>`
		change(&c)
		return c
	}
	f.Posts = nil
	f.Comments = []Comment{
		c(5, func(c *Comment) {
			c.IRI, c.URL, c.Source = "https://blog.example.com/ap/comments/0193a5f2-0000-7000-8000-0000000000ff", "", blog.Own
			c.Parent, c.Answers, c.Author = 4, "https://social.example/notes/4", blog.Actor{IRI: f.Blog.ActorIRI()}
		}),
		c(4, func(c *Comment) {
			c.Parent, c.Answers, c.Edited = 1, "https://social.example/notes/1", said.Add(time.Minute)
		}),
		c(3, func(c *Comment) {
			c.Author.Name, c.Author.Avatar, c.Warning, c.Language = "", "", "Spoilers & <more>", "he"
		}),
		c(2, func(c *Comment) {
			c.PostSlug, c.About, c.URL, c.Author.URL = "untitled", "", "javascript:alert(1)", ""
			c.Attachments = []blog.Attachment{
				{URL: "https://files.example/a.png", MediaType: "image/png", Alt: `A "cat"`, Copy: blog.Picture{File: "copy.png"}},
				{URL: "https://files.example/b.png?x&y", MediaType: "image/png", Alt: "No copy <yet>"},
				{URL: "https://files.example/c.mp4", MediaType: "video/mp4"}, {URL: "data:text/html,x", MediaType: "image/png"},
			}
		}),
		c(1, func(*Comment) {}),
	}
	return f
}
