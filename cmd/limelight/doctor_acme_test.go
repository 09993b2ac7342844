package main

import (
	"strings"
	"testing"

	"limelight/federation/doctor"
)

// TestDoctorWithACME: nothing is wrong with a node that has its certificate from an
// ACME server, but for who does not know that authority.
func TestDoctorWithACME(t *testing.T) {
	a := newAuthority(t)
	p := newProgram(t, a.env()...)
	p.start()
	https, http := p.addresses()
	a.answer(portOf(t, http), closedPort(t), 0)
	a.shows(p, "blog.test")
	p.write("root.pem", string(a.root))
	look := []string{"doctor", "-resolve", "blog.test:443:" + https, "-resolve", "blog.test:80:" + http}
	for _, c := range rows[checkRow](p, append(look, "-ca", "root.pem")...) {
		if c.State != string(doctor.OK) && c.State != string(doctor.Skipped) {
			t.Errorf("%s: %s, %s", c.ID, c.State, c.Found)
		}
	}
	out, _, err := p.try(look...)
	if err == nil || !strings.Contains(out, "failure tls.chain: nobody knows who vouches for it") || !strings.Contains(out, `acme_directory = ""`) || strings.Contains(out, "nginx") {
		t.Errorf("without its root: %v\n%s", err, out)
	}
}
