package store_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// childEnv makes the test binary do the part of another process: some tests
// need one that can be killed or has limits of its own.
const childEnv = "NETRAL_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if part := os.Getenv(childEnv); part != "" {
		os.Exit(child(part, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}
