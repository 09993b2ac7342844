package notify

import (
	"fmt"
	"net/http"
	"strings"

	"limelight/blog"
)

// inWords is an event as text: what happened, what was said, where to look and
// what to type.
func inWords(b *blog.Blog, e blog.Notification) string {
	switch {
	case e.Comment != nil:
		return commentWords(b, e)
	case e.Report != nil:
		return reportWords(e.Report)
	}
	return failingWords(e.Failing)
}

func commentWords(b *blog.Blog, e blog.Notification) string {
	c := e.Comment
	who := blog.TamePlain(c.Author.DisplayName(), maxTitle)
	if handle := blog.TamePlain(c.Author.Handle, 2*maxTitle); handle != "" && handle != who {
		who += " (@" + handle + ")"
	}
	post := postName(e)
	if !c.Visibility.Shown() {
		return fmt.Sprintf("%s wrote to you, and not in public, about %s. To read it:\n    limelight comments -private -post %s\n", who, post, c.PostSlug)
	}
	said := "    " + quoted(c) + "\n"
	if c.State == blog.Held {
		why := ""
		if c.Reason != "" {
			why = ", because: " + blog.TamePlain(c.Reason, maxQuoted)
		}
		return fmt.Sprintf("A comment by %s on %s waits for you%s\n%s    limelight comments approve %d\n    limelight comments hide %d\n", who, post, why, said, c.ID, c.ID)
	}
	return fmt.Sprintf("%s replied to %s\n%s    %s\n", who, post, said, linkOf(b, e))
}

// quoted is what a comment says, or the warning in front of that.
func quoted(c *blog.Comment) string {
	if c.Warning != "" {
		return "(" + blog.TamePlain(c.Warning, maxTitle) + ")"
	}
	return blog.TamePlain(c.Text, maxQuoted)
}

func postName(e blog.Notification) string {
	if title := blog.TamePlain(e.PostTitle, maxTitle); title != "" {
		return "“" + title + "”"
	}
	return e.Comment.PostSlug
}

func reportWords(r *blog.Report) string {
	var text strings.Builder
	fmt.Fprintf(&text, "A complaint came from %s\n", blog.TamePlain(r.Host, maxQuoted))
	if said := blog.TamePlain(r.Text, maxQuoted); said != "" {
		fmt.Fprintf(&text, "    %s\n", said)
	}
	const most = 3
	for _, about := range r.Objects[:min(len(r.Objects), most)] {
		fmt.Fprintf(&text, "    about %s\n", blog.TamePlain(about, maxQuoted))
	}
	fmt.Fprintf(&text, "    limelight reports\n    limelight reports close %d\n", r.ID)
	return text.String()
}

func failingWords(f *blog.FailingServer) string {
	last := "it gives no answer"
	if f.Status != 0 {
		last = strings.TrimSpace(fmt.Sprintf("its last answer was %d %s", f.Status, http.StatusText(f.Status)))
	}
	host := blog.TamePlain(f.Host, maxQuoted)
	return fmt.Sprintf("%s has taken nothing since %s: %s. Followers there: %d\n    limelight deliveries -host %s\n",
		host, f.Since.UTC().Format("2 January 2006"), last, f.Followers, host)
}

// linkOf is the page that shows what the event is about; empty when none does.
func linkOf(b *blog.Blog, e blog.Notification) string {
	c := e.Comment
	if c == nil || !c.OnPage() {
		return ""
	}
	return b.CommentURL(c.PostSlug, c.ID)
}
