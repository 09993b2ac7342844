package notify

import (
	"testing"

	"limelight/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }
