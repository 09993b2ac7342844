package signature

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Each trap of go-fed/httpsig that this package walls off has its test here.

func TestBodyMustMatchDigest(t *testing.T) {
	other := digestOf("other")
	for name, c := range map[string]struct {
		digest []string
		body   string
		want   string
	}{
		"as sent":                      {[]string{digestOf(hello)}, hello, ""},
		"another body":                 {[]string{digestOf(hello)}, hello + " ", "401"},
		"no body":                      {[]string{digestOf(hello)}, "", "401"},
		"lower-case name":              {[]string{strings.Replace(digestOf(hello), "SHA", "sha", 1)}, hello, ""},
		"several":                      {[]string{"MD5=xyz, " + digestOf(hello)}, hello, ""},
		"several lines":                {[]string{"SHA-512=xyz", digestOf(hello)}, hello, ""},
		"one of two SHA-256 is wrong":  {[]string{digestOf(hello) + "," + other}, hello, "401"},
		"no SHA-256":                   {[]string{"MD5=xyz"}, hello, "401"},
		"empty":                        {[]string{""}, hello, "401"},
		"not base64":                   {[]string{"SHA-256=?"}, hello, "400"},
		"not there":                    {nil, hello, "401"},
		"shorter than a SHA-256 value": {[]string{"SHA-256="}, hello, "401"},
	} {
		t.Run(name, func(t *testing.T) {
			s := delivery()
			s.header["Digest"] = c.digest
			wants(t, check(s.arrive(t), c.body, noon), c.want)
		})
	}
}

func TestCoverageIsRequired(t *testing.T) {
	for name, c := range map[string]struct{ method, covered, want string }{
		"Mastodon's POST":          {"POST", "host date content-type digest (request-target)", ""},
		"the least":                {"POST", "(request-target) host date digest", ""},
		"only the date":            {"POST", "date", "401"},
		"no headers parameter":     {"POST", "", "401"},
		"no digest with POST":      {"POST", "(request-target) host date", "401"},
		"no host":                  {"POST", "(request-target) date digest", "401"},
		"no target":                {"POST", "host date digest", "401"},
		"no date":                  {"POST", "(request-target) host digest", "401"},
		"GET without digest":       {"GET", "(request-target) host date", ""},
		"GET without target":       {"GET", "host date", "401"},
		"a name twice":             {"POST", "(request-target) host host date digest", "400"},
		"a name twice, in capital": {"POST", "(request-target) Host host date digest", "400"},
		"a header that is missing": {"POST", "(request-target) host date digest x-missing", "401"},
		"another pseudo-header":    {"POST", "(request-target) host date digest (magic)", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			s := delivery()
			s.method, s.covered = c.method, c.covered
			wants(t, check(s.arrive(t), s.body, noon), c.want)
		})
	}
}

// httpsig splits at every comma and keeps the last value of a name, so a comma
// in the list of headers could shrink what it takes for covered.
func TestCoverageCannotBeInjected(t *testing.T) {
	s := delivery()
	s.covered = "date"
	r := s.arrive(t)
	was := r.Header.Get("Signature")
	for _, list := range []string{
		"(request-target) host date digest x,headers=date",
		"(request-target) host date digest x,headers=date,y",
	} {
		r.Header.Set("Signature", strings.Replace(was, `headers="date"`, `headers="`+list+`"`, 1))
		r.URL.Path, r.RequestURI = "/elsewhere", "/elsewhere"
		wants(t, check(r, hello, noon), "400")
	}
}

func TestDateWindow(t *testing.T) {
	for name, c := range map[string]struct {
		date []string
		want string
	}{
		"an hour ago":         {[]string{noon.Add(-time.Hour).Format(http.TimeFormat)}, ""},
		"a second more":       {[]string{noon.Add(-time.Hour - time.Second).Format(http.TimeFormat)}, "401"},
		"in an hour":          {[]string{noon.Add(time.Hour).Format(http.TimeFormat)}, ""},
		"in a second more":    {[]string{noon.Add(time.Hour + time.Second).Format(http.TimeFormat)}, "401"},
		"of 2019":             {[]string{"Tue, 05 Nov 2019 12:00:00 GMT"}, "401"},
		"not a date":          {[]string{"yesterday"}, "400"},
		"two of them":         {[]string{noon.Format(http.TimeFormat), noon.Format(http.TimeFormat)}, "400"},
		"none, though signed": {nil, "400"},
	} {
		t.Run(name, func(t *testing.T) {
			s := delivery()
			s.header["Date"] = c.date
			wants(t, check(s.arrive(t), s.body, noon), c.want)
		})
	}
}

