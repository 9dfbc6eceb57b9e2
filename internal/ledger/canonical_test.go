package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// slow is canonical by the tokens of encoding/json: what the quick one must
// agree with.
func slow(dec *json.Decoder) ([]byte, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Number:
		return []byte(t), nil
	case json.Delim:
		type member struct{ key, text string }
		var members []member
		for dec.More() {
			var key string
			if t == '{' {
				k, err := dec.Token()
				if err != nil {
					return nil, err
				}
				key = k.(string)
			}
			text, err := slow(dec)
			if err != nil {
				return nil, err
			}
			members = append(members, member{key, string(text)})
		}
		if _, err := dec.Token(); err != nil {
			return nil, err
		}
		var parts []string
		if t == '[' {
			for _, m := range members {
				parts = append(parts, m.text)
			}
			return []byte("[" + strings.Join(parts, ",") + "]"), nil
		}
		slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
		for i, m := range members {
			if i > 0 && members[i-1].key == m.key {
				return nil, fmt.Errorf("%q twice", m.key)
			}
			k, err := marshal(m.key)
			if err != nil {
				return nil, err
			}
			parts = append(parts, string(k)+":"+m.text)
		}
		return []byte("{" + strings.Join(parts, ",") + "}"), nil
	default:
		return marshal(t)
	}
}

func FuzzCanonicalAgreesWithTokens(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, `null`, `-1.50e+7`, `""`, `"a\/\u0041\ud800\u2028\n<&>é"`, `{"b":1,"a":{"d":[true,false],"c":null}}`,
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"b":[{"z":1,"y":2},{"é":1,"e":2}],"a":"\\"}`, "\"\u2028\xff\"", `{"a":1,"b":2,"a":3}`,
		`{"9":0,"8":0,"7":0,"6":0,"5":0,"4":0,"3":0,"2":0,"1":0,"0":0,"b":0,"a":0,"c":0}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) || len(raw) > 1<<12 {
			return
		}
		got, err := canonical(json.RawMessage(raw))
		packed, merr := marshal(json.RawMessage(raw))
		if merr != nil {
			t.Fatal(merr)
		}
		dec := json.NewDecoder(bytes.NewReader(packed))
		dec.UseNumber()
		want, werr := slow(dec)
		if (err == nil) != (werr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("of %s: %s, %v; want %s, %v", raw, got, err, want, werr)
		}
	})
}
