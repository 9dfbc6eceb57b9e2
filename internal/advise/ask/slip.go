package ask

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/rule"
	"netral/internal/store"
)

// KindSlip is the ledger kind of a slip.
const KindSlip = "advise.ask.slipped"

// slipFormat is the first line of a slip file.
const slipFormat = "netral-slip/1"

// MaxSlipBytes bounds a slip file; a real one has some 4 KB.
const MaxSlipBytes = 64 << 10

// SlipInput asks for a slip of a question and its answer.
type SlipInput struct {
	Input
	Words bool `json:"words,omitempty" doc:"Put the question's own words on the slip. Default: the facts only, since words may name people."`
}

// SlipDoc is what a slip says. It is the detail of the ledger entry, and so
// what the proof covers.
type SlipDoc struct {
	Number     string            `json:"number"`
	Text       string            `json:"text,omitempty"`
	On         day.Day           `json:"on"`
	Facts      map[string]string `json:"facts"`
	From       map[string]string `json:"from"`
	Outcome    rule.Outcome      `json:"outcome"`
	Possible   []rule.Outcome    `json:"possible"`
	Missing    []string          `json:"missing,omitempty"`
	Rules      []SlipRule        `json:"rules"`
	Supervisor string            `json:"supervisor,omitempty"`
	Book       BookRef           `json:"book"`
	Calendar   CalendarRef       `json:"calendar"`
	Lang       string            `json:"lang"`
}

// SlipRule is a deciding rule as the slip quotes it.
type SlipRule struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Cites      []string `json:"cites"`
	Confidence string   `json:"confidence"`
	Because    []string `json:"because,omitempty"`
	// Needs are the facts that were not said and on which it depends whether the
	// rule applies; a rule without any applies for certain.
	Needs   map[string]string `json:"needs,omitempty"`
	Certain bool              `json:"certain"`
}

// Slip is a signed slip: the entry of the ledger in full, and the proof that it
// is in the log.
type Slip struct {
	Doc   SlipDoc
	At    time.Time
	Index int64
	Key   string // public key of the log, as the slip names it
	Entry ledger.Receipt
	Proof ledger.Proof
}

// slip is what a slip says of an answer.
func (a *Answer) slip(number, lang string, words bool) SlipDoc {
	d := SlipDoc{
		Number: number, On: a.On, Facts: a.Facts, From: a.From, Outcome: a.Outcome, Possible: list(a.Possible),
		Missing: a.Missing, Rules: []SlipRule{}, Book: a.Book(), Calendar: a.Calendar(), Lang: lang,
	}
	if words {
		d.Text = a.Text
	}
	if s, ok := a.Supervisor(); ok {
		d.Supervisor = s.Body.In(lang)
	}
	for _, r := range a.Deciding() {
		sr := SlipRule{ID: r.Rule.ID, Title: r.Rule.Title.In(lang), Confidence: r.Rule.Confidence, Because: r.Because, Needs: r.Needs, Certain: r.Certain}
		for _, c := range Cites(a.basis.Rules, r.Rule, lang) {
			sr.Cites = append(sr.Cites, c.Instrument+", "+c.Provision)
		}
		d.Rules = append(d.Rules, sr)
	}
	return d
}

// Issue answers a question and keeps the answer as a slip. Who asks is not
// kept: the entry is the same whether a stranger or an officer asked.
func (s *Service) Issue(ctx context.Context, who actor.Actor, in SlipInput) (*Slip, error) {
	a, err := decide(s.Basis(), in.Input, day.At(s.Now()))
	if err != nil {
		return nil, err
	}
	if a.Unread() {
		return nil, fault.New(fault.Invalid, "ask.slip_empty")
	}
	number, err := newNumber(s.Rand)
	if err != nil {
		return nil, err
	}
	doc := a.slip(number, who.Lang, in.Words)
	detail, err := ledger.Encode(doc)
	if err != nil {
		return nil, err
	}
	receipt, err := s.Book.Write(ctx, actor.Anonymous(who.Via, who.Lang), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if err := insertSlip(ctx, tx, number, doc.Outcome); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: KindSlip, Subject: subject(number), Detail: detail}, nil
	})
	if err != nil {
		return nil, err
	}
	return s.proven(ctx, doc, receipt)
}

