package fault

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestKindsAreErrors(t *testing.T) {
	err := fmt.Errorf("load slip: %w", Wrap(NotFound, io.EOF, "slip.none", "x1"))
	if !errors.Is(err, NotFound) || !errors.Is(err, io.EOF) || errors.Is(err, Denied) {
		t.Errorf("errors.Is does not see kind and cause in %v", err)
	}
	if got := Of(err); got.Kind != NotFound || got.Key != "slip.none" {
		t.Errorf("Of = %+v", got)
	}
	if got := err.Error(); got != "load slip: not_found: slip.none [x1]: EOF" {
		t.Errorf("text for logs = %q", got)
	}
}

func TestUnknownErrorsAreInternal(t *testing.T) {
	if got := Of(io.ErrUnexpectedEOF); got.Kind != Internal || !errors.Is(got, io.ErrUnexpectedEOF) {
		t.Errorf("Of(plain error) = %+v", got)
	}
	if Of(nil) != nil {
		t.Error("Of(nil) is not nil")
	}
}

func TestFields(t *testing.T) {
	var f Fields
	f.Add(true, "on", "day.bad")
	if f.Err() != nil {
		t.Error("a good field made an error")
	}
	f.Add(false, "on", "day.bad", "31-02")
	f.Add(false, "act", "fact.unknown", "fly")
	got := Of(f.Err())
	if got.Kind != Invalid || len(got.Fields) != 2 || got.Fields[1].Name != "act" {
		t.Errorf("Err = %+v", got)
	}
}

func TestEveryKindHasAName(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if k.String() == "" || seen[k.String()] {
			t.Errorf("kind %d is called %q", k, k.String())
		}
		seen[k.String()] = true
	}
	if len(Kinds()) != len(kindNames) {
		t.Errorf("%d kinds, %d names", len(Kinds()), len(kindNames))
	}
}
