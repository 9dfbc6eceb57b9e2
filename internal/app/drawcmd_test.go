package app

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
)

// A line without end takes no memory, and the next one is read all the same.
func TestReadLine(t *testing.T) {
	in := bufio.NewReaderSize(strings.NewReader("short\n"+strings.Repeat("x", 1000)+"\n"+strings.Repeat("y", 40)+"\n"+strings.Repeat("z", 50)), 16)
	for i, want := range []struct {
		line string
		long bool
		end  bool
	}{{"short\n", false, false}, {"", true, false}, {strings.Repeat("y", 40) + "\n", false, false}, {"", true, true}, {"", false, true}} {
		line, long, err := readLine(in, 41)
		if string(line) != want.line || long != want.long || errors.Is(err, io.EOF) != want.end || err != nil && !want.end {
			t.Errorf("line %d: %q, long %v, %v", i+1, line, long, err)
		}
	}
}
