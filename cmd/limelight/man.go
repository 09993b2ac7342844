package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

const manUsage = "[" + configName + "]"

// printManual prints a page of the manual in roff: `limelight man | man -l -`.
func printManual(_ context.Context, e *env, args []string) error {
	f := newFlags(e, "man", manUsage)
	words, err := f.parse(args, 1)
	if err != nil {
		return err
	}
	switch {
	case len(words) == 0:
		writeManual(page{e.stdout}, describeAll())
	case words[0] == configName:
		writeConfigManual(page{e.stdout})
	default:
		return usagef("there is no page %q; the pages are `limelight man` and `limelight man %s`", words[0], configName)
	}
	return nil
}

// page writes roff with the man macros.
type page struct{ w io.Writer }

// roff escapes what roff would take for its own: the backslash, hyphens (so that
// what is shown can be pasted into a shell), quotes, a control at a line's start.
var roffText = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "~", `\(ti`, "^", `\(ha`)

func roff(text string) string {
	text = roffText.Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

// title heads the page. Its date is the commit's: two builds of one commit make
// the same page.
func (p page) title(name, section string) {
	date := ""
	if b := builtFrom(); !b.date.IsZero() {
		date = b.date.UTC().Format("2006-01-02")
	}
	fmt.Fprintf(p.w, ".\\\" Made by: limelight man\n.TH %s %s \"%s\" \"limelight %s\" \"limelight\"\n", roff(name), section, date, roff(version))
}

func (p page) section(name string) { fmt.Fprintf(p.w, ".SH %s\n", roff(name)) }

// text writes paragraphs; each line of s is one of its own in the source.
func (p page) text(s string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(s), "\n\n") {
		if i > 0 {
			fmt.Fprintln(p.w, ".PP")
		}
		for line := range strings.SplitSeq(paragraph, "\n") {
			fmt.Fprintln(p.w, roff(strings.TrimSpace(line)))
		}
	}
}

// item is a term in bold, what follows it in italics, and what it means.
func (p page) item(term, placeholder, about string) {
	fmt.Fprintf(p.w, ".TP\n\\fB%s\\fR", roff(term))
	if placeholder != "" {
		fmt.Fprintf(p.w, " \\fI%s\\fR", roff(placeholder))
	}
	fmt.Fprintln(p.w)
	p.text(about)
}

// example shows lines as they are typed.
func (p page) example(lines ...string) {
	fmt.Fprintln(p.w, ".PP\n.RS 4\n.nf")
	for _, line := range lines {
		fmt.Fprintln(p.w, roff(line))
	}
	fmt.Fprintln(p.w, ".fi\n.RE")
}
