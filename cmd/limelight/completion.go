package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

const completionUsage = "bash|zsh|fish"

// printCompletion prints what a shell reads to complete limelight's commands,
// their verbs and flags, all from the command table.
func printCompletion(_ context.Context, e *env, args []string) error {
	f := newFlags(e, "completion", completionUsage)
	words, err := f.parse(args, 1)
	if err != nil {
		return err
	}
	shells := map[string]func(io.Writer, []described){"bash": completeBash, "zsh": completeZsh, "fish": completeFish}
	if len(words) == 0 || shells[words[0]] == nil {
		return usagef("completion for which shell: %s?", strings.ReplaceAll(completionUsage, "|", ", "))
	}
	shells[words[0]](e.stdout, describeAll())
	return nil
}

// completeBash needs no package of completions: what it has no word for, bash
// completes as a file's name, which is right wherever a file may stand.
func completeBash(w io.Writer, all []described) {
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.name
	}
	fmt.Fprintf(w, `# bash completion for limelight, made by: limelight completion bash
_limelight() {
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} flags="" words=""
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W '%s' -- "$current"))
		return
	fi
	case ${COMP_WORDS[1]} in
`, strings.Join(append(names, "help"), " "))
	for _, d := range all {
		var flags, valued []string
		for _, f := range d.flags {
			flags = append(flags, "-"+f.Name)
			if placeholder, _ := value(f); placeholder != "" {
				valued = append(valued, "-"+f.Name)
			}
		}
		fmt.Fprintf(w, "\t%s)\n\t\tflags='%s' words='%s'\n", d.name, strings.Join(flags, " "), strings.Join(d.verbs(), " "))
		fmt.Fprintf(w, "\t\tcase $before in %s) return ;; esac\n\t\t;;\n", strings.Join(valued, "|"))
	}
	fmt.Fprint(w, `	esac
	case $current in
	-*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
	*) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
	esac
}
complete -o default -F _limelight limelight
`)
}

// zshText is text within single quotes, in which a spec's own signs are escaped.
var zshText = strings.NewReplacer(`\`, `\\`, `'`, `'\''`, `:`, `\:`, `[`, `\[`, `]`, `\]`, "\n", " ")

func completeZsh(w io.Writer, all []described) {
	fmt.Fprint(w, "#compdef limelight\n# zsh completion for limelight, made by: limelight completion zsh\n\n_limelight() {\n\tlocal -a commands\n\tcommands=(\n")
	for _, d := range all {
		fmt.Fprintf(w, "\t\t'%s:%s'\n", d.name, zshText.Replace(d.summary))
	}
	fmt.Fprint(w, "\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tshift words\n\t(( CURRENT-- ))\n\tcase $words[1] in\n")
	for _, d := range all {
		fmt.Fprintf(w, "\t%s)\n\t\t_arguments", d.name)
		for _, f := range d.flags {
			placeholder, about := value(f)
			spec := "-" + f.Name + "[" + zshText.Replace(about) + "]"
			if placeholder != "" {
				spec += ":" + zshText.Replace(placeholder) + ":"
			}
			if takesFile(placeholder) {
				spec += "_files"
			}
			fmt.Fprintf(w, " \\\n\t\t\t'%s'", spec)
		}
		if verbs := d.verbs(); len(verbs) > 0 {
			fmt.Fprintf(w, " \\\n\t\t\t'1:what:(%s)'", strings.Join(verbs, " "))
		}
		if d.takesFiles() {
			fmt.Fprint(w, " \\\n\t\t\t'*:file:_files'")
		}
		fmt.Fprint(w, "\n\t\t;;\n")
	}
	fmt.Fprint(w, "\tesac\n}\n\nif [ \"$funcstack[1]\" = _limelight ]; then\n\t_limelight \"$@\"\nelse\n\tcompdef _limelight limelight\nfi\n")
}

// fishText is text within single quotes.
var fishText = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", " ")

func completeFish(w io.Writer, all []described) {
	fmt.Fprint(w, "# fish completion for limelight, made by: limelight completion fish\n")
	for _, d := range all {
		fmt.Fprintf(w, "\ncomplete -c limelight -n __fish_use_subcommand -f -a %s -d '%s'\n", d.name, fishText.Replace(d.summary))
		seen := fmt.Sprintf("complete -c limelight -n '__fish_seen_subcommand_from %s'", d.name)
		if verbs := d.verbs(); len(verbs) > 0 {
			fmt.Fprintf(w, "%s -f -a '%s'\n", seen, strings.Join(verbs, " "))
		} else if !d.takesFiles() {
			fmt.Fprintf(w, "%s -f\n", seen)
		}
		for _, f := range d.flags {
			placeholder, about := value(f)
			takes := ""
			switch {
			case takesFile(placeholder):
				takes = " -r -F"
			case placeholder != "":
				takes = " -x"
			}
			fmt.Fprintf(w, "%s -o %s%s -d '%s'\n", seen, f.Name, takes, fishText.Replace(about))
		}
	}
}