func subject(number string) string { return "slip:" + number }

func (s *Service) proven(ctx context.Context, doc SlipDoc, r ledger.Receipt) (*Slip, error) {
	p, err := s.Book.Proof(ctx, r.Index)
	if err != nil {
		return nil, fmt.Errorf("prove slip: %w", err)
	}
	return &Slip{Doc: doc, At: r.At, Index: r.Index, Key: s.LogKey, Entry: r, Proof: p}, nil
}

// Find gives a slip that was issued, with a fresh proof. The number is what the
// slip shows; small and capital letters, spaces and hyphens do not matter.
func (s *Service) Find(ctx context.Context, _ actor.Actor, number string) (*Slip, error) {
	n, ok := cleanNumber(number)
	if !ok {
		return nil, fault.New(fault.NotFound, "ask.slip_unknown", clip(number))
	}
	found, err := s.Book.Entries(ctx, 0, 1, ledger.Filter{Kind: KindSlip, Subject: subject(n)})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || found[0].Erased {
		return nil, fault.New(fault.NotFound, "ask.slip_unknown", n)
	}
	r := found[0].Receipt()
	doc, _, err := docOf(r.Body)
	if err != nil {
		return nil, err
	}
	return s.proven(ctx, doc, r)
}

// docOf takes the slip, and the moment it was recorded, out of the entry's body.
func docOf(body []byte) (SlipDoc, time.Time, error) {
	var b struct {
		At     time.Time `json:"at"`
		Detail SlipDoc   `json:"detail"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return SlipDoc{}, time.Time{}, fmt.Errorf("read the entry of a slip: %w", err)
	}
	return b.Detail, b.At.UTC(), nil
}

// Numbers are 80 random bits in Crockford's letters: no I, L, O, U, four groups
// of four, so that they can be read out and typed.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const numberLetters = 16

func newNumber(r io.Reader) (string, error) {
	if r == nil {
		r = rand.Reader
	}
	raw := make([]byte, numberLetters)
	if _, err := io.ReadFull(r, raw); err != nil {
		return "", fmt.Errorf("random number of a slip: %w", err)
	}
	var b strings.Builder
	for i, c := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[c&31])
	}
	return b.String(), nil
}

// cleanNumber reads a number as people type it.
func cleanNumber(s string) (string, bool) {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToUpper(s) {
		switch r {
		case ' ', '-', '\t', '\u00a0':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if n >= numberLetters || !strings.ContainsRune(letters, r) {
			return "", false
		}
		if n > 0 && n%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
		n++
	}
	return b.String(), n == numberLetters
}

// Marshal is the slip as a file: text, a few kilobytes, that holds everything
// needed to check it without a network.
//
//	netral-slip/1
//	key <public key of the log>
//	kind <ledger kind>
//	salt <base64>
//	body <JSON on one line: the entry of the ledger>
//	<empty line>
//	<proof, C2SP tlog-proof>
func (s *Slip) Marshal() []byte {
	var b bytes.Buffer
	b.Grow(len(s.Entry.Body) + 2<<10)
	fmt.Fprintf(&b, "%s\nkey %s\nkind %s\nsalt %s\nbody %s\n\n", slipFormat, s.Key, s.Entry.Kind,
		base64.StdEncoding.EncodeToString(s.Entry.Salt), s.Entry.Body)
	b.Write(s.Proof.Marshal())
	return b.Bytes()
}

// ParseSlip reads a slip file. It is strict: a file that Marshal would not have
// written exactly so is refused, so that no byte can be changed unseen. It does
// not check the proof; Check does.
func ParseSlip(data []byte) (*Slip, error) {
	if len(data) > MaxSlipBytes {
		return nil, fault.New(fault.TooLarge, "ask.slip_large", len(data), MaxSlipBytes)
	}
	bad := func(part string) error { return fault.New(fault.Invalid, "ask.slip_form", part) }
	rest, ok := bytes.CutPrefix(data, []byte(slipFormat+"\n"))
	if !ok {
		return nil, fault.New(fault.Invalid, "ask.slip_not", slipFormat)
	}
	s := &Slip{}
	for _, field := range []string{"key", "kind", "salt", "body"} {
		line, after, ok := bytes.Cut(rest, []byte("\n"))
		value, has := bytes.CutPrefix(line, []byte(field+" "))
		if !ok || !has {
			return nil, bad(field)
		}
		rest = after
		if err := s.set(field, string(value)); err != nil {
			return nil, bad(field)
		}
	}
	proof, ok := bytes.CutPrefix(rest, []byte("\n"))
	if !ok {
		return nil, bad("proof")
	}
	var err error
	if s.Proof, err = ledger.ParseProof(proof); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "ask.slip_form", "proof")
	}
	if s.Doc, s.At, err = docOf(s.Entry.Body); err != nil {
		return nil, bad("body")
	}
	s.Entry.At, s.Index = s.At, s.Proof.Index
	s.Entry.Index = s.Proof.Index
	s.Entry.Leaf = ledger.Leaf(s.Entry.Kind, s.Entry.At, s.Entry.Salt, s.Entry.Body)
	if !bytes.Equal(s.Marshal(), data) {
		return nil, fault.New(fault.Invalid, "ask.slip_form", slipFormat)
	}
	return s, nil
}

func (s *Slip) set(field, value string) (err error) {
	switch field {
	case "key":
		s.Key = value
		err = plainKey(value)
	case "kind":
		s.Entry.Kind = value
	case "salt":
		s.Entry.Salt, err = base64.StdEncoding.DecodeString(value)
	case "body":
		s.Entry.Body = []byte(value)
	}
	return err
}

// plainKey refuses a spelling of a public key that means the same as the usual
// one: capitals in its hash, loose bits at the end of its base64.
func plainKey(vkey string) error {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	_, data, _ := strings.Cut(strings.TrimPrefix(vkey, v.Name()+"+"), "+")
	if raw, err := base64.StdEncoding.DecodeString(data); err != nil || vkey != fmt.Sprintf("%s+%08x+%s", v.Name(), v.KeyHash(), base64.StdEncoding.EncodeToString(raw)) {
		return fmt.Errorf("the key is not written as keys are: %v", err)
	}
	return nil
}

// Check proves the slip: what it says is in the log, and the log's key signed
// for it. With a verifier of nil the key that the slip names is used; then the
// slip is whole, but whether that key is Netral's is for the reader to compare.
func (s *Slip) Check(v note.Verifier) error {
	named, err := note.NewVerifier(s.Key)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "ask.slip_form", "key")
	}
	if v == nil {
		v = named
	}
	if named.Name() != v.Name() || named.KeyHash() != v.KeyHash() {
		return fault.New(fault.Invalid, "ask.slip_key", s.Key, fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash()))
	}
	if s.Entry.Kind != KindSlip {
		return fault.New(fault.Invalid, "ask.slip_kind", clip(s.Entry.Kind), KindSlip)
	}
	if err := s.Proof.Check(s.Entry.Leaf, v); err != nil {
		return fault.Wrap(fault.Invalid, err, "ask.slip_altered")
	}
	return nil
}

// Redo decides the slip's facts again with the book, if it is of the edition
// that answered. Same says whether the outcome and the deciding rules agree.
func (d SlipDoc) Redo(b *rule.Book) (same, able bool) {
	if b == nil || b.SHA256 != d.Book.SHA256 {
		return false, false
	}
	s, err := b.Situation(d.Facts)
	if err != nil {
		return false, true
	}
	again := b.Answer(s, d.On)
	a := Answer{Outcome: again.Outcome, Rules: again.Rules}
	if again.Outcome != d.Outcome {
		return false, true
	}
	deciding := a.Deciding()
	if len(deciding) != len(d.Rules) {
		return false, true
	}
	for i, r := range deciding {
		if r.Rule.ID != d.Rules[i].ID {
			return false, true
		}
	}
	return true, true
}
