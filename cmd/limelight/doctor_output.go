package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"limelight/federation/doctor"
)

// checkRow is a check as -json has it.
type checkRow struct {
	ID       string      `json:"id"`
	About    string      `json:"about"`
	State    string      `json:"state"` // ok, skipped, warning, failure
	Found    string      `json:"found"`
	Means    string      `json:"means"`
	Remedies []remedyRow `json:"remedies"`
}

type remedyRow struct {
	For   string `json:"for"`
	Lines string `json:"lines"`
}

func checkRows(checks []doctor.Check) []checkRow {
	rows := make([]checkRow, 0, len(checks))
	for _, c := range checks {
		row := checkRow{c.ID, c.About, string(c.State), c.Found, c.Means, []remedyRow{}}
		for _, r := range c.Remedies {
			row.Remedies = append(row.Remedies, remedyRow{r.For, r.Lines})
		}
		rows = append(rows, row)
	}
	return rows
}

// tellChecks prints all of them as one table, and then how to mend what is wrong.
// What was skipped for one reason is one line.
func tellChecks(w io.Writer, base string, checks []doctor.Check) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := 0; i < len(checks); {
		c, alike := checks[i], 1
		for c.State == doctor.Skipped && i+alike < len(checks) && checks[i+alike].State == doctor.Skipped && checks[i+alike].Found == c.Found {
			alike++
		}
		name := c.ID
		if alike > 1 {
			name = fmt.Sprintf("%s and %d more", c.ID, alike-1)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\n", c.State, name, printable(c.Found))
		i += alike
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, c := range checks {
		if c.State == doctor.Failure || c.State == doctor.Warning {
			tellRemedies(w, c)
		}
	}
	_, err := fmt.Fprintf(w, "\n%s: %s, %d ok, %s, %s, %d skipped\n", base, plural(len(checks), "check"), countState(checks, doctor.OK),
		plural(countState(checks, doctor.Warning), "warning"), plural(countState(checks, doctor.Failure), "failure"), countState(checks, doctor.Skipped))
	return err
}

func tellRemedies(w io.Writer, c doctor.Check) {
	fmt.Fprintf(w, "\n%s %s: %s\n", c.State, c.ID, printable(c.Found))
	if c.Means != "" {
		fmt.Fprintf(w, "  %s\n", printable(c.Means))
	}
	for _, r := range c.Remedies {
		fmt.Fprintf(w, "  %s:\n", r.For)
		for line := range strings.SplitSeq(r.Lines, "\n") {
			fmt.Fprintf(w, "      %s\n", printable(strings.ReplaceAll(line, "\t", "    ")))
		}
	}
}

func countState(checks []doctor.Check, state doctor.State) (n int) {
	for _, c := range checks {
		if c.State == state {
			n++
		}
	}
	return n
}
