package web

import (
	"net/http"
	"strings"
	"testing"
)

// TestCodings holds which form a reader gets.
func TestCodings(t *testing.T) {
	w := newWorld(t)
	w.hello()
	for header, want := range map[string]string{
		"": "", "gzip": "gzip", "GZIP": "gzip", "deflate, gzip": "gzip", "gzip;q=0": "", "gzip; q=0.0": "", "gzip;q=0.5": "gzip",
		"br": "br", "*": "br", "*;q=0": "", "gzip;q=0, *": "br", "*, gzip;q=0": "br", "identity": "", "gzipped": "", "x-gzip": "gzip",
		"gzip, deflate, br, zstd": "br", "br;q=0, gzip": "gzip", "*;q=0, br": "br", "BR;q=1.0": "br", "brotli": "",
		// What is wanted more comes first, and of two alike the smaller.
		"gzip;q=1.0, br;q=0.1": "gzip", "br;q=0.9, gzip;q=0.9": "br", "identity;q=1, gzip;q=0.5": "", "identity;q=0.5, gzip;q=0.5": "gzip",
		"identity, *;q=0.1": "", "identity;q=0.1, *": "br", "gzip;q=0.001, identity;q=0": "gzip", "gzip;Q=0.12, br;q=0.123": "br",
		"*;q=0.5, gzip": "gzip", "gzip;q=0.1234": "", "gzip;q=half": "", "gzip;q=": "", "gzip;q=2": "", "gzip;q=0.x": "", "gzip;level=9": "gzip",
		"br ; q = 0.5 , gzip ; q = 0.4": "br", ",,;q=1,": "",
	} {
		headers := []string{}
		if header != "" {
			headers = []string{"Accept-Encoding", header}
		}
		if got := w.ask("GET", "/feed.xml", headers...).Header.Get("Content-Encoding"); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
	two := w.ask("GET", "/feed.xml", "Accept-Encoding", "gzip;q=0.5", "Accept-Encoding", "br;q=0.4").Header.Get("Content-Encoding")
	if two != "gzip" {
		t.Errorf("in two headers: %q", two)
	}
}

// TestKnownForms is a shared cache that has copies in several forms, and asks for
// readers who take some of them. A 304 names the copy that is good, and never one
// that the reader cannot unpack (RFC 9111 section 4.3.4).
func TestKnownForms(t *testing.T) {
	w := newWorld(t)
	w.hello()
	tag := func(coding string) string {
		return w.ask("GET", "/feed.xml", "Accept-Encoding", coding).Header.Get("Etag")
	}
	plain, gzip, brotli := tag("identity"), tag("gzip"), tag("br")
	for _, tt := range []struct {
		has, takes string
		want       string // the copy that is good; empty when there is none
	}{
		{gzip, "", ""}, {gzip, "identity", ""}, {gzip, "br", ""}, {gzip, "gzip;q=0", ""}, {brotli, "gzip", ""}, {brotli, "", ""},
		{plain, "", plain}, {plain, "gzip", plain}, {plain, "gzip, br", plain}, {gzip, "gzip, br", gzip}, {brotli, "gzip;q=1, br;q=0.5", brotli},
		{plain + ", " + gzip, "gzip", gzip}, {plain + ", " + gzip, "br", plain}, {gzip + ", " + plain + ", " + brotli, "gzip, br", brotli},
		{brotli + ", " + gzip, "", ""}, {"W/" + gzip, "gzip", gzip}, {"*", "gzip", gzip}, {`"a,b", ` + plain, "", plain},
	} {
		headers := []string{"If-None-Match", tt.has}
		if tt.takes != "" {
			headers = append(headers, "Accept-Encoding", tt.takes)
		}
		resp := w.ask("GET", "/feed.xml", headers...)
		switch known := resp.StatusCode == http.StatusNotModified; {
		case known != (tt.want != ""), known && resp.Header.Get("Etag") != tt.want:
			t.Errorf("has %s and takes %q: %d %s, want %s", tt.has, tt.takes, resp.StatusCode, resp.Header.Get("Etag"), tt.want)
		case !known && resp.Header.Get("Content-Encoding") != "" && !strings.Contains(tt.takes, resp.Header.Get("Content-Encoding")):
			t.Errorf("takes %q and gets %v", tt.takes, resp.Header)
		}
	}
}
