package appoint

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
)

// Format is the form of a published roster proof: one JSON object a line, the
// head first, then the rows, then the counts, and last the receipt of the
// signature. The sum is of all lines but the receipt.
const Format = "netral-roster/1"

// MaxBytes is how large a file may be.
const MaxBytes = 16 << 20

// maxReceipt is more than any receipt takes: what is published must be read
// again, by everybody.
const maxReceipt = 64 << 10

// Head is the first line.
type Head struct {
	Format    string     `json:"format"`
	Decree    string     `json:"decree"`
	Date      day.Day    `json:"date"`
	Title     string     `json:"title"`
	Effective day.Day    `json:"effective"`
	Authority string     `json:"authority"`
	Approvals []Approval `json:"approvals"`
	Rows      int        `json:"rows"`
}

// Row is a person for a post, as the decree has it. Seats and Held are those of
// the post on the effective date, before anything changes; From is the post that
// the person leaves, so that whether the post is free can be counted.
type Row struct {
	No        int    `json:"no"`
	Person    string `json:"person"`
	Name      string `json:"name"`
	Post      string `json:"post"`
	Title     string `json:"title"`
	Agency    string `json:"agency"`
	Level     string `json:"level"`
	Seats     int    `json:"seats"`
	Held      int    `json:"held"`
	From      string `json:"from"`
	FromTitle string `json:"from_title"`
	Kind      string `json:"kind"`
	Eligible  string `json:"eligible"`
	Reason    string `json:"reason"` // of the exception, where not eligible
}

// Count is how many of a level an agency has in the decree.
type Count struct {
	Agency string `json:"agency"`
	Level  string `json:"level"`
	N      int    `json:"n"`
}

// Receipt shows that the record has the signature.
type Receipt struct {
	Kind  string `json:"kind"`
	At    string `json:"at"`
	Salt  []byte `json:"salt"`
	Body  []byte `json:"body"`
	Proof string `json:"proof"`
}

// File is a roster proof.
type File struct {
	Head    Head
	Rows    []Row
	Counts  []Count
	Receipt *Receipt // nil while the file is not published
}

func rank(level string) int {
	return slices.Index([]string{"jpt_madya", "jpt_pratama", "administrator", "pengawas", "fungsional", "pelaksana"}, level)
}

func count(rows []Row) []Count {
	n := map[[2]string]int{}
	for i := range rows {
		n[[2]string{rows[i].Agency, rows[i].Level}]++
	}
	out := make([]Count, 0, len(n))
	for k, v := range n {
		out = append(out, Count{k[0], k[1], v})
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(rank(a.Level), rank(b.Level)), cmp.Compare(a.Level, b.Level))
	})
	return out
}

// line is the one spelling of a value.
func line(to *bytes.Buffer, v any) {
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("appoint: " + err.Error()) // plain structs and valid text always encode
	}
}

type rowLine struct {
	Row Row `json:"row"`
}

type countLine struct {
	Count Count `json:"count"`
}

type receiptLine struct {
	Receipt Receipt `json:"receipt"`
}

// Lines are all lines but the receipt.
func (f *File) Lines() []byte {
	var b bytes.Buffer
	b.Grow(512 * (len(f.Rows) + 2))
	line(&b, f.Head)
	for i := range f.Rows {
		line(&b, rowLine{f.Rows[i]})
	}
	for i := range f.Counts {
		line(&b, countLine{f.Counts[i]})
	}
	return b.Bytes()
}

// Marshal is the whole file.
func (f *File) Marshal() []byte {
	b := bytes.NewBuffer(f.Lines())
	if f.Receipt != nil {
		line(b, receiptLine{*f.Receipt})
	}
	return b.Bytes()
}

// Sum is the SHA-256 of lines.
func Sum(lines []byte) string {
	sum := sha256.Sum256(lines)
	return hex.EncodeToString(sum[:])
}

// Parse reads a file in its one spelling. Fault: Invalid, naming the line.
func Parse(raw []byte) (*File, error) {
	if len(raw) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "appoint.proof.large", len(raw)>>20, MaxBytes>>20)
	}
	f := &File{}
	n := 0
	bad := func(err error) (*File, error) {
		return nil, fault.Wrap(fault.Invalid, err, "appoint.proof.form", n, Format)
	}
	for rest := raw; len(rest) > 0; {
		n++
		at := bytes.IndexByte(rest, '\n')
		if at < 0 {
			return bad(errors.New("the last line has no end"))
		}
		text := rest[:at+1]
		rest = rest[at+1:]
		if err := f.read(n, text); err != nil {
			return bad(err)
		}
	}
	if n == 0 {
		return bad(errors.New("empty"))
	}
	if !bytes.Equal(f.Marshal(), raw) {
		return bad(errors.New("not the one spelling"))
	}
	return f, nil
}

