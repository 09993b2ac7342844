package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation"
	"limelight/federation/notify"
	"limelight/storage"
)

// testWithin bounds each try of notify -test.
const testWithin = 30 * time.Second

// notices are what storage has to note for the author.
func (c *Config) notices() storage.Notify {
	var n storage.Notify
	for channel, set := range map[string]bool{"mail": len(c.Notify.MailTo) > 0, "webhook": c.Notify.Webhook != "", "ntfy": c.Notify.Ntfy != ""} {
		if set {
			n.Channels = append(n.Channels, channel)
		}
	}
	slices.Sort(n.Channels)
	for _, kind := range c.Notify.About {
		n.Kinds = append(n.Kinds, blog.NotificationKind(kind))
	}
	return n
}

// served is storage for a node, which has the log told of what is not noted.
func (c *Config) served(log *slog.Logger) storage.Options {
	o := c.storage()
	o.Notify.Full = func(channel string) {
		log.Warn("too much waits to be told to the author; what comes is not noted until some of it was told", "channel", channel)
	}
	return o
}

// channels are the ways by which the author is told.
func (c *Config) channels(b *blog.Blog) ([]notify.Channel, error) {
	networks, err := parseNetworks(c.Notify.Private)
	if err != nil {
		return nil, err
	}
	client := federation.NewClient(federation.ClientOptions{UserAgent: fmt.Sprintf("limelight/%s (+%s)", version, b.HomeURL()), AllowPrivate: networks})
	password, hookSecret, token := c.Notify.SMTPPass, c.Notify.HookSecret, c.Notify.NtfyToken
	for key, value := range map[string]*string{"notify.smtp_password": &password, "notify.webhook_secret": &hookSecret, "notify.ntfy_token": &token} {
		if *value, err = c.secret(*value); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.where(key), key, err)
		}
	}
	var all []notify.Channel
	for _, name := range c.notices().Channels {
		switch name {
		case "mail":
			all = append(all, notify.Mail(c.mailbox(password)))
		case "webhook":
			all = append(all, notify.Webhook(notify.Hook{Client: client, Address: c.Notify.Webhook, Secret: hookSecret, Blog: b}))
		case "ntfy":
			all = append(all, notify.Ntfy(notify.Topic{Client: client, Address: c.Notify.Ntfy, Token: token}))
		}
	}
	return all, nil
}

// mailbox is how mail goes; validate has read the addresses before.
func (c *Config) mailbox(password string) notify.Mailbox {
	b := notify.Mailbox{Server: c.Notify.SMTP, TLS: c.Notify.SMTPTLS, User: c.Notify.SMTPUser, Password: password}
	for _, text := range c.Notify.MailTo {
		if to, err := mail.ParseAddress(text); err == nil {
			b.To = append(b.To, *to)
		}
	}
	if from, err := mail.ParseAddress(c.Notify.MailFrom); err == nil {
		b.From = *from
	} else if len(b.To) > 0 {
		b.From = mail.Address{Name: c.Blog.Title, Address: b.To[0].Address}
	}
	return b
}

// newNotifiers are what tells the author, each by one way: where nodes differ in
// what they have, who tells by mail must not keep another from the webhook.
func (n *node) newNotifiers() ([]job, error) {
	channels, err := n.config.channels(n.blog)
	if err != nil {
		return nil, err
	}
	at, _ := time.Parse("15:04", n.config.Notify.At) // validate has seen it
	var jobs []job
	for _, c := range channels {
		one, err := notify.New(notify.Options{
			Blog: n.blog, DB: n.db, Log: n.log, Channels: []notify.Channel{c}, FailingAfter: days(n.config.Notify.FailingDays),
			When: notify.When{Rhythm: notify.Rhythm(n.config.Notify.When), Hour: at.Hour(), Minute: at.Minute(), Zone: n.blog.Timezone},
		})
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job{"tell the author by " + c.Name, one.Run})
	}
	return jobs, nil
}

// dropUnclaimed keeps nothing for ever that nobody is going to tell.
func (n *node) dropUnclaimed(ctx context.Context) error {
	found, err := n.db.DropUnclaimed(ctx)
	for _, c := range found {
		if c.Dropped {
			n.log.Warn("the author was not told: for a day no node's configuration named the way", "channel", c.Channel, "notifications", c.Waiting)
			continue
		}
		n.log.Warn("no node's configuration names a way by which the author is to be told; what waits for it is dropped in a day", "channel", c.Channel, "notifications", c.Waiting)
	}
	return err
}

// notifierRow is a way to tell the author in `limelight notify -json`.
type notifierRow struct {
	ID      string   `json:"id"` // mail, webhook, ntfy
	Waiting int      `json:"waiting"`
	Sent    jsonTime `json:"sent"`
	Tries   int      `json:"tries"`
	NextTry jsonTime `json:"next_try"`
	Error   string   `json:"error"`
}

func notifyAuthor(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "notify", "")
	test := f.Bool("test", false, "send a test by every way that is configured, now")
	asJSON := f.Bool("json", false, "write JSON")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	if *test && *asJSON {
		return usagef("notify: -json is for the list, -test sends something")
	}
	return withBlog(ctx, e, f, func(o *opened) error {
		if *test {
			return o.testNotify(ctx, e)
		}
		var rows []notifierRow
		t := table{heading: []string{"BY", "WAITING", o.zoned("SENT"), "TRIES", "NEXT TRY", "LAST ERROR"}, empty: "Nobody is told: [notify] in the configuration names no way to."}
		for _, channel := range o.config.notices().Channels {
			s, err := o.db.Notifier(ctx, channel)
			if err != nil {
				return err
			}
			rows = append(rows, notifierRow{channel, s.Waiting, jsonTime{s.Sent}, s.Tries, jsonTime{s.NextTry}, s.Error})
			t.add(channel, fmt.Sprint(s.Waiting), o.day(s.Sent), fmt.Sprint(s.Tries), o.day(s.NextTry), oneLine(s.Error))
		}
		if *asJSON {
			return writeJSON(e.stdout, rows)
		}
		return t.write(e.stdout)
	})
}

// testNotify sends a test by every channel and fails when one did not take it.
func (o *opened) testNotify(ctx context.Context, e *env) error {
	b := *o.blog
	b.Title = o.config.Blog.Title
	channels, err := o.config.channels(&b)
	if err != nil {
		return err
	}
	if len(channels) == 0 {
		return fmt.Errorf("[notify] in the configuration names no way to tell you: set mail_to, webhook or ntfy")
	}
	var failed []string
	for _, c := range channels {
		within, cancel := context.WithTimeout(ctx, testWithin)
		err := c.Send(within, notify.Test(&b, time.Now()))
		cancel()
		if err != nil {
			failed = append(failed, c.Name)
			fmt.Fprintf(e.stderr, "%s: %s\n", c.Name, printable(err.Error()))
			continue
		}
		fmt.Fprintf(e.stdout, "%s: sent; see whether it arrives\n", c.Name)
	}
	if len(failed) > 0 {
		return fmt.Errorf("the test did not go by %s", strings.Join(failed, ", "))
	}
	return nil
}
