package main

import (
	"fmt"
	"strings"
)

// writeManual is limelight(1), from the command table.
func writeManual(p page, all []described) {
	p.title("LIMELIGHT", "1")
	p.section("NAME")
	p.text("limelight - a blog that the fediverse can follow")
	p.section("SYNOPSIS")
	fmt.Fprintln(p.w, ".B limelight\n.I COMMAND\n[FLAGS] [ARGUMENTS]")
	p.section("DESCRIPTION")
	p.text(`
limelight publishes posts as pages, RSS, Atom, JSON Feed and ActivityPub, is followed from Mastodon and its relatives, delivers
to them, and shows their replies as comments under the post. What it keeps is one database and a folder of media.

Flags may stand before or after arguments. Every command works while the server runs, but for copy -to, which wants it stopped, and restore,
which wants no blog there yet.`)
	p.section("COMMANDS")
	for _, d := range all {
		fmt.Fprintf(p.w, ".SS limelight %s\n", roff(d.name))
		if d.usage != "" {
			fmt.Fprintf(p.w, "\\fBlimelight %s\\fR [FLAGS] %s\n.PP\n", roff(d.name), roff(d.usage))
		}
		p.text(upperFirst(d.summary) + ".")
		for _, f := range d.flags {
			placeholder, about := value(f)
			if f.DefValue != "" && f.DefValue != "false" {
				about += " (" + f.DefValue + ")"
			}
			p.item("-"+f.Name, placeholder, upperFirst(about)+".")
		}
	}
	p.section("CONFIGURATION")
	p.text(`
The file that -config names, else $LIMELIGHT_CONFIG, else limelight.toml in the current folder, else (where a package of the system installed
limelight) /etc/limelight/limelight.toml, else defaults: a blog at http://localhost:8080. See limelight.toml(5).`)
	p.section("ENVIRONMENT")
	p.item("LIMELIGHT_CONFIG", "", "The configuration file.")
	p.item("LIMELIGHT_SECTION_NAME", "", "Overrides the setting section.name; lists by commas. LIMELIGHT_SERVER_LISTEN=:9000 is server.listen.")
	p.section("EXIT STATUS")
	p.text("0 when all went well, 1 when something failed, 2 when the command was called the wrong way; then nothing was done.")
	p.section("EXAMPLES")
	p.text("Make a configuration, serve the blog, publish a file:")
	p.example("limelight init", "limelight serve", "limelight publish hello.md")
	p.text("Keep a copy of everything, and find out whether it is sound:")
	p.example("limelight backup blog.tar.gz", "limelight check blog.tar.gz")
	p.section("SEE ALSO")
	fmt.Fprintln(p.w, ".BR limelight.toml (5)")
}

// writeConfigManual is limelight.toml(5), from the settings.
func writeConfigManual(p page) {
	p.title("LIMELIGHT.TOML", "5")
	p.section("NAME")
	p.text("limelight.toml - the configuration of limelight(1)")
	p.section("DESCRIPTION")
	p.text(`
A file in TOML. A setting that is left out has its default, shown here behind its name. Relative paths start at the file's folder. A setting that does not exist or makes no
sense stops the start, with file and line. LIMELIGHT_SECTION_NAME in the environment overrides a setting.

"limelight init" writes such a file by asking, and "limelight config" prints one with every setting.`)
	section := ""
	for _, s := range settings(defaults()) {
		if s.section != section {
			section = s.section
			p.section("[" + section + "]")
		}
		p.item(s.name, "= "+s.tomlDefault(), s.doc)
	}
	p.section("SEE ALSO")
	fmt.Fprintln(p.w, ".BR limelight (1)")
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
