package main

import "limelight/blog"

// Config is every setting of the node, declared once: the toml tag names it,
// default is its value when nobody sets it (for a list, elements split by
// commas), doc is its line in config.example.toml, oneof lists the values it
// may take. A new setting is a new field here, and a check in validate when
// its type does not say enough. LIMELIGHT_SECTION_NAME in the environment
// overrides the file.
type Config struct {
	Server struct {
		Listen         string   `toml:"listen" default:"localhost:8080" doc:"Address and port to listen on, for the web server in front. Port 0 takes a free one. With tls on, tls_listen counts."`
		BaseURL        string   `toml:"base_url" default:"" doc:"The address the world knows the blog by: https://blog.example.com, without a path.\nEmpty means http://localhost:PORT, good for a look around: nobody can follow that.\nSet it before the first follower comes: it is part of every id."`
		TrustedProxies []string `toml:"trusted_proxies" default:"" doc:"Networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed,\nfor example [\"127.0.0.1/32\", \"::1/128\"]. Nobody else's are."`
		TLS            string   `toml:"tls" default:"off" oneof:"off,auto,files" doc:"Who brings the certificate for https: off means a web server in front, auto that limelight gets and renews one by itself\n(ACME), files that it takes the one in tls_cert and tls_key. With auto and files it listens on tls_listen and\nredirect_listen, nothing need stand in front, and base_url must be https."`
		TLSListen      string   `toml:"tls_listen" default:":443" doc:"Where to listen for https, when tls is on. From outside it has to be port 443: other servers ask no other."`
		RedirectListen string   `toml:"redirect_listen" default:":80" doc:"Where to listen for http, when tls is on: it sends visitors on to https, and answers the authority that gives certificates.\nEmpty means nowhere."`
		TLSCert        string   `toml:"tls_cert" default:"" doc:"For tls = \"files\": the certificate with those above it (fullchain.pem). A new one is taken up while serve runs."`
		TLSKey         string   `toml:"tls_key" default:"" doc:"For tls = \"files\": its private key (privkey.pem)."`
		TLSHosts       []string `toml:"tls_hosts" default:"" doc:"Further names that lead to this program and are to have a certificate: [\"www.blog.example.com\"], or federation.handle_domain\nwhen nothing else answers there. Visitors are sent on to base_url; what servers ask about the handle is answered."`
		ACMEDirectory  string   `toml:"acme_directory" default:"" doc:"The authority for tls = \"auto\": empty means Let's Encrypt, staging its place for tries (which no browser trusts, and which\nforgives many mistakes), else the address of another one's ACME directory."`
		ACMEEmail      string   `toml:"acme_email" default:"" doc:"Where that authority may write to when something is wrong with a certificate. Empty means nowhere."`
		SelfCheck      bool     `toml:"self_check" default:"true" doc:"Whether serve asks once at its start, by way of base_url, whether the world reaches it there. false where it cannot know:\nsome networks let nobody inside use their outer address."`
		Metrics        string   `toml:"metrics" default:"" doc:"Address and port on which Prometheus finds the node's metrics, at /metrics: 127.0.0.1:9464. Nothing else is served\nthere, and nobody is asked who they are: keep it to this machine or network. Empty means nowhere."`
		MaxQueueAge    string   `toml:"max_queue_age" default:"15m" doc:"How long a delivery may be overdue, with nothing wrong with the server it goes to, before /readyz answers 503."`
	} `toml:"server"`
	Log struct {
		Level    string `toml:"level" default:"info" oneof:"debug,info,warn,error" doc:"How much serve logs, to standard error: debug, info, warn or error. Only debug names visitors and people elsewhere."`
		Format   string `toml:"format" default:"text" oneof:"text,json" doc:"text, or json for programs that read logs."`
		Requests bool   `toml:"requests" default:"true" doc:"Whether each request is a line of the log, at level info: what kind of address was asked for, never by whom."`
	} `toml:"log"`
	Blog struct {
		Handle       string       `toml:"handle" default:"blog" doc:"The name before the @ of the blog's handle: a-z, 0-9 and _, at most 30."`
		Title        string       `toml:"title" default:"Limelight" doc:"The blog's name, on its pages, in its feeds and as its display name in the fediverse."`
		Description  string       `toml:"description" default:"A blog that the fediverse can follow." doc:"One or two sentences about the blog, in plain text."`
		Author       string       `toml:"author" default:"" doc:"Who writes it. Empty means the title."`
		Language     string       `toml:"language" default:"en" doc:"The language of posts that name none: a tag such as en, de or pt-BR."`
		Timezone     string       `toml:"timezone" default:"UTC" doc:"The zone of dates without one, and of dates on pages and in lists: UTC, or a name such as Europe/Berlin."`
		Avatar       string       `toml:"avatar" default:"" doc:"An image file (JPEG, PNG, GIF or WebP) for the blog's face. Empty means limelight's own."`
		Header       string       `toml:"header" default:"" doc:"A wide image file above the profile. Empty means none."`
		Fields       []blog.Field `toml:"fields" default:"" doc:"Lines of the profile, with links verified by rel=me,\nfor example [{name = \"Website\", value = \"https://example.com\"}]."`
		Me           []string     `toml:"me" default:"" doc:"Your profiles elsewhere: [\"https://social.example/@ann\"]. The front page vouches for them by rel=me,\nso that a link from there to the blog is shown as verified."`
		Creator      string       `toml:"creator" default:"" doc:"Whom a shared link to a post names as its author, when that is an account of yours elsewhere: ann@social.example.\nThe account must allow the blog's domain (at Mastodon: Public profile, Verification, Author attribution).\nEmpty means the blog itself."`
		Discoverable bool         `toml:"discoverable" default:"true" doc:"Whether servers may suggest the blog to people, in profile directories and among what is popular."`
		Indexable    bool         `toml:"indexable" default:"true" doc:"Whether servers may find posts by their words when people search."`
		About        string       `toml:"about" default:"" doc:"A Markdown file for the page /about. Empty means that it shows the description and the fields."`
		Blogroll     string       `toml:"blogroll" default:"" doc:"An OPML file of the blogs that you recommend, as feed readers export it: a page /blogroll shows them and\n/blogroll.opml gives them to feed readers. Read at the start. Empty means none."`
		Starter      bool         `toml:"starter" default:"true" doc:"Whether a new blog starts with its first post. false starts empty."`
	} `toml:"blog"`
	Storage struct {
		Database    string `toml:"database" default:"limelight.db" doc:"The SQLite database. It holds the blog's private key: keep it to yourself, and back it up.\nRelative paths start at this file's folder. Or a PostgreSQL database (15 or newer), which several nodes may serve:\npostgres://user:password@db.example.com:5432/limelight"`
		Connections int    `toml:"connections" default:"16" doc:"Connections to PostgreSQL that this node keeps at most. SQLite has no use for it."`
		Media       string `toml:"media" default:"media" doc:"The folder of images, audio and video. Nodes on one PostgreSQL database need one folder that they share.\nOr a bucket in S3-compatible storage: s3://bucket/prefix"`
		S3Endpoint  string `toml:"s3_endpoint" default:"" doc:"The server with that bucket: https://s3.example.com. Empty means Amazon's."`
		S3Region    string `toml:"s3_region" default:"" doc:"The bucket's region. Empty means us-east-1, which is right for most servers besides Amazon's."`
		S3AccessKey string `toml:"s3_access_key" default:"" doc:"The key for the bucket, which may list, read, write and delete in it."`
		S3SecretKey string `toml:"s3_secret_key" default:"" doc:"Its secret. Better kept out of this file: file:NAME reads it from a file, LIMELIGHT_STORAGE_S3_SECRET_KEY wins."`
		UnusedDays  int    `toml:"unused_media_days" default:"30" doc:"Days after which the images, audio and video of posts that were deleted, or show other ones now, are removed,\nunless something else needs them. 0 keeps them for good, which a folder or bucket needs that several blogs share."`
		MediaURL    string `toml:"media_url" default:"" doc:"Where readers get the media, when the bucket or the folder can be read there by all: https://media.example.com.\nPages, feeds and other servers are then given addresses below it. Empty means that the node sends them itself."`
	} `toml:"storage"`
	Web struct {
		Accent string `toml:"accent" default:"" doc:"The colour of links and buttons: #2a6f97 or a name such as teal. It is made darker or lighter where it could\nnot be read. Empty means limelight's own."`
		Logo   string `toml:"logo" default:"" doc:"An image file (JPEG, PNG, GIF or WebP) on top of the pages in place of face and title. Empty means none."`
		Theme  string `toml:"theme" default:"" doc:"A folder whose files win over the built-in ones: extra.css adds to the styles, site.css replaces them, a template\nsuch as frame.html replaces that of its name; images and .woff2 fonts are served under /static/. Empty means none."`
	} `toml:"web"`
	Feed struct {
		FullContent     bool   `toml:"full_content" default:"true" doc:"Whether feeds have posts in full. false gives summaries, with the way to the page."`
		Hub             string `toml:"hub" default:"" doc:"Who sends the feeds to their subscribers at once when they change (WebSub), so that nobody has to poll.\nEmpty means the blog itself. The address of another hub, such as https://hub.example.com/, has that told of changes;\nnone tells nobody."`
		PodcastCategory string `toml:"podcast_category" default:"" doc:"For directories of podcasts, once posts have audio or video: one of Apple's categories, such as\n\"Society & Culture > Documentary\". Empty means none."`
		PodcastEmail    string `toml:"podcast_email" default:"" doc:"The address by which directories verify whose podcast it is. It is in the feed, for all to see. Empty means none."`
		PodcastExplicit bool   `toml:"podcast_explicit" default:"false" doc:"Whether the podcast is not for children."`
		PodcastCover    string `toml:"podcast_cover" default:"" doc:"A square image file for the podcast; directories want 1400 to 3000 pixels. Empty means the blog's face."`
	} `toml:"feed"`
	Comments struct {
		Policy         string `toml:"policy" default:"open" oneof:"open,known,held,closed" doc:"What becomes of a reply: open shows it at once, known does so for followers and for those of whom a reply is shown\nalready, held keeps it until you approve it (limelight comments approve), closed takes none.\nA post's own front matter (comments: open) wins."`
		CloseAfterDays int    `toml:"close_after_days" default:"0" doc:"Days after which a post takes no more replies, unless its front matter says what becomes of them. 0 is never."`
		HoldOdd        bool   `toml:"hold_odd" default:"true" doc:"Whether a reply that looks like spam waits for you, when its writer is not known here: many mentions, nothing but links,\na new account with a link or without a picture. limelight comments tells why each one waits."`
		NewAccountDays int    `toml:"new_account_days" default:"7" doc:"Days for which an account counts as new, where its server says when it was made. 0 is never."`
		ActorPerHour   int    `toml:"actor_per_hour" default:"30" doc:"Replies an hour from one account, beyond which the next ones wait for you. Ten times as many are refused. 0 is no limit."`
		HostPerHour    int    `toml:"host_per_hour" default:"600" doc:"The same for all accounts of one server together."`
	} `toml:"comments"`
	Federation struct {
		ObjectType           string   `toml:"object_type" default:"article" oneof:"article,note" doc:"How a post with a title goes out: article (title, teaser and link on Mastodon, everything elsewhere)\nor note (title, teaser and link as a short message everywhere). Posts without a title are always notes."`
		HandleDomain         string   `toml:"handle_domain" default:"" doc:"The domain after the @ of the blog's handle, when it is not that of server.base_url: example.com makes\n@blog@example.com of a blog at blog.example.com. example.com has to send requests for /.well-known/webfinger on\nto the blog (see README). Empty means the host of server.base_url."`
		AllowPrivateNetworks []string `toml:"allow_private_networks" default:"" doc:"Networks that the blog may talk to although they are private, for trying things out on one machine:\n[\"127.0.0.0/8\", \"::1/128\"]. Then http and any port are allowed as well, but only to these networks.\nEmpty, as it should be on the internet, means https on port 443 to public addresses."`
		Relays               []string `toml:"relays" default:"" doc:"Relays, which pass the public posts on to people who do not follow the blog: the addresses of their actors\n(LitePub style), for example [\"https://relay.example.com/actor\"]. limelight relays shows what they said."`
	} `toml:"federation"`
	Content struct {
		Dir string `toml:"dir" default:"" doc:"A folder of Markdown files with front matter, such as one in git, that serve watches: a new file is published, a changed one\nis an edit, one that is gone is reported and its post stays. Empty means none."`
	} `toml:"content"`
	Backup struct {
		Folder        string `toml:"folder" default:"" doc:"The folder in which serve backs the blog up by itself, best on another disk. Empty means that it does not.\nWhoever reads a backup has the blog's private key."`
		Every         string `toml:"every" default:"24h" doc:"How often: 24h, 6h or 90m, at least every minute."`
		Keep          int    `toml:"keep" default:"7" doc:"How many of these backups are kept; older ones go once a new one was checked. 0 keeps all."`
		BeforeUpgrade int    `toml:"before_upgrade" default:"3" doc:"How many copies of the database are kept from before another version of limelight changed it: beside an SQLite\nfile, of PostgreSQL in backup.folder or else beside the media. 0 makes none."`
	} `toml:"backup"`
	Notify struct {
		About       []string `toml:"about" default:"reply,held,report,failing" doc:"What you are told of, when there is a way to tell you below: replies, comments that wait for you, complaints of\nother servers, and servers that have taken nothing for days."`
		When        string   `toml:"when" default:"at_once" oneof:"at_once,hourly,daily" doc:"at_once (what comes within five minutes is one message), hourly or daily."`
		At          string   `toml:"at" default:"08:00" doc:"When daily is, in blog.timezone."`
		FailingDays int      `toml:"failing_days" default:"3" doc:"Days for which a server must have failed for you to be told."`
		MailTo      []string `toml:"mail_to" default:"" doc:"Mail addresses that are told. limelight notify -test tries it, and the ways below."`
		MailFrom    string   `toml:"mail_from" default:"" doc:"The address that mail comes from. Empty means the first of mail_to."`
		SMTP        string   `toml:"smtp" default:"localhost:25" doc:"The mail server: smtp.example.com:587"`
		SMTPTLS     string   `toml:"smtp_tls" default:"starttls" oneof:"starttls,implicit,none" doc:"How the connection to it is encrypted: starttls (port 587), implicit (465), or none for one on this machine."`
		SMTPUser    string   `toml:"smtp_user" default:"" doc:"The name to log in by. Empty means that it asks for none."`
		SMTPPass    string   `toml:"smtp_password" default:"" doc:"Its password. Better kept out of this file: file:NAME reads it from a file, LIMELIGHT_NOTIFY_SMTP_PASSWORD wins."`
		Webhook     string   `toml:"webhook" default:"" doc:"An address that JSON is posted to: https://example.com/hook (see README)."`
		HookSecret  string   `toml:"webhook_secret" default:"" doc:"The secret that signs what is posted (Standard Webhooks), or file:NAME."`
		Ntfy        string   `toml:"ntfy" default:"" doc:"The address of an ntfy topic: https://ntfy.example.com/topic"`
		NtfyToken   string   `toml:"ntfy_token" default:"" doc:"Its access token, or file:NAME. Empty means that it needs none."`
		Private     []string `toml:"allow_private_networks" default:"" doc:"Networks in which webhook and ntfy may be although they are private: [\"192.168.0.0/16\"]. There http and any port\nare allowed as well. Empty means https on port 443 at public addresses."`
	} `toml:"notify"`

	// Where it was read from, the folder that relative paths start at, and the
	// place of a setting for messages: "limelight.toml:3".
	file  string
	dir   string
	where func(key string) string

	s3Secret string // storage.s3_secret_key, read where it names a file
}
