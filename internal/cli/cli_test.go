package cli_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"netral/internal/cli"
	"netral/internal/fault"
	"netral/internal/text"
)

func TestEveryKindHasAnExitCode(t *testing.T) {
	if got := cli.ExitCode(nil); got != 0 {
		t.Errorf("no fault: exit %d", got)
	}
	for _, k := range fault.Kinds() {
		if got := cli.ExitCode(fault.New(k, "fault.internal")); got == 0 {
			t.Errorf("a fault of kind %s exits 0", k)
		}
	}
	if got := cli.ExitCode(errors.New("x")); got != 1 {
		t.Errorf("an unknown error exits %d", got)
	}
}

func TestFailSaysFieldsHintAndCause(t *testing.T) {
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	env := &cli.Env{Stderr: &stderr, Text: cat, Lang: text.EN}
	env.Fail(fault.Wrap(fault.Internal, errors.New("disk\non fire"), "fault.internal"))
	for _, want := range []string{"netral: Something went wrong", "Try once more", "  disk\n  on fire\n"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q is not in:\n%s", want, stderr.String())
		}
	}
}

func TestWrap(t *testing.T) {
	got := cli.Wrap("satu dua tiga empat lima", "  ", 10)
	want := "satu dua\n  tiga\n  empat\n  lima"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
