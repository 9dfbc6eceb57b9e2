package letter

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The sections of the frame beside the letterheads.
const (
	footSigned = "kaki segel"       // of a paper that carries a signature
	footPlain  = "kaki tanpa segel" // of one that does not
	demoNote   = "peraga"           // at the head of every page of a demonstration
	sealNote   = "tempat segel"     // where the signature of a sealed paper would stand
)

// frame is what stands around every paper: letterheads, feet, the note of a
// demonstration.
type frame struct {
	heads    map[string]head
	notes    map[string]string
	headings []string // names of the heads, as they stand
}

// head is a letterhead: lines, those with size 1 large, and where the device is.
type head struct {
	centred bool // the device above the lines, no rule; else at the left, with one
	lines   []headLine
}

type headLine struct {
	line  int
	large bool
	text  string
}

// readFrame reads bingkai.md: sections that begin with "## ". A letterhead is
// "## kop NAME" with "tengah" behind it for a centred device; its lines are large
// when they begin with "# ".
func readFrame(file string, raw []byte) (*frame, []Problem) {
	f := &frame{heads: map[string]head{}, notes: map[string]string{}}
	var out []Problem
	bad := func(line int, key string, args ...any) { out = append(out, Problem{file, line, key, args}) }
	if !utf8.Valid(raw) || len(raw) > MaxTemplate {
		bad(1, "letter.template.utf8")
		return nil, out
	}
	known := []string{footSigned, footPlain, demoNote, sealNote}
	name, isHead := "", false
	for i, l := range strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n") {
		l = strings.TrimSpace(l)
		switch title, section := strings.CutPrefix(l, "## "); {
		case l == "" || strings.HasPrefix(l, "%%"):
		case section:
			var kop string
			kop, isHead = strings.CutPrefix(title, "kop ")
			if isHead {
				var mid bool
				name, mid = strings.CutSuffix(kop, " tengah")
				f.heads[name] = head{centred: mid}
				f.headings = append(f.headings, name)
				continue
			}
			name = title
			if !slices.Contains(known, name) {
				bad(i+1, "letter.frame.section", clip(title), known)
			}
			f.notes[name] = ""
		case name == "":
			bad(i+1, "letter.frame.outside", clip(l))
		case isHead:
			h := f.heads[name]
			t, large := strings.CutPrefix(l, "# ")
			h.lines = append(h.lines, headLine{i + 1, large, t})
			f.heads[name] = h
		default:
			f.notes[name] = strings.TrimSpace(f.notes[name] + " " + l)
		}
	}
	for _, k := range known {
		if f.notes[k] == "" {
			bad(1, "letter.frame.lacks", k)
		}
	}
	for _, n := range f.headings {
		if len(f.heads[n].lines) == 0 {
			bad(1, "letter.frame.empty", n)
		}
	}
	return f, out
}
