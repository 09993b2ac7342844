package main

import (
	"net/netip"
	"testing"
)

func TestDoctorResolve(t *testing.T) {
	for text, want := range map[string]string{
		"blog.test:443:192.168.1.7":      "192.168.1.7:443",
		"Blog.test:443:192.168.1.7:8443": "192.168.1.7:8443",
		"blog.test:443:[fd00::7]:8443":   "[fd00::7]:8443",
		"blog.test:443:[fd00::7]":        "[fd00::7]:443",
		"blog.test:443:fd00::7":          "[fd00::7]:443",
		"blog.test:443":                  "",
		"blog.test:https:192.168.1.7":    "",
		"blog.test:443:elsewhere":        "",
		":443:192.168.1.7":               "",
		"blog.test:443:":                 "",
		"":                               "",
	} {
		d := doctorFlags{resolve: map[string]netip.AddrPort{}}
		err := d.addResolve(text)
		got, ok := d.resolve["blog.test:443"]
		if (err == nil) != (want != "") || ok != (want != "") || ok && got.String() != want {
			t.Errorf("%q: %v, %v; want %q", text, got, err, want)
		}
	}
}

func TestDoctorURL(t *testing.T) {
	for text, want := range map[string]string{
		"blog.example.com": "https://blog.example.com", "https://blog.example.com/": "https://blog.example.com", "http://localhost:8080": "http://localhost:8080",
		"https://blog.example.com/x": "", "ftp://blog.example.com": "", "": "", "https://a@blog.example.com": "",
	} {
		if got, err := doctorURL(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestUpstream(t *testing.T) {
	for listen, want := range map[string]string{
		"localhost:8080": "localhost:8080", ":9000": "localhost:9000", "0.0.0.0:80": "localhost:80", "[::]:80": "localhost:80", "127.0.0.1:0": "localhost:8080", "10.1.2.3:80": "10.1.2.3:80",
	} {
		c := defaults()
		c.Server.Listen = listen
		if got := c.upstream(); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}
