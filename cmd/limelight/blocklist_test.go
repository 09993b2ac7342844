package main

import (
	"strings"
	"testing"
)

func TestReadBlockList(t *testing.T) {
	tests := []struct {
		name, text    string
		blocks, asked int
		skipped       int
		want          string // of the error
	}{
		{"nothing", "", 0, 0, 0, ""},
		{"domains alone", "a.example\nb.example\n", 2, 0, 0, ""},
		{"a byte order mark", "\ufeff#domain,#severity\na.example,silence\n", 0, 1, 0, ""},
		{"columns in another order", "#severity,#domain\nsilence,a.example\nsuspend,b.example\n", 1, 1, 0, ""},
		{"a heading of old", "domain\na.example\n", 1, 0, 0, ""},
		{"short rows", "#domain,#severity,#public_comment\na.example\n\nb.example,noop\n", 1, 0, 1, ""},
		{"this server", "#domain\nblog.example.com\n", 0, 0, 0, "line 2: blog.example.com is this blog's own server"},
		{"the domain above", "example.com\n", 0, 0, 0, "line 1: example.com is this blog's own server"},
		{"an address", "https://a.example/\n", 0, 0, 0, `line 1: "https://a.example/" is no domain`},
		{"no name", "#domain,#severity\n,suspend\n", 0, 0, 0, `line 2: "" is no domain`},
		{"too many lines", strings.Repeat("a.example\n", maxBlockLines+2), 0, 0, 0, "line 50002: it has more than 50000 lines"},
		{"too long", strings.Repeat("x", maxBlockList+2), 0, 0, 0, "it has more than 10485760 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := readBlockList(strings.NewReader(tt.text), "blog.example.com")
			if tt.want != "" {
				if err == nil || err.Error() != tt.want {
					t.Errorf("%v, want %s", err, tt.want)
				}
				return
			}
			if err != nil || len(list.blocks) != tt.blocks || len(list.asked) != tt.asked || list.skipped != tt.skipped {
				t.Errorf("%+v %v", list, err)
			}
		})
	}
}
