package federation

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func TestAddress(t *testing.T) {
	public := clientOptions()
	public.AllowPrivate = nil
	strict, lax := NewClient(public), NewClient(clientOptions())
	const refused = ""
	for name, c := range map[string]struct{ iri, strict, lax string }{
		"plain":               {"https://a.test/users/bob", "https://a.test/users/bob", "https://a.test/users/bob"},
		"fragment":            {"https://a.test/users/bob#main-key", "https://a.test/users/bob", "https://a.test/users/bob"},
		"query":               {"https://a.test/?author=0#main-key", "https://a.test/?author=0", "https://a.test/?author=0"},
		"encoded path":        {"https://a.test/caf%C3%A9%2Fx", "https://a.test/caf%C3%A9%2Fx", "https://a.test/caf%C3%A9%2Fx"},
		"capitals":            {"HTTPS://A.Test/Users", "https://a.test/Users", "https://a.test/Users"},
		"unicode":             {"https://bücher.test/", "https://xn--bcher-kva.test/", "https://xn--bcher-kva.test/"},
		"own port":            {"https://a.test:443/", "https://a.test/", "https://a.test/"},
		"dot at the end":      {"https://a.test./", "https://a.test/", "https://a.test/"},
		"public address":      {"https://192.0.2.1/", "https://192.0.2.1/", "https://192.0.2.1/"},
		"IPv6 address":        {"https://[2001:db8::1]/", "https://[2001:db8::1]/", "https://[2001:db8::1]/"},
		"long IPv6 address":   {"https://[2001:db8:1:2:3:4:5:6]/", "https://[2001:db8:1:2:3:4:5:6]/", "https://[2001:db8:1:2:3:4:5:6]/"},
		"http":                {"http://a.test/", refused, "http://a.test/"},
		"other port":          {"https://a.test:8443/", refused, "https://a.test:8443/"},
		"http on 443":         {"http://a.test:443/", refused, "http://a.test:443/"},
		"http and port":       {"http://127.0.0.1:8080/", refused, "http://127.0.0.1:8080/"},
		"IPv6 and port":       {"http://[::1]:8080/", refused, "http://[::1]:8080/"},
		"port 0":              {"https://a.test:0/", refused, refused},
		"port too high":       {"https://a.test:65536/", refused, refused},
		"user information":    {"https://bob@a.test/", refused, refused},
		"password":            {"https://bob:x@a.test/", refused, refused},
		"no host":             {"https:///users/bob", refused, refused},
		"opaque":              {"https:a.test/users", refused, refused},
		"relative":            {"/users/bob", refused, refused},
		"file":                {"file:///etc/passwd", refused, refused},
		"gopher":              {"gopher://a.test/", refused, refused},
		"acct":                {"acct:bob@a.test", refused, refused},
		"hexadecimal address": {"https://0x7f.0.0.1/", refused, refused},
		"octal address":       {"https://0177.0.0.1/", refused, refused},
		"short address":       {"https://127.1/", refused, refused},
		"number":              {"https://2130706433/", refused, refused},
		"hexadecimal number":  {"https://0x7f000001/", refused, refused},
		"full-width digits":   {"https://１２７.１/", refused, refused},
		"zone":                {"https://[fe80::1%25eth0]/", refused, refused},
		"empty label":         {"https://a..test/", refused, refused},
		"blank":               {"https://a.test/ x", refused, refused},
		"line break":          {"https://a.test/\r\nHost: b", refused, refused},
		"backslash":           {`https://a.test\@b.test/`, refused, refused},
		"percent in the host": {"https://a%2etest/", refused, refused},
		"ourselves":           {"https://blog.example.test/ap/actor", refused, refused},
		"ourselves, in style": {"https://BLOG.example.test.:443/ap/actor", refused, refused},
		"long":                {"https://a.test/" + strings.Repeat("x", 2048), refused, refused},
		"empty":               {"", refused, refused},
	} {
		t.Run(name, func(t *testing.T) {
			for _, try := range []struct {
				client *Client
				want   string
			}{{strict, c.strict}, {lax, c.lax}} {
				got, err := try.client.address(c.iri)
				switch {
				case try.want == refused && !errors.Is(err, ErrRefused):
					t.Errorf("got %v, %v instead of a refusal", got, err)
				case try.want != refused && (err != nil || got.String() != try.want):
					t.Errorf("got %v, %v, want %s", got, err, try.want)
				}
			}
		})
	}
}

