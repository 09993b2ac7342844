package signature

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestMessageCoverage(t *testing.T) {
	many := ""
	for i := range maxNames {
		many += fmt.Sprintf(` "x-%d"`, i)
	}
	const digest = ` "content-digest"`
	for name, c := range map[string]struct{ method, target, covered, want string }{
		"Mastodon's POST":             {"POST", "/ap/inbox", `"@method" "@target-uri" "content-digest"`, ""},
		"Mastodon's GET":              {"GET", "/ap/actor", `"@method" "@target-uri"`, ""},
		"Fedify's POST":               {"POST", "/ap/inbox", `"@method" "@target-uri" "@authority" "host" "date" "content-digest"`, ""},
		"authority and path":          {"POST", "/ap/inbox", `"@method" "@authority" "@path"` + digest, ""},
		"host and path":               {"POST", "/ap/inbox", `"@method" "host" "@path"` + digest, ""},
		"authority and request":       {"POST", "/ap/inbox?a=1", `"@method" "@authority" "@request-target"` + digest, ""},
		"authority, path and query":   {"POST", "/ap/inbox?a=1", `"@method" "@authority" "@path" "@query"` + digest, ""},
		"query that is not there":     {"POST", "/ap/inbox", `"@method" "@authority" "@path" "@query"` + digest, ""},
		"scheme too":                  {"POST", "/ap/inbox", `"@scheme" "@method" "@target-uri"` + digest, ""},
		"another order":               {"POST", "/ap/inbox", `"content-digest" "@target-uri" "@method"`, ""},
		"target with a query":         {"GET", "/x?a=%2F&b", `"@method" "@target-uri"`, ""},
		"percent-encoded path":        {"GET", "/caf%C3%A9/%2f", `"@method" "@target-uri" "@path"`, ""},
		"bare question mark":          {"GET", "/x?", `"@method" "@target-uri" "@query"`, ""},
		"nothing":                     {"POST", "/ap/inbox", ``, "401"},
		"no method":                   {"POST", "/ap/inbox", `"@target-uri" "content-digest"`, "401"},
		"no digest with POST":         {"POST", "/ap/inbox", `"@method" "@target-uri"`, "401"},
		"digest of the draft instead": {"POST", "/ap/inbox", `"@method" "@target-uri" "digest"`, "401"},
		"no host":                     {"POST", "/ap/inbox", `"@method" "@request-target"` + digest, "401"},
		"no path":                     {"POST", "/ap/inbox", `"@method" "@authority" "@query"` + digest, "401"},
		"path without its query":      {"POST", "/ap/inbox?a=1", `"@method" "@authority" "@path"` + digest, "401"},
		"path with bare mark":         {"POST", "/ap/inbox?", `"@method" "@authority" "@path"` + digest, "401"},
		"header that is missing":      {"POST", "/ap/inbox", `"@method" "@target-uri" "x-missing"` + digest, "401"},
		"twice":                       {"POST", "/ap/inbox", `"@method" "@method" "@target-uri"` + digest, "400"},
		"capitals":                    {"POST", "/ap/inbox", `"@method" "@target-uri" "Date"` + digest, "400"},
		"no name":                     {"POST", "/ap/inbox", `"@method" "@target-uri" ""` + digest, "400"},
		"blank in a name":             {"POST", "/ap/inbox", `"@method" "@target-uri" "a:b"` + digest, "400"},
		"token for a name":            {"POST", "/ap/inbox", `"@method" "@target-uri" date` + digest, "400"},
		"of an answer":                {"POST", "/ap/inbox", `"@method" "@target-uri" "@status"` + digest, "401"},
		"made up":                     {"POST", "/ap/inbox", `"@method" "@target-uri" "@magic"` + digest, "401"},
		"query parameter":             {"POST", "/ap/inbox?a=1", `"@method" "@target-uri" "@query-param";name="a"` + digest, "401"},
		";sf":                         {"POST", "/ap/inbox", `"@method" "@target-uri" "content-digest";sf`, "401"},
		";key":                        {"POST", "/ap/inbox", `"@method" "@target-uri" "content-digest";key="sha-256"`, "401"},
		";bs":                         {"POST", "/ap/inbox", `"@method" "@target-uri" "content-digest";bs`, "401"},
		";tr":                         {"POST", "/ap/inbox", `"@method" "@target-uri" "content-digest";tr`, "401"},
		";req":                        {"POST", "/ap/inbox", `"@method";req "@target-uri" "content-digest"`, "401"},
		"too many":                    {"POST", "/ap/inbox", `"@method" "@target-uri"` + many + digest, "400"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			p.method, p.target, p.covered = c.method, c.target, c.covered
			if c.method == "GET" {
				p.header.Del("Content-Digest")
			}
			err := checkMessage(p, p.arrive(t))
			wants(t, err, c.want)
			if errors.Is(err, ErrMismatch) {
				t.Errorf("refused for its value only: %v", err)
			}
		})
	}
}