// httpsig holds created and expires against the machine's clock, so this test
// uses it too.
func TestCreatedAndExpires(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		algorithm        string
		created, expires time.Duration
		want             string
	}{
		"Lemmy":                    {"hs2019", 0, time.Hour, ""},
		"with rsa-sha256":          {"rsa-sha256", 0, time.Hour, "400"},
		"without algorithm":        {"", 0, time.Hour, "400"},
		"created half an hour ago": {"hs2019", -30 * time.Minute, time.Hour, ""},
		"created long ago":         {"hs2019", -time.Hour - time.Minute, time.Hour, "401"},
		"created in a minute":      {"hs2019", time.Minute, time.Hour, "401"},
		"expired":                  {"hs2019", -time.Minute, -30 * time.Second, "401"},
	} {
		t.Run(name, func(t *testing.T) {
			s := delivery()
			s.covered, s.algorithm = "(request-target) (created) (expires) host digest", c.algorithm
			s.created, s.expires = now.Add(c.created).Unix(), now.Add(c.expires).Unix()
			s.header.Del("Date")
			wants(t, check(s.arrive(t), s.body, now), c.want)
		})
	}
	t.Run("covered but not given", func(t *testing.T) {
		s := delivery()
		s.covered, s.algorithm = "(request-target) (created) host digest", "hs2019"
		wants(t, check(s.arrive(t), s.body, now), "400")
	})
	t.Run("not covered and so not trusted", func(t *testing.T) {
		s := delivery()
		s.created, s.header["Date"] = now.Unix(), []string{now.Add(-2 * time.Hour).UTC().Format(http.TimeFormat)}
		wants(t, check(s.arrive(t), s.body, now), "401")
	})
}

func TestSignatureHeaderForms(t *testing.T) {
	for name, c := range map[string]struct {
		change func(string) string
		want   string
	}{
		"as Mastodon writes it":   {func(s string) string { return s }, ""},
		"blanks after commas":     {func(s string) string { return strings.ReplaceAll(s, `",`, `", `) }, ""},
		"blanks around":           {func(s string) string { return strings.ReplaceAll(s, `",`, "\"\t,  ") + "  " }, ""},
		"blanks around equals":    {func(s string) string { return strings.Replace(s, `keyId=`, `keyId = `, 1) }, ""},
		"scheme in front":         {func(s string) string { return "Signature " + s }, ""},
		"scheme in small letters": {func(s string) string { return "signature " + s }, ""},
		"another scheme in front": {func(s string) string { return "Bearer " + s }, "400"},
		"bare algorithm":          {func(s string) string { return strings.Replace(s, `"rsa-sha256"`, `rsa-sha256`, 1) }, ""},
		"unknown parameter":       {func(s string) string { return s + `,nonce="x"` }, ""},
		"comma in keyId":          {func(s string) string { return strings.Replace(s, "bob#", "bob,signature=x#", 1) }, ""},
		"no algorithm":            {func(s string) string { return strings.Replace(s, `algorithm="rsa-sha256",`, ``, 1) }, ""},
		"algorithm of hs2019":     {func(s string) string { return strings.Replace(s, `rsa-sha256`, `hs2019`, 1) }, ""},
		"algorithm of HMAC":       {func(s string) string { return strings.Replace(s, `rsa-sha256`, `hmac-sha256`, 1) }, "401"},
		"algorithm of SHA-1":      {func(s string) string { return strings.Replace(s, `rsa-sha256`, `rsa-sha1`, 1) }, "401"},
		"second keyId":            {func(s string) string { return s + `,keyId="https://evil.example.test/#key"` }, "400"},
		"second signature":        {func(s string) string { return `signature="AAAA",` + s }, "400"},
		"second unknown":          {func(s string) string { return s + `,x=1,x=2` }, "400"},
		"no keyId":                {func(s string) string { return strings.Replace(s, `keyId`, `keyIt`, 1) }, "400"},
		"empty keyId":             {func(s string) string { return strings.Replace(s, theirs, ``, 1) }, "400"},
		"no signature":            {func(s string) string { s, _, _ = strings.Cut(s, `,signature`); return s }, "400"},
		"not base64":              {func(s string) string { return strings.Replace(s, `signature="`, `signature="?`, 1) }, "400"},
		"quotes without end":      {func(s string) string { return strings.TrimSuffix(s, `"`) }, "400"},
		"comma at the end":        {func(s string) string { return s + "," }, "400"},
		"no comma":                {func(s string) string { return strings.Replace(s, `",algorithm`, `" algorithm`, 1) }, "400"},
		"backslash":               {func(s string) string { return strings.Replace(s, "bob", `bo\b`, 1) }, "400"},
		"empty":                   {func(string) string { return "" }, "400"},
		"too long":                {func(s string) string { return s + `,x="` + strings.Repeat("x", maxHeader) + `"` }, "400"},
		"too many headers": {func(s string) string {
			return strings.Replace(s, `headers="`, `headers="`+strings.Repeat("x ", maxNames), 1)
		}, "400"},
		"one bit off": {func(s string) string { return strings.Replace(s, `signature="`, `signature="AAAA`, 1) }, "401"},
	} {
		t.Run(name, func(t *testing.T) {
			r := delivery().arrive(t)
			r.Header.Set("Signature", c.change(r.Header.Get("Signature")))
			wants(t, check(r, hello, noon), c.want)
		})
	}
}

