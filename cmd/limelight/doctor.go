package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"limelight/blog"
	"limelight/federation"
	"limelight/federation/doctor"
	"limelight/federation/signature"
	"limelight/storage"
)

// doctorTime is for everything that doctor asks.
const doctorTime = 5 * time.Minute

// doctorFlags say how the blog is reached from here.
type doctorFlags struct {
	resolve map[string]netip.AddrPort
	ca      *string
	asJSON  *bool
}

func addDoctorFlags(f *flags) doctorFlags {
	d := doctorFlags{resolve: map[string]netip.AddrPort{}}
	f.Func("resolve", "where to connect to in place of what DNS says: `HOST:PORT:ADDRESS`, for a blog behind a router that does not\nlet this machine use its outer address; may be given several times. The address may have a port of its own", d.addResolve)
	d.ca = f.String("ca", "", "`FILE` with certificates (PEM) that are trusted besides the machine's")
	d.asJSON = f.Bool("json", false, "print JSON")
	return d
}

// addResolve reads blog.example.com:443:192.168.1.7, or with a port after that.
func (d doctorFlags) addResolve(text string) error {
	wrong := fmt.Errorf("it should look like blog.example.com:443:192.168.1.7, and is %q", text)
	host, rest, _ := strings.Cut(text, ":")
	port, address, ok := strings.Cut(rest, ":")
	if !ok || host == "" || !validPort(port) {
		return wrong
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		addr, err := netip.ParseAddr(strings.Trim(address, "[]"))
		if err != nil {
			return wrong
		}
		number, err := netip.ParseAddrPort("127.0.0.1:" + port)
		if err != nil {
			return wrong
		}
		to = netip.AddrPortFrom(addr, number.Port())
	}
	d.resolve[net.JoinHostPort(strings.ToLower(host), port)] = to
	return nil
}

// roots are the machine's certificates and those of -ca; nil means the machine's.
func (d doctorFlags) roots() (*x509.CertPool, error) {
	if *d.ca == "" {
		return nil, nil
	}
	text, err := os.ReadFile(*d.ca)
	if err != nil {
		return nil, fmt.Errorf("read the certificates of -ca: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", *d.ca)
	}
	return pool, nil
}

// examine plays a remote server against the blog's public address.
func examine(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "doctor", "[URL]")
	d := addDoctorFlags(f)
	names, err := f.parse(args, 1)
	if err != nil {
		return err
	}
	named := ""
	if len(names) == 1 {
		if named, err = doctorURL(names[0]); err != nil {
			return usagef("%v", err)
		}
	}
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return err
	}
	roots, err := d.roots()
	if err != nil {
		return err
	}
	o, done, err := c.doctorOptions(ctx, named)
	if err != nil {
		return err
	}
	defer done()
	o.Resolve, o.Roots = d.resolve, roots
	within, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	bar := newProgress(e.stderr)
	checks := doctor.Run(within, o, func(s doctor.Step) { bar.show(s.Doing, int64(s.Done), int64(s.Total)) })
	bar.end()
	if *d.asJSON {
		err = writeJSON(e.stdout, checkRows(checks))
	} else {
		err = tellChecks(e.stdout, o.Blog.BaseURL, checks)
	}
	switch failed := countState(checks, doctor.Failure); {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return errors.New("stopped before the end")
	case failed > 0:
		return fmt.Errorf("%s of %d failed", plural(failed, "check"), len(checks))
	}
	return nil
}

// doctorURL reads the address of a blog; https goes without saying.
func doctorURL(text string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	if err := checkBaseURL(text); err != nil {
		return "", fmt.Errorf("the address %w", err)
	}
	return strings.TrimSuffix(text, "/"), nil
}

// doctorOptions is what the configuration and the data on this machine tell. done
// closes the database.
func (c *Config) doctorOptions(ctx context.Context, named string) (o doctor.Options, done func(), err error) {
	done = func() {}
	o = doctor.Options{UserAgent: fmt.Sprintf("limelight-doctor/%s", version), Upstream: c.upstream(), ConfigFile: c.file}
	base := strings.TrimSuffix(c.Server.BaseURL, "/")
	if named != "" && named != base && base != "" {
		o.Blog = &blog.Blog{BaseURL: named}
		return o, done, nil
	}
	local := &doctor.Local{Storage: c.storage(), Version: version}
	if c.inTLS() {
		local.TLS, local.TLSCert, local.TLSKey = c.Server.TLS, c.Server.TLSCert, c.Server.TLSKey
	}
	if c.Backup.Folder != "" {
		local.Folders = []string{c.path(c.Backup.Folder)}
	}
	there := c.doctorData(ctx, local)
	switch {
	case base != "":
	case named == "" && there == "":
		return o, done, usagef("doctor for which address? Neither does the configuration name one (server.base_url), nor is there a blog here: limelight doctor https://blog.example.com")
	case named != "" && named != there:
		if local.DB != nil {
			local.DB.Close()
		}
		o.Blog = &blog.Blog{BaseURL: named}
		return o, done, nil
	default:
		base = there
	}
	local.NotFirst = there != "" && there != base
	o.Local = local
	o.Blog = &blog.Blog{BaseURL: base, Handle: c.Blog.Handle, HandleHost: c.Federation.HandleDomain, MediaURL: c.mediaURL()}
	o.Hub = c.hub(o.Blog)
	if local.DB != nil {
		done = func() { local.DB.Close() }
	}
	return o, done, nil
}

// doctorData opens the database and returns the address that it knows the blog by;
// what goes wrong is a check's to tell.
func (c *Config) doctorData(ctx context.Context, l *doctor.Local) (base string) {
	db, err := storage.Open(ctx, l.Storage)
	if err != nil {
		l.Err = err
		return ""
	}
	row, err := db.Node(ctx)
	var account storage.Account
	if err == nil {
		account, err = db.Account(ctx)
	}
	if err != nil {
		db.Close()
		l.Err = err
		return ""
	}
	l.DB = db
	if private, err := federation.ParseKey(account.Key.PEM); err == nil {
		at := blog.Blog{BaseURL: row.BaseURL}
		l.Key = &signature.Key{ID: at.ActorIRI() + "#" + account.Key.Name, Private: private}
	}
	return row.BaseURL
}

// upstream is where a web server on this machine finds the node.
func (c *Config) upstream() string {
	host, port, err := net.SplitHostPort(c.Server.Listen)
	if err != nil || port == "0" {
		return "localhost:8080"
	}
	if addr, err := netip.ParseAddr(host); host == "" || err == nil && addr.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