// Each component must be what was signed.
func TestMessageSignedForAnother(t *testing.T) {
	for name, c := range map[string]struct{ component, value string }{
		"method":                   {"@method", "GET"},
		"method in small letters":  {"@method", "post"},
		"host":                     {"@target-uri", "https://other.example.test/ap/inbox?a=1"},
		"the host of the proxy":    {"@target-uri", "https://127.0.0.1:8080/ap/inbox?a=1"},
		"scheme":                   {"@target-uri", "http://blog.example.test/ap/inbox?a=1"},
		"path":                     {"@target-uri", ourBase + "/ap/outbox?a=1"},
		"query":                    {"@target-uri", ourBase + "/ap/inbox?a=2"},
		"query left out":           {"@target-uri", ourBase + "/ap/inbox"},
		"authority":                {"@authority", "other.example.test"},
		"authority with a port":    {"@authority", "blog.example.test:8443"},
		"host header":              {"host", "other.example.test"},
		"scheme by itself":         {"@scheme", "http"},
		"path by itself":           {"@path", "/ap"},
		"query by itself":          {"@query", "?a=2"},
		"query without its mark":   {"@query", "a=1"},
		"request target":           {"@request-target", "/ap/inbox"},
		"request target of drafts": {"@request-target", "post /ap/inbox?a=1"},
		"a header":                 {"date", "Tue, 24 Nov 2026 12:00:01 GMT"},
		"digest":                   {"content-digest", sha256Of("other")},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			p.target = "/ap/inbox?a=1"
			p.covered = `"@method" "@target-uri" "@authority" "host" "@scheme" "@path" "@query" "@request-target" "date" "content-digest"`
			wants(t, checkMessage(p, p.arrive(t)), "")
			p.signed[c.component] = c.value
			err := checkMessage(p, p.arrive(t))
			wants(t, err, "401")
			if !errors.Is(err, ErrMismatch) {
				t.Errorf("got %v, want ErrMismatch", err)
			}
		})
	}
}

func TestMessageAddresses(t *testing.T) {
	for name, c := range map[string]struct{ ours, signed, want string }{
		"ours":                     {"https://blog.example.test", "https://blog.example.test", ""},
		"default port configured":  {"https://blog.example.test:443", "https://blog.example.test", ""},
		"capitals configured":      {"HTTPS://Blog.Example.Test", "https://blog.example.test", ""},
		"port of plain HTTP":       {"http://localhost:80", "http://localhost", ""},
		"a port of its own":        {"http://localhost:8080", "http://localhost:8080", ""},
		"without its port":         {"http://localhost:8080", "http://localhost", "401"},
		"IPv6":                     {"http://[::1]:8080", "http://[::1]:8080", ""},
		"the other's default port": {"https://blog.example.test:80", "https://blog.example.test:80", ""},
		"written with the default": {"https://blog.example.test", "https://blog.example.test:443", "401"},
		"no address at all":        {"blog", "https://blog", "401"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			p.base = c.signed
			r := p.arrive(t)
			s, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			wants(t, s.Verify(r, []byte(p.body), c.ours, noon, p.key.Public()), c.want)
		})
	}
}

func TestMessageTimes(t *testing.T) {
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	for name, c := range map[string]struct{ times, want string }{
		"now":                       {fmt.Sprintf(";created=%d", at(0)), ""},
		"an hour ago":               {fmt.Sprintf(";created=%d", at(-time.Hour)), ""},
		"a second more":             {fmt.Sprintf(";created=%d", at(-time.Hour-time.Second)), "401"},
		"in an hour":                {fmt.Sprintf(";created=%d", at(time.Hour)), ""},
		"in a second more":          {fmt.Sprintf(";created=%d", at(time.Hour+time.Second)), "401"},
		"in the year 31 million":    {";created=999999999999999", "401"},
		"not at all":                {"", "401"},
		"zero":                      {";created=0", "401"},
		"before 1970":               {";created=-1", "401"},
		"expires later":             {fmt.Sprintf(";created=%d;expires=%d", at(0), at(time.Minute)), ""},
		"expired a moment ago":      {fmt.Sprintf(";created=%d;expires=%d", at(-time.Minute), at(-ahead)), ""},
		"expired":                   {fmt.Sprintf(";created=%d;expires=%d", at(-time.Minute), at(-ahead-time.Second)), "401"},
		"expires, but was not made": {fmt.Sprintf(";expires=%d", at(time.Minute)), "401"},
		"expires at zero":           {fmt.Sprintf(";created=%d;expires=0", at(0)), "400"},
		"created in quotes":         {fmt.Sprintf(`;created="%d"`, at(0)), "400"},
		"created with a fraction":   {fmt.Sprintf(";created=%d.5", at(0)), "400"},
		"created as a date":         {fmt.Sprintf(";created=@%d", at(0)), "400"},
		"created without value":     {";created", "400"},
		"expires in quotes":         {fmt.Sprintf(`;created=%d;expires="never"`, at(0)), "400"},
		"created twice, last wins":  {fmt.Sprintf(";created=%d;created=%d", at(0), at(-2*time.Hour)), "401"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			p.params = c.times + `;keyid="` + theirs + `"`
			err := checkMessage(p, p.arrive(t))
			wants(t, err, c.want)
			if !strings.Contains(c.times, "created") && !strings.Contains(fmt.Sprint(err), "when it was created") {
				t.Errorf("says nothing of created: %v", err)
			}
		})
	}
}