func TestGuard(t *testing.T) {
	list := []netip.Prefix{oneOnly, netip.MustParsePrefix("fd00::/8")}
	for address, c := range map[string]struct {
		public, listed, plain bool // with no list; with one, by https; with one, by http
	}{
		"93.184.216.34:443":        {true, true, false},
		"93.184.216.34:80":         {false, false, false},
		"93.184.216.34:8443":       {false, false, false},
		"[2606:2800:220:1::1]:443": {true, true, false},
		"127.0.0.1:443":            {false, true, true},
		"127.0.0.1:8080":           {false, true, true},
		"[::ffff:127.0.0.1]:8080":  {false, true, true},
		"127.0.0.2:443":            {false, false, false},
		"[::ffff:127.0.0.2]:443":   {false, false, false},
		"[::1]:443":                {false, false, false},
		"[fd00::1]:80":             {false, true, true},
		"0.0.0.0:443":              {false, false, false},
		"[::]:443":                 {false, false, false},
		"10.0.0.1:443":             {false, false, false},
		"172.16.0.1:443":           {false, false, false},
		"192.168.0.1:443":          {false, false, false},
		"100.64.0.1:443":           {false, false, false}, // carrier-grade NAT
		"169.254.169.254:443":      {false, false, false}, // cloud metadata
		"192.0.0.192:443":          {false, false, false},
		"198.18.0.1:443":           {false, false, false},
		"224.0.0.1:443":            {false, false, false},
		"240.0.0.1:443":            {false, false, false},
		"255.255.255.255:443":      {false, false, false},
		"[fe80::1]:443":            {false, false, false},
		"[fc00::1]:443":            {false, false, false},
		"[ff02::1]:443":            {false, false, false},
		"[::127.0.0.1]:443":        {false, false, false}, // v4-compatible
		"[64:ff9b::7f00:1]:443":    {false, false, false}, // NAT64
		"[2002:7f00:1::]:443":      {false, false, false}, // 6to4
		"[2001:0:7f00:1::]:443":    {false, false, false}, // Teredo
		"[2001:db8::1]:443":        {false, false, false},
		"not an address":           {false, false, false},
	} {
		t.Run(address, func(t *testing.T) {
			network := "tcp4"
			if strings.HasPrefix(address, "[") {
				network = "tcp6"
			}
			for name, try := range map[string]struct {
				guard guard
				want  bool
			}{
				"public": {newGuard(nil, httpsOnly), c.public},
				"listed": {newGuard(list, httpsOnly), c.listed},
				"plain":  {newGuard(list, listedOnly), c.plain},
			} {
				err := try.guard.control(network, address, nil)
				if (err == nil) != try.want || err != nil && !errors.Is(err, ErrRefused) {
					t.Errorf("%s: %v, want allowed %t", name, err, try.want)
				}
			}
		})
	}
}

// A name is looked up after all that can be seen of its URL was found good, so
// only what is dialled tells.
func TestNameThatLeadsInside(t *testing.T) {
	var asked sync.Map
	server := serve(t, map[string]http.HandlerFunc{"/x": func(http.ResponseWriter, *http.Request) { t.Error("connected") }})
	b := defaultBounds()
	b.resolver = nameserver(t, [4]byte{127, 0, 0, 1}, &asked)
	o := clientOptions()
	o.AllowPrivate = nil
	_, err := testClient(t, o, b).Get(t.Context(), "https://rebind.example.test/x")
	if !errors.Is(err, ErrRefused) || Temporary(err) {
		t.Errorf("got %v", err)
	}
	o.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	_, err = testClient(t, o, b).Get(t.Context(), "http://rebind.example.test:"+portOf(server)+"/x")
	if !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
	if _, ok := asked.Load("rebind.example.test."); !ok {
		t.Error("the name was never looked up")
	}
}

func TestNameThatMayLeadInside(t *testing.T) {
	server := serve(t, map[string]http.HandlerFunc{"/x": object("{}")})
	b := defaultBounds()
	b.resolver = nameserver(t, [4]byte{127, 0, 0, 1}, &sync.Map{})
	if _, err := testClient(t, clientOptions(), b).Get(t.Context(), "http://peer.example.test:"+portOf(server)+"/x"); err != nil {
		t.Error(err)
	}
}

// nameserver answers every name with the address.
func nameserver(t *testing.T, ip [4]byte, asked *sync.Map) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			q := m.Questions[0]
			asked.Store(q.Name.String(), true)
			reply := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}, Questions: m.Questions[:1]}
			if q.Type == dnsmessage.TypeA {
				reply.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
					Body:   &dnsmessage.AResource{A: ip},
				}}
			}
			if packed, err := reply.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}
