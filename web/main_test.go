package web

import (
	"testing"

	"limelight/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }
