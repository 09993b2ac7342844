//go:build !linux

package main

import "testing"

// testDeb needs mount namespaces.
func (r *one) testDeb(t *testing.T) { t.Skip("packages are tried on Linux") }
