package main

import (
	"fmt"
	"net"
)

// serviceManager is the socket of who started the program and wants to be told how
// it fares, as systemd does (sd_notify(3)); empty when nobody does.
type serviceManager string

// The states that it is told.
const (
	serviceReady    = "READY=1"
	serviceStopping = "STOPPING=1"
)

// tell tells a state.
func (m serviceManager) tell(state string) error {
	if m == "" {
		return nil
	}
	conn, err := net.Dial("unixgram", string(m))
	if err != nil {
		return fmt.Errorf("tell the service manager: %w", err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(state)); err != nil {
		return fmt.Errorf("tell the service manager: %w", err)
	}
	return nil
}
