package ledger

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
)

var noon = time.Date(2023, 10, 19, 5, 7, 9, 123_000_000, time.UTC)

func TestLeafIsWhatItSays(t *testing.T) {
	salt, body := bytes.Repeat([]byte{7}, saltSize), []byte(`{"a":1}`)
	leaf := Leaf("advise.ask.slipped", noon.In(time.FixedZone("WIB", 7*3600)), salt, body)
	lines := strings.Split(string(leaf), "\n")
	if len(lines) != 5 || lines[0] != "netral.entry/v1" || lines[1] != "advise.ask.slipped" || lines[2] != "2023-10-19T05Z" {
		t.Errorf("leaf = %q", leaf)
	}
	p, err := ParseLeaf(leaf)
	if err != nil {
		t.Fatal(err)
	}
	if p.Kind != "advise.ask.slipped" || !p.Hour.Equal(noon.Truncate(time.Hour)) || p.Commitment != sha256.Sum256(append(salt, body...)) {
		t.Errorf("parsed: %+v", p)
	}
	for i := range leaf {
		bad := bytes.Clone(leaf)
		bad[i] ^= 1
		if q, err := ParseLeaf(bad); err == nil && q == p {
			t.Errorf("byte %d changed and nothing noticed", i)
		}
	}
}

func TestBodyIsCanonical(t *testing.T) {
	e := Entry{Kind: "test.thing.changed", Subject: "s", Detail: struct {
		Z string         `json:"z"`
		A []any          `json:"a"`
		M map[string]any `json:"m"`
	}{"<é>", []any{1, 2.50, nil, true}, map[string]any{"b": 1, "a": map[string]int{"y": 2, "x": 1}}}}
	got, at, err := e.encode(actor.OS("siti", "id"), noon.Add(789*time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"actor":"os:siti","at":"2023-10-19T05:07:09.123Z","detail":{"a":[1,2.5,null,true],"m":{"a":{"x":1,"y":2},"b":1},"z":"<é>"},"subject":"s"}`
	if string(got) != want || !at.Equal(noon) {
		t.Errorf("body = %s at %v\n want  %s", got, at, want)
	}
	if again, err := canonical(bytesJSON(got)); err != nil || string(again) != want {
		t.Errorf("a canonical body is not its own canonical form: %s, %v", again, err)
	}
	if _, err := canonical(bytesJSON(`{"a":1,"b":2,"a":3}`)); err == nil {
		t.Error("a key that is there twice was accepted")
	}
}

// bytesJSON is JSON text that encodes as itself.
type bytesJSON []byte

func (b bytesJSON) MarshalJSON() ([]byte, error) { return b, nil }

func TestSealedEntriesLeadToNobody(t *testing.T) {
	anon := actor.Anonymous("page", "id")
	if err := (Entry{Kind: "watch.report.filed", Sealed: true}).check(actor.OS("siti", "id")); err == nil {
		t.Error("a sealed entry with an actor was accepted")
	}
	if err := (Entry{Kind: "watch.report.filed", Sealed: true, Subject: "report:1"}).check(anon); err == nil {
		t.Error("a sealed entry with a subject was accepted")
	}
	e := Entry{Kind: "watch.report.filed", Sealed: true}
	if err := e.check(anon); err != nil {
		t.Error(err)
	}
	got, at, err := e.encode(anon, noon)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(got), "actor") || !at.Equal(noon.Truncate(time.Hour)) || strings.Contains(string(got), "05:07") {
		t.Errorf("body = %s at %v", got, at)
	}
}

func TestBodyHasALimit(t *testing.T) {
	e := Entry{Kind: "test.thing.changed", Detail: strings.Repeat("x", maxBody)}
	if _, _, err := e.encode(actor.System(), noon); err == nil {
		t.Error("a body beyond the limit was accepted")
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add(Leaf("advise.ask.slipped", noon, make([]byte, saltSize), []byte("{}")))
	f.Add([]byte("netral.entry/v1\na.b.c\n2023-10-19T05Z\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"))
	f.Add([]byte("netral.entry/v1\na.b.c\n2023-10-19T5Z\r\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseLeaf(b)
		if err != nil {
			return
		}
		if got := leafOf(p.Kind, p.Hour, p.Commitment); !bytes.Equal(got, b) {
			t.Errorf("%q was read and is written as %q", b, got)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"b":[1,{"z":null,"a":"\u2028<"}],"a":-0.1e9}`))
	f.Add([]byte(`"\ud800"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := canonical(bytesJSON(b))
		if err != nil {
			return
		}
		twice, err := canonical(bytesJSON(once))
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%q: %q and then %q, %v", b, once, twice, err)
		}
	})
}
