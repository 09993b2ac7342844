package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"limelight/storage/storagetest"
)

// asProgram makes the test binary behave as limelight itself, so that
// whole-program tests start the program as it is, race detector and all.
const asProgram = "LIMELIGHT_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	testscript.Main(storagetest.Tests{M: m}, map[string]func(){"limelight": main})
}
