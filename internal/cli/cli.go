// Package cli is what all commands share: the world a command runs in, how a
// fault is said on a terminal, and which exit code it has.
package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/text"
)

// Env is the world of one run. Commands take everything from it and nothing
// from package os, so that a test can be the world.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Text           *text.Catalogue
	Lang           string
	User           string // name of the operating-system user, for records
	Now            func() time.Time
	Terminal       bool // Stderr is a terminal: progress may be drawn
}

// Who is the actor at the command line.
func (e *Env) Who() actor.Actor { return actor.OS(e.User, e.Lang) }

// T is the message of a key in the language of the run.
func (e *Env) T(key string, args ...any) string { return e.Text.T(e.Lang, key, args...) }

// Sayf writes a line to the standard output.
func (e *Env) Sayf(format string, args ...any) { fmt.Fprintf(e.Stdout, format+"\n", args...) }

// Say writes the message of a key to the standard output.
func (e *Env) Say(key string, args ...any) { fmt.Fprintln(e.Stdout, e.T(key, args...)) }

// JSON writes v as one indented object.
func (e *Env) JSON(v any) error {
	enc := json.NewEncoder(e.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// exit codes of the kinds of fault. 1 is also the code of a check that ran and
// found something wrong.
var exits = map[fault.Kind]int{
	fault.Internal: 1,
	fault.Invalid:  2,
	fault.TooLarge: 2,
	fault.Denied:   3,
	fault.NotFound: 4,
	fault.Conflict: 5,
	fault.Busy:     6,
	fault.SignIn:   3,
	fault.Stale:    5,
	fault.TooMany:  6,
}

// ExitCode is the exit code of a fault; 0 for none.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	return exits[fault.Of(err).Kind]
}

// Fail says a fault on the standard error, with its fields and what to do, and
// returns its exit code. The cause of an internal fault is shown too: whoever
// types commands runs the service.
func (e *Env) Fail(err error) int {
	f := fault.Of(err)
	fmt.Fprintf(e.Stderr, "netral: %s\n", e.Text.Fault(e.Lang, f))
	for _, field := range f.Fields {
		fmt.Fprintf(e.Stderr, "  %s: %s\n", field.Name, e.Text.Field(e.Lang, field))
	}
	if hint := e.Text.Hint(e.Lang, f); hint != "" {
		fmt.Fprintf(e.Stderr, "  %s\n", hint)
	}
	if f.Err != nil {
		for line := range strings.SplitSeq(strings.TrimSpace(f.Err.Error()), "\n") {
			fmt.Fprintf(e.Stderr, "  %s\n", line)
		}
	}
	return ExitCode(err)
}

// Wrap breaks a text at spaces so that no line is wider than width characters,
// each line after the first indented.
func Wrap(s, indent string, width int) string {
	var b strings.Builder
	col := 0
	for i, w := range strings.Fields(s) {
		n := len([]rune(w))
		switch {
		case i == 0:
		case col+1+n > width:
			b.WriteString("\n" + indent)
			col = len(indent)
		default:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(w)
		col += n
	}
	return b.String()
}
