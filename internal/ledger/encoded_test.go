package ledger

import (
	"bytes"
	"testing"
	"time"

	"netral/internal/actor"
)

// A detail encoded beforehand makes the same body, whatever stands around it.
func TestEncodedDetailMakesTheSameBody(t *testing.T) {
	detail := map[string]any{"b": 1, "a": []string{"x", `"detail":0`}, "detail": 0}
	for _, subject := range []string{"slip:1", `"detail":0`, `\"detail\":0,`} {
		plain, _, err := Entry{Kind: "a.b.c", Subject: subject, Detail: detail}.encode(actor.System(), time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		enc, err := Encode(detail)
		if err != nil {
			t.Fatal(err)
		}
		ready, _, err := Entry{Kind: "a.b.c", Subject: subject, Detail: enc}.encode(actor.System(), time.Unix(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(plain, ready) {
			t.Errorf("%s and %s", plain, ready)
		}
		if b, _, err := decodeBody(ready); err != nil || b.Subject != subject {
			t.Errorf("read back: %q, %v", b.Subject, err)
		}
	}
}
