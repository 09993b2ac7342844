package federation

import (
	"github.com/maypok86/otter/v2"

	"limelight/federation/signature"
)

// maxSchemes bounds the hosts that are remembered: strangers name hosts to us.
// One that falls out is knocked at twice again.
const maxSchemes = 4096

// schemes remembers by which scheme a host took our signature after it had not
// taken the usual one. POST and GET are told apart: a host that gives its
// documents to everybody may take a scheme for GET that it does not know at all,
// and an inbox that answers 202 before it verifies must not be sent what a GET
// made us believe.
type schemes struct {
	byHost *otter.Cache[string, signature.Scheme]
}

func newSchemes() *schemes {
	return &schemes{otter.Must(&otter.Options[string, signature.Scheme]{MaximumSize: maxSchemes})}
}

// of is the scheme to begin with.
func (s *schemes) of(method, host string) signature.Scheme {
	scheme, _ := s.byHost.GetIfPresent(method + " " + host)
	return scheme
}

// learn remembers what worked. Only what is not the usual takes room.
func (s *schemes) learn(method, host string, scheme signature.Scheme) {
	if scheme == signature.Cavage {
		s.byHost.Invalidate(method + " " + host)
		return
	}
	s.byHost.Set(method+" "+host, scheme)
}