func (f *File) read(n int, text []byte) error {
	if f.Receipt != nil {
		return errors.New("a line after the receipt")
	}
	decode := func(to any) error {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(to); err != nil {
			return err
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return errors.New("more than one value")
		}
		return nil
	}
	switch {
	case n == 1:
		if err := decode(&f.Head); err != nil {
			return err
		}
		if f.Head.Format != Format {
			return errors.New("another format")
		}
		return nil
	case bytes.HasPrefix(text, []byte(`{"row":`)):
		var l rowLine
		if err := decode(&l); err != nil {
			return err
		}
		if len(f.Counts) > 0 {
			return errors.New("a row after the counts")
		}
		f.Rows = append(f.Rows, l.Row)
		return nil
	case bytes.HasPrefix(text, []byte(`{"count":`)):
		var l countLine
		err := decode(&l)
		f.Counts = append(f.Counts, l.Count)
		return err
	}
	var l receiptLine
	err := decode(&l)
	f.Receipt = &l.Receipt
	return err
}

// Problem is something that does not hold.
type Problem struct {
	Row  int // 0 for the file as a whole
	Key  string
	Args []any
}

// Report is what recomputing found.
type Report struct {
	Sum      string
	Rows     int
	Counts   []Count
	Kinds    map[string]int
	Excepted int
	Problems []Problem
	Keyed    bool // the receipt was checked under the log's key
	Index    int64
}

// Clean reports that everything holds.
func (r *Report) Clean() bool { return len(r.Problems) == 0 }

// Check recomputes a file. With a key it also checks that the record has the
// signature; without one, only that the receipt speaks of these lines.
func (f *File) Check(v note.Verifier) Report {
	r := f.recount(Sum(f.Lines()))
	f.receipt(&r, v)
	return r
}

// recount checks all but the receipt; sum is that of the lines.
func (f *File) recount(sum string) Report {
	r := Report{Sum: sum, Rows: len(f.Rows), Counts: count(f.Rows), Kinds: map[string]int{}}
	add := func(row int, key string, args ...any) { r.Problems = append(r.Problems, Problem{row, key, args}) }
	if f.Head.Rows != len(f.Rows) {
		add(0, "appoint.proof.rows", f.Head.Rows, len(f.Rows))
	}
	if !slices.Equal(f.Counts, r.Counts) {
		add(0, "appoint.proof.counts")
	}
	for _, a := range f.Head.Approvals {
		if a.Date > f.Head.Date {
			add(0, "appoint.sign.approval", f.Head.Date, a.Number, a.Date)
		}
	}
	people, posts, leave := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range f.Rows {
		leave[f.Rows[i].From]++
	}
	for i := range f.Rows {
		x := &f.Rows[i]
		if x.No != i+1 {
			add(i+1, "appoint.proof.number", x.No)
		}
		if at, twice := people[x.Person]; twice {
			add(i+1, "appoint.proof.person", x.Name, at)
		}
		if at, twice := posts[x.Post]; twice {
			add(i+1, "appoint.proof.post", x.Title, at)
		}
		people[x.Person], posts[x.Post] = i+1, i+1
		if x.Seats < 1 || x.Seats-x.Held+leave[x.Post] < 1 {
			add(i+1, "appoint.proof.held", x.Title, x.Seats, x.Held, leave[x.Post])
		}
		if x.Eligible != Yes {
			r.Excepted++
			if x.Reason == "" {
				add(i+1, "appoint.proof.reason", x.Name)
			}
		}
		r.Kinds[x.Kind]++
		if !slices.Contains(Kinds(), x.Kind) || x.Person == "" || x.Post == "" || (x.Kind == Confirmation) != (x.From == x.Post) || (x.Kind == First) != (x.From == "") {
			add(i+1, "appoint.proof.kind", x.Kind)
		}
	}
	return r
}

// receipt checks that the record sealed the lines that were recounted.
func (f *File) receipt(r *Report, v note.Verifier) {
	add := func(key string, args ...any) { r.Problems = append(r.Problems, Problem{0, key, args}) }
	if f.Receipt == nil {
		add("appoint.proof.no_receipt")
		return
	}
	var body struct {
		At     string `json:"at"`
		Detail signed `json:"detail"`
	}
	x := f.Receipt
	if err := json.Unmarshal(x.Body, &body); err != nil || x.Kind != KindSigned || body.Detail.Sum != r.Sum || body.Detail.Decree != f.Head.Decree {
		add("appoint.proof.other", r.Sum)
		return
	}
	// The record's tree has the hour only; the instant stands in the body.
	at, err := time.Parse(time.RFC3339, x.At)
	if sealed, e := time.Parse(time.RFC3339, body.At); err != nil || e != nil || !at.Equal(sealed) {
		add("appoint.proof.broken")
		return
	}
	proof, err := ledger.ParseProof([]byte(x.Proof))
	if err != nil {
		add("appoint.proof.broken")
		return
	}
	r.Index = proof.Index
	if v == nil {
		return
	}
	if proof.Check(ledger.Leaf(x.Kind, at, x.Salt, x.Body), v) != nil {
		add("appoint.proof.broken")
		return
	}
	r.Keyed = true
}
