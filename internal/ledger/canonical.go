package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// canonical encodes a value as JSON that does not depend on the order of
// fields in a struct: no white space, object keys sorted by bytes, the fewest
// escapes, numbers as encoding/json writes them.
func canonical(v any) ([]byte, error) {
	if e, ok := v.(Encoded); ok && e.text != nil {
		return e.text, nil
	}
	raw, err := marshal(v)
	if err != nil {
		return nil, err
	}
	r := rewriter{in: raw, out: make([]byte, 0, len(raw))}
	if err := r.value(); err != nil {
		return nil, err
	}
	return r.out, nil
}

// marshal is json.Marshal without the escapes for HTML.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(512)
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// rewriter copies one JSON value in canonical form. Its input comes from
// marshal: it is valid and has no white space, so what follows a value ends it.
// It stands on the way of every write, which is why it reads the bytes itself:
// a json.Decoder takes five times as long for a slip.
type rewriter struct {
	in  []byte
	at  int
	out []byte
}

func (r *rewriter) value() error {
	switch r.in[r.at] {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"':
		_, err := r.text()
		return err
	default: // a number, true, false, null
		from := r.at
		for r.at < len(r.in) && r.in[r.at] != ',' && r.in[r.at] != ']' && r.in[r.at] != '}' {
			r.at++
		}
		r.out = append(r.out, r.in[from:r.at]...)
		return nil
	}
}

func (r *rewriter) array() error {
	for r.next('['); r.in[r.at] != ']'; {
		if err := r.value(); err != nil {
			return err
		}
		if r.in[r.at] == ',' {
			r.next(',')
		}
	}
	r.next(']')
	return nil
}

// member is where a key with its value stands in the output.
type member struct {
	key      string
	from, to int
}

// object writes the members in the order they come, and then puts them in the
// order of their keys, when they are not.
func (r *rewriter) object() error {
	var few [12]member
	members := few[:0]
	sorted := true
	r.next('{')
	first := len(r.out)
	for r.in[r.at] != '}' {
		m := member{from: len(r.out)}
		var err error
		if m.key, err = r.text(); err != nil {
			return err
		}
		r.next(':')
		if err := r.value(); err != nil {
			return err
		}
		m.to = len(r.out)
		sorted = sorted && (len(members) == 0 || members[len(members)-1].key < m.key)
		members = append(members, m)
		if r.in[r.at] == ',' {
			r.next(',')
		}
	}
	if !sorted {
		slices.SortStableFunc(members, func(a, b member) int {
			return bytes.Compare([]byte(a.key), []byte(b.key))
		})
		was := slices.Clone(r.out[first:])
		r.out = r.out[:first]
		for i, m := range members {
			if i > 0 {
				if members[i-1].key == m.key {
					return fmt.Errorf("the key %.80q is there twice", m.key)
				}
				r.out = append(r.out, ',')
			}
			r.out = append(r.out, was[m.from-first:m.to-first]...)
		}
	}
	r.next('}')
	return nil
}

// next steps over one byte of the form and copies it.
func (r *rewriter) next(c byte) {
	r.out = append(r.out, c)
	r.at++
}

// text copies a string and gives what it says.
func (r *rewriter) text() (string, error) {
	from := r.at
	plain := true
	for r.at++; r.in[r.at] != '"'; r.at++ {
		switch c := r.in[r.at]; {
		case c == '\\':
			plain = false
			r.at++
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	r.at++
	raw := r.in[from:r.at]
	if plain {
		r.out = append(r.out, raw...)
		return string(raw[1 : len(raw)-1]), nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", err
	}
	b, err := marshal(s)
	if err != nil {
		return "", err
	}
	r.out = append(r.out, b...)
	return s, nil
}