func TestMessageDigests(t *testing.T) {
	good, long := sha256Of(hello), sha512Of(hello)
	for name, c := range map[string]struct {
		digest []string
		body   string
		want   string
	}{
		"as sent":                    {[]string{good}, hello, ""},
		"another body":               {[]string{good}, hello + " ", "401"},
		"no body":                    {[]string{good}, "", "401"},
		"both":                       {[]string{good + ", " + long}, hello, ""},
		"both in two lines":          {[]string{long, good}, hello, ""},
		"sha-512 of another":         {[]string{good + ", " + sha512Of("other")}, hello, "401"},
		"sha-256 of another":         {[]string{sha256Of("other") + ", " + long}, hello, "401"},
		"sha-512 alone":              {[]string{long}, hello, "401"},
		"unknown beside":             {[]string{"md5=:AAAA:, " + good}, hello, ""},
		"the last of two counts":     {[]string{sha256Of("other") + ", " + good}, hello, ""},
		"nor does the first":         {[]string{good + ", " + sha256Of("other")}, hello, "401"},
		"none":                       {nil, hello, "401"},
		"empty":                      {[]string{""}, hello, "401"},
		"form of the draft":          {[]string{digestOf(hello)}, hello, "400"},
		"bare":                       {[]string{"sha-256"}, hello, "400"},
		"text":                       {[]string{`sha-256="AAAA"`}, hello, "400"},
		"list":                       {[]string{`sha-256=(:AAAA:)`}, hello, "400"},
		"shorter":                    {[]string{"sha-256=::"}, hello, "401"},
		"too long":                   {[]string{good + ", x=:" + strings.Repeat("A", maxHeader) + ":"}, hello, "400"},
		"parameters are not in need": {[]string{good + ";q=1"}, hello, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			p.header["Content-Digest"] = c.digest
			r := p.arrive(t)
			p.body = c.body
			wants(t, checkMessage(p, r), c.want)
		})
	}
	t.Run("of a GET that has one", func(t *testing.T) {
		p := newPost()
		p.method = "GET"
		wants(t, checkMessage(p, p.arrive(t)), "")
		p.header.Set("Content-Digest", sha256Of("other"))
		wants(t, checkMessage(p, p.arrive(t)), "401")
	})
}

// Section 2.1: lines of one field are combined, blanks around them go.
func TestMessageFields(t *testing.T) {
	for name, c := range map[string]struct {
		lines  []string
		signed string
	}{
		"one":           {[]string{"a"}, "a"},
		"blanks around": {[]string{" \ta b\t "}, "a b"},
		"several":       {[]string{"a ", " b, c"}, "a, b, c"},
		"empty":         {[]string{""}, ""},
		"empty among":   {[]string{"a", "", "b"}, "a, , b"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost()
			p.covered += ` "x-test"`
			p.header["X-Test"], p.signed["x-test"] = c.lines, c.signed
			wants(t, checkMessage(p, p.arrive(t)), "")
		})
	}
	t.Run("line break", func(t *testing.T) {
		p := newPost()
		p.covered += ` "x-test"`
		p.header["X-Test"] = []string{"a\n\"x-other\": b"}
		wants(t, checkMessage(p, p.arrive(t)), "400")
	})
}

func TestMessageLeavesTheRequestAlone(t *testing.T) {
	p := newPost()
	r := p.arrive(t)
	before := fmt.Sprint(r.Header, r.URL, r.Host)
	wants(t, checkMessage(p, r), "")
	if after := fmt.Sprint(r.Header, r.URL, r.Host); after != before {
		t.Errorf("changed from %s to %s", before, after)
	}
	if r.Method != http.MethodPost {
		t.Error(r.Method)
	}
}
