package federation

import (
	"strings"
	"testing"
	"time"

	"limelight/blog"
	"limelight/federation/vocab"
)

func TestActorFromDocument(t *testing.T) {
	at, now := "https://a.test/users/bob", time.Now()
	plain := blog.Actor{IRI: at, Type: "Person", Handle: "bob@a.test", Inbox: at + "/inbox", Fetched: now}
	with := func(change func(*blog.Actor)) blog.Actor {
		a := plain
		change(&a)
		return a
	}
	for name, c := range map[string]struct {
		members string
		want    blog.Actor
	}{
		"the least":           {``, plain},
		"name":                {`"name":"Bob"`, with(func(a *blog.Actor) { a.Name = "Bob" })},
		"name with HTML":      {`"name":"<b>Bob</b> &amp; <script>x</script>co"`, with(func(a *blog.Actor) { a.Name = "Bob & co" })},
		"name that overrides": {`"name":"Bob\u202e\u0000\n Nob"`, with(func(a *blog.Actor) { a.Name = "Bob Nob" })},
		"name of null":        {`"name":null,"icon":null,"url":null,"endpoints":null,"publicKey":null`, plain},
		"all of wrong types":  {`"name":7,"icon":7,"url":[7,{}],"endpoints":7,"publicKey":[7,{"id":7}],"sharedInbox":[]`, plain},
		"url":                 {`"url":"https://a.test/@bob"`, with(func(a *blog.Actor) { a.URL = "https://a.test/@bob" })},
		"url of a Link":       {`"url":[{"type":"Link","href":"https://a.test/@bob"}]`, with(func(a *blog.Actor) { a.URL = "https://a.test/@bob" })},
		"url of script":       {`"url":"javascript:alert(1)"`, plain},
		"icon":                {`"icon":{"type":"Image","url":"https://f.test/1.png"}`, with(func(a *blog.Actor) { a.AvatarURL = "https://f.test/1.png" })},
		"icons":               {`"icon":[{"type":"Image","url":["https://f.test/1.png"]}]`, with(func(a *blog.Actor) { a.AvatarURL = "https://f.test/1.png" })},
		"icon as a string":    {`"icon":"https://f.test/1.png"`, with(func(a *blog.Actor) { a.AvatarURL = "https://f.test/1.png" })},
		"icon of data":        {`"icon":{"url":"data:image/png;base64,AAAA"}`, plain},
		"shared inbox":        {`"endpoints":{"sharedInbox":"https://a.test/inbox"}`, with(func(a *blog.Actor) { a.SharedInbox = "https://a.test/inbox" })},
		"Misskey's":           {`"sharedInbox":"https://a.test/inbox"`, with(func(a *blog.Actor) { a.SharedInbox = "https://a.test/inbox" })},
		"shared elsewhere":    {`"endpoints":{"sharedInbox":"https://victim.test/inbox"}`, plain},
		"types":               {`"type":["Thing","Service"]`, with(func(a *blog.Actor) { a.Type = "Service" })},
		"no name":             {`"preferredUsername":null`, with(func(a *blog.Actor) { a.Handle = "" })},
		"name with @":         {`"preferredUsername":"bob@b.test"`, with(func(a *blog.Actor) { a.Handle = "" })},
		"name with a blank":   {`"preferredUsername":"bob b"`, with(func(a *blog.Actor) { a.Handle = "" })},
		"name of unicode":     {`"preferredUsername":"böb"`, with(func(a *blog.Actor) { a.Handle = "böb@a.test" })},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"id":"` + at + `","inbox":"` + at + `/inbox"`
			for member, value := range map[string]string{`"type":`: `"Person"`, `"preferredUsername":`: `"bob"`} {
				if !strings.Contains(","+c.members, ","+member) {
					body += "," + member + value
				}
			}
			if c.members != "" {
				body += "," + c.members
			}
			doc, err := readActor(Document{URL: at, Body: []byte(body + "}")})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := doc.blogActor(now); err != nil || got != c.want {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

// encoding/json would take the last of these names, whatever its case.
func TestActorThatReadsTwoWays(t *testing.T) {
	for _, members := range []string{`"id":"https://b.test/"`, `"ID":"https://b.test/"`, `"@graph":[]`, `"x":{"a":1,"A":2}`} {
		body := `{"id":"https://a.test/users/bob","type":"Person","inbox":"https://a.test/inbox",` + members + `}`
		if _, err := readActor(Document{URL: "https://a.test/users/bob", Body: []byte(body)}); err == nil {
			t.Errorf("%s is read", body)
		}
	}
}

func TestActorIsCapped(t *testing.T) {
	doc := &actorDocument{Actor: vocab.Actor{ID: "https://a.test/x", Inbox: "https://a.test/inbox", Name: strings.Repeat("ä", 5000),
		Username: strings.Repeat("x", 300), URL: "https://a.test/" + strings.Repeat("x", 3000)}}
	a, err := doc.blogActor(time.Now())
	if err != nil || len([]rune(a.Name)) != maxName || a.Handle != "" || a.URL != "" {
		t.Errorf("%d characters of name, handle %.20q, URL %.20q, %v", len([]rune(a.Name)), a.Handle, a.URL, err)
	}
}
