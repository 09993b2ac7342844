package notify

import (
	"errors"
	"fmt"
	"net/smtp"
	"strings"
)

// loginAuth is AUTH LOGIN, which some providers offer alone and net/smtp lacks.
type loginAuth struct{ user, password string }

// Start implements smtp.Auth. The password goes over nothing that is not
// encrypted.
func (a *loginAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS && !isLocal(server.Name) {
		return "", nil, errors.New("the connection is not encrypted")
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (a *loginAuth) Next(asked []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch question := strings.ToLower(string(asked)); {
	case strings.Contains(question, "user"):
		return []byte(a.user), nil
	case strings.Contains(question, "pass"):
		return []byte(a.password), nil
	default:
		return nil, fmt.Errorf("the mail server asks for %.40q", question)
	}
}

// isLocal tells whether a server's name is this machine.
func isLocal(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }
