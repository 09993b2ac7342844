// Command limelight is a blog that the fediverse can follow: one program that
// publishes posts as pages, RSS, Atom, JSON Feed and ActivityPub, delivers them
// to followers and shows their replies as comments.
//
// This package puts the node together and does nothing else: the subcommands,
// the configuration, the one list of routes (routes.go) and the one table of
// background work (background.go). What a blog is lives in package blog, rows
// in storage, pages in web, feeds in feed, other servers in federation.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"
)

// command is one row of the command table; run gets the arguments after the
// name and flags defined by itself.
type command struct {
	name    string
	args    string
	summary string
	run     func(ctx context.Context, e *env, args []string) error
}

// env is what a command may touch of the world outside.
type env struct {
	stdin  io.Reader // nil means that nobody is there to answer
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string

	systemConfig string       // see systemConfig; empty for none
	describe     func(*flags) // set when a command is to tell its flags and do nothing: see describeAll
}

func commands() []command {
	return []command{
		{"init", "", "make a configuration file by asking, or by flags", initialize},
		{"serve", "", "run the blog", serve},
		{"publish", "FILE|DIR...", "publish Markdown or text files, or edit what they published before", publish},
		{"unpublish", "SLUG|URL...", "take posts down, here and at every server that has them", unpublish},
		{"posts", "", "list the posts", listPosts},
		{"content", "", "list the files of the content folder that want a look: with a fault, or gone", listContent},
		{"comments", "[approve|hide|delete ID... | reply|edit|history ID | always|ask|usual ACTOR|DOMAIN...]", "list the comments, decide about some or about people, or answer one", comments},
		{"queue", "", "list what waits for you: held comments and mentions, and complaints", queue},
		{"rules", "[add WORD... | remove ID...]", "list the words that hold or reject a comment, or change them", rules},
		{"mentions", "[approve|hide|delete ID...]", "list who quoted a post or spoke of it elsewhere, or decide about some", mentions},
		{"reactions", "", "list likes and boosts", listReactions},
		{"threads", "", "list where replies that were never delivered are looked for", listThreads},
		{"quotes", "[revoke ID...]", "list who asked to quote a post, or take the leave back", quotes},
		{"reports", "[close ID...]", "list complaints that other servers passed on, or be done with some", reports},
		{"followers", "", "list who follows the blog", listFollowers},
		{"subscribers", "", "list who has feeds sent as they change (WebSub)", listSubscribers},
		{"deliveries", deliveriesUsage, "list what went, or is to go, to which server, or have it tried again now", deliveries},
		{"relays", "", "list the relays and what they said", listRelays},
		{"block", "ACTOR|DOMAIN...", "keep somebody or a whole server out", block},
		{"unblock", "ACTOR|DOMAIN...", "lift a block", unblock},
		{"move", moveUsage, "send followers to another account, or take those of another", move},
		{"rotate-key", "", "give the blog's account a new key", rotateKey},
		{"delete-actor", "", "take the blog out of the fediverse, for good", deleteActor},
		{"doctor", "[URL]", "find out what a follower would meet at the public address, and how to mend it", examine},
		{"backup", "FILE|-", "put the whole blog into one archive, while it is served", backUp},
		{"check", "FILE", "find out whether an archive is whole and sound", checkBackup},
		{"restore", "FILE", "take a blog out of an archive, where there is none yet", restore},
		{"import", "FOLDER|FILE|URL", "bring a blog of Hugo, Jekyll, WordPress, Mastodon or a feed here, or what export wrote", importBlog},
		{"export", "FOLDER", "write the blog as Markdown, media and JSON lines, to look at or to take elsewhere", exportBlog},
		{"copy", copyUsage, "move the data to PostgreSQL, the media to a bucket, or either back", copyBlog},
		{"notify", "", "tell how you are told of replies and the like, or try it", notifyAuthor},
		{"audit", "", "list what was decided about whom", audit},
		{"config", "", "print a configuration file with every setting and its default", printConfig},
		{"health", "", "ask the blog that is served on this machine whether it is well; exits with 1 when not", health},
		{"man", manUsage, "print the manual's page of the program or of its configuration, as roff", printManual},
		{"completion", completionUsage, "print what completes commands and flags in a shell", printCompletion},
		{"licenses", "", "print the licences of limelight and of what it is made of", printLicenses},
		{"version", "", "print the version, and the commit and date it was made of", printVersion},
	}
}

// usageError is a command called the wrong way; the program exits with 2.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error {
	return usageError{fmt.Sprintf(format, args...)}
}

// errHelp says that help was asked for and printed.
var errHelp = errors.New("help")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	e := &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, systemConfig: systemConfig(os.Executable())}
	code := run(ctx, e, os.Args[1:])
	stop()
	os.Exit(code)
}

// run finds the command and returns the exit code: 0, 1 for a failure, 2 for
// wrong usage.
func run(ctx context.Context, e *env, args []string) int {
	err := dispatch(ctx, e, args)
	var usage usageError
	switch {
	case err == nil, errors.Is(err, errHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(e.stderr, "limelight: %v\n", err)
		return 2
	default:
		fmt.Fprintf(e.stderr, "limelight: %v\n", err)
		return 1
	}
}

func dispatch(ctx context.Context, e *env, args []string) error {
	if len(args) == 0 {
		printUsage(e.stderr)
		return usagef("which command? (a blog starts with `limelight serve`)")
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		printUsage(e.stdout)
		return nil
	case "-version", "--version":
		args = []string{"version"}
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, e, args[1:])
		}
	}
	return usagef("there is no command %q; %s", args[0], commandHint(args[0]))
}

// commandHint names the command that was probably meant.
func commandHint(name string) string {
	if slices.Contains(commentVerbs, name) {
		return fmt.Sprintf("did you mean `limelight comments %s`?", name)
	}
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if meant := slipOf(name, names); meant != "" {
		return fmt.Sprintf("did you mean `limelight %s`?", meant)
	}
	return "`limelight help` lists them"
}

// slipOf is the first of the names that differs from what was typed by a slip of
// the keys; empty for none.
func slipOf(typed string, names []string) string {
	for _, name := range names {
		if distance(typed, name) <= 2 {
			return name
		}
	}
	return ""
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, "limelight is a blog that the fediverse can follow.\n\nUsage: limelight COMMAND [FLAGS] [ARGUMENTS]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-12s  %s\n", c.name, hanging(c.summary, 16))
	}
	fmt.Fprint(w, `
`+"`limelight COMMAND -h`"+` tells its arguments and flags. Each takes -config FILE,
else $LIMELIGHT_CONFIG, else limelight.toml here, else defaults.
All but restore and copy -to work while the server runs.
`)
}

const terminalWidth = 80 // as a new terminal is

// hanging breaks a text into lines of the terminal that begin below its first word.
func hanging(text string, indent int) string {
	var b strings.Builder
	at := indent
	for i, word := range strings.Fields(text) {
		switch width := utf8.RuneCountInString(word); {
		case i == 0:
			at += width
		case at+1+width > terminalWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent + width
		default:
			b.WriteByte(' ')
			at += 1 + width
		}
		b.WriteString(word)
	}
	return b.String()
}
