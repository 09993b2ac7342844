package main

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"limelight/blog"
	"limelight/federation/peertest"
	"limelight/storage/storagetest"
)

// scraped is what Prometheus' own parser makes of the metrics of a node, and the
// text of them.
func scraped(t *testing.T, p *program) (map[string]*dto.MetricFamily, string) {
	t.Helper()
	address := regexp.MustCompile(`(?m)^  metrics (.*)$`).FindStringSubmatch(p.out)
	if address == nil {
		t.Fatalf("serve names no metrics:\n%s", p.out)
	}
	resp, err := http.Get(address[1])
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.StatusCode, err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(text)))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return families, string(text)
}

// counted is the value of a counter or gauge with these labels, 0 without it.
func counted(families map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	for _, m := range families[name].GetMetric() {
		if !slices.ContainsFunc(m.Label, func(l *dto.LabelPair) bool {
			i := slices.Index(labels, l.GetName())
			return i >= 0 && labels[i+1] != l.GetValue()
		}) {
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return 0
}

// TestMetrics: what happens is counted under the names that CONTRIBUTING.md lists,
// and nothing that a stranger chose is among the labels.
func TestMetrics(t *testing.T) {
	p, peer := startProgram(t, "LIMELIGHT_SERVER_METRICS=127.0.0.1:0"), peertest.New(t)
	to, bob := blog.Blog{BaseURL: p.url}, peer.Join("bob", peertest.Mastodon)
	send := func(want int, activity any, twists ...peertest.Twist) {
		t.Helper()
		if reply := bob.Send(to.InboxIRI(), activity, twists...); reply.Status != want {
			t.Fatalf("answered %d %s", reply.Status, reply.Body)
		}
	}
	send(202, bob.Act("Follow", to.ActorIRI()))
	send(202, bob.Act("Create", bob.Note(p.url+"/posts/rush-a-reflection", "<p>Hello</p>")))
	send(202, bob.Act("Dance", "https://a.test/1"))
	p.run("block", bob.IRI)
	send(403, bob.Act("Like", p.url+"/posts/rush-a-reflection"))
	for _, path := range []string{"/feed.xml", "/feed.xml", "/posts/no-such-post", "/strange/path"} {
		p.get(path)
	}
	peer.Await(1, "Accept")
	var families map[string]*dto.MetricFamily
	var text string
	await(t, "the Accept in the metrics", func() bool {
		families, text = scraped(t, p)
		return counted(families, "limelight_deliveries_total", "queue", "activities", "outcome", "sent") == 1
	})
	for _, c := range []struct {
		least  float64
		name   string
		labels []string
	}{
		{2, "limelight_inbox_total", []string{"outcome", "accepted", "status", "202"}},
		{1, "limelight_inbox_total", []string{"outcome", "ignored", "status", "202"}},
		{1, "limelight_inbox_total", []string{"outcome", "refused", "status", "403"}},
		{1, "limelight_fetches_total", []string{"kind", "document", "outcome", "ok"}},
		{2, "limelight_http_requests_total", []string{"method", "GET", "route", "/feed.xml", "status", "200"}},
		{3, "limelight_http_requests_total", []string{"method", "POST", "route", "/ap/inbox", "status", "202"}},
		{1, "limelight_http_requests_total", []string{"method", "GET", "route", "/posts/{slug}", "status", "404"}},
		{1, "limelight_cache_hits_total", []string{"cache", "pages"}},
		{1, "limelight_cache_bytes", []string{"cache", "pages"}},
		{3, "limelight_database_writes_total", nil},
		{1, "process_resident_memory_bytes", nil},
	} {
		if got := counted(families, c.name, c.labels...); got < c.least {
			t.Errorf("%s %v is %v, less than %v", c.name, c.labels, got, c.least)
		}
	}
	for _, private := range []string{peer.Host, "bob", "strange", "no-such-post", "Dance", "a.test"} {
		if strings.Contains(text, private) {
			t.Errorf("%q is in the metrics", private)
		}
	}
	if status, _ := p.get("/metrics"); status != http.StatusNotFound {
		t.Errorf("the blog's own listener answers /metrics by %d", status)
	}
	var served, listed []string
	for name, f := range families {
		served = append(served, name)
		if f.GetHelp() == "" || strings.ToLower(f.GetType().String()) != kindOf(name) {
			t.Errorf("%s is a %s: %q", name, f.GetType(), f.GetHelp())
		}
	}
	engine := map[bool]string{true: "limelight_sqlite_bytes", false: "limelight_postgres_connections"}[storagetest.OnPostgres()]
	for _, name := range listedMetrics(t) {
		if name != engine { // of the other one
			listed = append(listed, name)
		}
	}
	slices.Sort(served)
	slices.Sort(listed)
	if !slices.Equal(served, listed) {
		t.Errorf("served are %q,\nCONTRIBUTING.md lists %q", served, listed)
	}
}

func kindOf(name string) string {
	for _, m := range metrics() {
		if m.name == name {
			return m.kind
		}
	}
	return ""
}

// listedMetrics are the names in CONTRIBUTING.md's table.
func listedMetrics(t *testing.T) (names []string) {
	t.Helper()
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `((?:limelight|process|go)_[a-z_]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		names = append(names, m[1])
	}
	return names
}

// TestLabelsAreEscaped, should one ever have a character that needs it.
func TestLabelsAreEscaped(t *testing.T) {
	var out strings.Builder
	metric{name: "x", kind: "gauge", help: "X."}.expose(&out, []sample{{labels: []string{"a", "\"\\\n{}"}, value: 1.5}})
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(out.String()))
	if err != nil || counted(families, "x", "a", "\"\\\n{}") != 1.5 {
		t.Errorf("%v: %s", err, out.String())
	}
}