func TestCommaInKeyIDIsRead(t *testing.T) {
	r := delivery().arrive(t)
	r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), "bob#", "bob,1#", 1))
	s, err := Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	if want := "https://mastodon.example.test/users/bob,1#main-key"; s.KeyID != want {
		t.Errorf("keyId %q, want %q", s.KeyID, want)
	}
}

func TestTwoSignatureHeadersAreRefused(t *testing.T) {
	r := delivery().arrive(t)
	r.Header.Add("Signature", r.Header.Get("Signature"))
	wants(t, check(r, hello, noon), "400")
}

func TestUnsignedIsRefused(t *testing.T) {
	r := delivery().arrive(t)
	r.Header.Del("Signature")
	wants(t, check(r, hello, noon), "401")
}

func TestSignatureInAuthorizationDoesNotCount(t *testing.T) {
	r := delivery().arrive(t)
	r.Header.Set("Authorization", "Signature "+r.Header.Get("Signature"))
	wants(t, check(r, hello, noon), "")
	r.Header.Del("Signature")
	wants(t, check(r, hello, noon), "401")
}

func TestRequestTargets(t *testing.T) {
	for name, c := range map[string]struct{ target, signed, want string }{
		"plain":                           {"/ap/inbox", "", ""},
		"percent-encoded":                 {"/users/caf%C3%A9", "", ""},
		"encoded blank and slash":         {"/a%20b%2Fc", "", ""},
		"small hexadecimals":              {"/%c3%a9", "", ""},
		"with query":                      {"/ap/inbox?a=1&b=%2F", "", ""},
		"bare question mark":              {"/ap/inbox?", "", ""},
		"signed without the query":        {"/ap/inbox?a=1", "/ap/inbox", ""},
		"signed with another query":       {"/ap/inbox?a=1", "/ap/inbox?a=2", "401"},
		"another path":                    {"/ap/inbox", "/ap/outbox", "401"},
		"decoded path is another request": {"/a%2Fb", "/a/b", "401"},
		"signed with a query of its own":  {"/ap/inbox", "/ap/inbox?a=1", "401"},
	} {
		t.Run(name, func(t *testing.T) {
			s := delivery()
			s.target, s.signTarget = c.target, c.signed
			wants(t, check(s.arrive(t), s.body, noon), c.want)
		})
	}
}

func TestHostIsOurs(t *testing.T) {
	for name, c := range map[string]struct{ signed, arrived, ours, want string }{
		"ours":                         {ourHost, ourHost, ourHost, ""},
		"behind a proxy":               {ourHost, "127.0.0.1:8080", ourHost, ""},
		"meant for another":            {"other.example.test", "other.example.test", ourHost, "401"},
		"for another, arriving here":   {"other.example.test", ourHost, ourHost, "401"},
		"with our port":                {"127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1:8080", ""},
		"Mastodon leaves out the port": {"127.0.0.1", "127.0.0.1:8080", "127.0.0.1:8080", ""},
		"another port":                 {"127.0.0.1:81", "127.0.0.1:8080", "127.0.0.1:8080", "401"},
		"IPv6":                         {"[::1]:8080", "[::1]:8080", "[::1]:8080", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := delivery()
			d.header.Set("Host", c.signed)
			r := d.arrive(t)
			r.Host = c.arrived
			s, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			wants(t, s.Verify(r, []byte(hello), "https://"+c.ours, noon, &key().PublicKey), c.want)
		})
	}
}

func TestVerifyLeavesTheRequestAlone(t *testing.T) {
	r := delivery().arrive(t)
	before := fmt.Sprint(r.Header, r.URL, r.Host)
	wants(t, check(r, hello, noon), "")
	if after := fmt.Sprint(r.Header, r.URL, r.Host); after != before {
		t.Errorf("changed from %s to %s", before, after)
	}
}

func TestSignTwice(t *testing.T) {
	k := Key{ID: theirs, Private: key()}
	r := httptest.NewRequest("POST", "https://"+ourHost+"/ap/inbox", nil)
	for i, body := range []string{"first", hello} {
		if err := k.Sign(r, NewBody([]byte(body)), Cavage, noon.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Signature", "Digest", "Date"} {
			if n := len(r.Header.Values(name)); n != 1 {
				t.Errorf("%d %s headers", n, name)
			}
		}
		wants(t, check(r, body, noon), "")
	}
}

func TestSignConcurrently(t *testing.T) {
	k := Key{ID: theirs, Private: key()}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 5 {
				body := fmt.Sprintf("%d/%d", i, j)
				r := httptest.NewRequest("POST", "https://"+ourHost+"/ap/inbox", nil)
				if err := k.Sign(r, NewBody([]byte(body)), Scheme(i%2), noon); err != nil {
					t.Error(err)
				} else if err := check(r, body, noon); err != nil {
					t.Errorf("%s: %v", body, err)
				}
			}
		})
	}
	wg.Wait()
}
