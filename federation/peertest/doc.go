// Package peertest is a small fediverse server for tests, on loopback: it
// serves actors and notes in the shapes of several programs, signs activities
// and sends them, rightly or wrong in one named way, takes deliveries and
// scripted answers them.
//
// It shares no code with the rooms it tests and reads the standards by itself:
// signatures of both schemes are made and verified here by hand, so that a
// misreading on our side does not agree with itself. Each delivery and fetch that it receives is
// held against what real servers demand; a violation fails the test.
package peertest
