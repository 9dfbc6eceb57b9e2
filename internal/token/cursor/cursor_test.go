package cursor_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"netral/internal/fault"
	"netral/internal/token/cursor"
)

func TestCursor(t *testing.T) {
	for _, keys := range [][]string{{"a"}, {"Siti", "197001011990011001"}, {"", "", ""}, {"é\x00\n"}, {strings.Repeat("x", 500)}} {
		c := cursor.Make("people:name", keys...)
		got, err := cursor.Read("people:name", c, len(keys))
		if err != nil || !slices.Equal(got, keys) {
			t.Errorf("%q came back as %q, %v", keys, got, err)
		}
		if _, err := cursor.Read("people:nip", c, len(keys)); !errors.Is(err, fault.Invalid) {
			t.Errorf("a cursor of another list: %v", err)
		}
		if _, err := cursor.Read("people:name", c, len(keys)+1); !errors.Is(err, fault.Invalid) {
			t.Errorf("another number of keys: %v", err)
		}
		for i := range c {
			b := []byte(c)
			if b[i] = 'A'; c[i] == 'A' {
				b[i] = 'B'
			}
			if _, err := cursor.Read("people:name", string(b), len(keys)); err == nil {
				t.Errorf("%s with another letter at %d is read", c, i)
				break
			}
		}
		if _, err := cursor.Read("people:name", c+"\n", len(keys)); err == nil {
			t.Error("a line break behind it is read")
		}
	}
	if keys, err := cursor.Read("x", "", 2); keys != nil || err != nil {
		t.Errorf("the beginning: %v %v", keys, err)
	}
	for name, c := range map[string]string{
		"too long":  cursor.Make("x", strings.Repeat("x", 1000)),
		"too many":  cursor.Make("x", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
		"not UTF-8": cursor.Make("x", "\xff"),
	} {
		if c != "" {
			t.Errorf("%s: %q", name, c)
		}
	}
}

func TestRows(t *testing.T) {
	for asked, want := range map[int]int{0: cursor.DefaultRow, 1: 1, cursor.MaxRows: cursor.MaxRows, cursor.MaxRows + 1: 0, -1: 0} {
		n, err := cursor.Rows(asked)
		if n != want || (err == nil) != (want > 0) {
			t.Errorf("Rows(%d) = %d, %v", asked, n, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("x", cursor.Make("x", "a", "b"), 2)
	f.Add("x", cursor.Make("x"), 0)
	f.Add("", "AQAAAAA", 1)
	f.Add("x", "\n", 0)
	f.Fuzz(func(t *testing.T, list, text string, n int) {
		keys, err := cursor.Read(list, text, n)
		if err == nil && text != "" && cursor.Make(list, keys...) != text {
			t.Fatalf("%q is read as %q and is not how that is written", text, keys)
		}
	})
}
