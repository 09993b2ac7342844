package main

import (
	"math"
	"strconv"
	"strings"
)

// The text format of Prometheus (version 0.0.4) is written here and not by a
// library: what the rooms count is theirs, and to print it takes a page.
// prometheus/client_golang would add 2.43 MB to the binary, VictoriaMetrics/metrics
// 0.08 MB but without help, and with types only by a global switch. A test has
// Prometheus' own parser read it.

// metric is a family of samples: a name with its kind (counter, gauge, histogram)
// and what it means.
type metric struct {
	name, kind, help string
	read             func(*scrape) []sample
}

// sample is a value with its labels, in pairs of name and value.
type sample struct {
	suffix string // after the metric's name: _bucket
	labels []string
	value  float64
}

// one is a single sample without labels.
func one(value float64) []sample { return []sample{{value: value}} }

// expose writes a metric that has samples.
func (m metric) expose(out *strings.Builder, samples []sample) {
	if len(samples) == 0 {
		return
	}
	out.WriteString("# HELP " + m.name + " " + m.help + "\n# TYPE " + m.name + " " + m.kind + "\n")
	for _, s := range samples {
		out.WriteString(m.name + s.suffix)
		for i := 0; i < len(s.labels); i += 2 {
			out.WriteString(string("{,"[min(i, 1)]) + s.labels[i] + `="` + labelEscapes.Replace(s.labels[i+1]) + `"`)
		}
		if len(s.labels) > 0 {
			out.WriteByte('}')
		}
		out.WriteString(" " + float(s.value) + "\n")
	}
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

func float(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func number(n int) string { return strconv.Itoa(n) }
