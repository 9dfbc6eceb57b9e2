package invite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/ledger"
	"netral/internal/store"
)

// The states in which anybody finds a letter.
const (
	PublicValid      = "valid"
	PublicExpired    = "expired"
	PublicWithdrawn  = "withdrawn"
	PublicSuperseded = "superseded"
	PublicUnknown    = "unknown"
	PublicAltered    = "altered"
	PublicReserved   = "reserved" // a number in reserve, of which nothing was entered yet
	PublicVoid       = "void"
)

// PublicStates lists them, the gravest first.
func PublicStates() []string {
	return []string{PublicAltered, PublicUnknown, PublicVoid, PublicWithdrawn, PublicSuperseded, PublicExpired, PublicReserved, PublicValid}
}

// Finding is what anybody learns of a letter by the code on it.
type Finding struct {
	State  string
	Code   string
	Why    string  // key of what tells that it was altered
	Letter *Letter // nil when unknown or in reserve
	Next   *Letter // that replaces it
	Number *Number // in reserve
	Sheet  *Reserve
	File   *Checked // what the signatures of the file say that was uploaded
	Same   bool     // the file is the paper that we keep, byte for byte
}

// digestLength is how much of the sum of a letter stands in its address: enough
// that nobody finds another text with the same.
const digestLength = 16

// digest is what the address on a paper says of its contents.
func digest(sum string) string { return sum[:min(len(sum), digestLength)] }

// tidyCode is a code as somebody types it.
func tidyCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}

// Check looks a letter up by its code. with is the digest that the paper carries,
// "" when it was typed without.
func (s *Service) Check(ctx context.Context, who actor.Actor, code, with string) (Finding, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "letters"}); err != nil {
		return Finding{}, err
	}
	f := Finding{State: PublicUnknown, Code: clip(tidyCode(code))}
	code = tidyCode(code)
	if !asked(code) || code == "" {
		return f, nil
	}
	var body string
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := lettersWhere(ctx, tx, `WHERE id = $1`, code)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return s.held(ctx, tx, &f, code)
		}
		f.Letter = &list[0]
		if body, err = content(ctx, tx, code); err != nil {
			return err
		}
		if f.Letter.Next != "" {
			f.Next, err = letterByCode(ctx, tx, f.Letter.Next)
		}
		return err
	})
	if err != nil || f.Letter == nil {
		return f, err
	}
	f.State = s.standing(f.Letter)
	switch sum, err := s.recorded(ctx, code); {
	case err != nil:
		return f, err
	case sumOf(body) != f.Letter.Sum || sum != f.Letter.Sum:
		f.State, f.Why = PublicAltered, "invite.altered.stored"
	case with != "" && !strings.EqualFold(with, digest(f.Letter.Sum)):
		f.State, f.Why = PublicAltered, "invite.altered.digest"
	}
	return f, nil
}

// held finds a number in reserve by its code.
func (s *Service) held(ctx context.Context, tx *store.Tx, f *Finding, code string) error {
	n, err := numberByCode(ctx, tx, code)
	if err != nil || n == nil {
		return err
	}
	f.Number, f.State = n, PublicReserved
	if n.State == Void {
		f.State = PublicVoid
	}
	f.Sheet, err = reserveByID(ctx, tx, n.Reserve)
	return err
}

// standing is the state of a letter today.
func (s *Service) standing(l *Letter) string {
	switch l.State {
	case Withdrawn:
		return PublicWithdrawn
	case Superseded:
		return PublicSuperseded
	}
	if s.today() > l.Until {
		return PublicExpired
	}
	return PublicValid
}

// recorded is the sum of a letter as the record has it.
func (s *Service) recorded(ctx context.Context, code string) (string, error) {
	e, err := s.signature(ctx, code)
	if err != nil {
		return "", err
	}
	var said struct {
		Detail signed `json:"detail"`
	}
	var b struct {
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return "", err
	}
	if err := json.Unmarshal(b.Detail, &said.Detail); err != nil {
		return "", err
	}
	return said.Detail.Sum, nil
}

// MaxUpload bounds a file that somebody has checked.
const MaxUpload = 5 << 20

// CheckFile looks up a letter by its file: first as the very file that we keep,
// then by the code that somebody typed beside it.
func (s *Service) CheckFile(ctx context.Context, who actor.Actor, file []byte, code string) (Finding, error) {
	if err := s.allow(who, ActPublic, Resource{Type: "letters"}); err != nil {
		return Finding{}, err
	}
	sum := sha256.Sum256(file)
	found := ""
	if s.Given != nil {
		var err error
		if found, err = s.Given(ctx, hex.EncodeToString(sum[:])); err != nil {
			return Finding{}, err
		}
	}
	if found != "" {
		f, err := s.Check(ctx, who, found, "")
		f.Same = true
		return f, err
	}
	f, err := s.Check(ctx, who, code, "")
	if err != nil {
		return f, err
	}
	if s.Inspect != nil {
		if c, err := s.Inspect(file); err == nil {
			f.File = &c
		}
	}
	if f.Letter != nil {
		f.State, f.Why = PublicAltered, "invite.altered.file"
	}
	return f, nil
}

// LetterView is a letter as those see it whom it concerns.
type LetterView struct {
	Letter
	Public string // state for everybody
	Slips  []Slip
	Names  map[string]string
	Mine   bool // a slip of the asker's is due
	Paper  bool // there is a file
	Next   *Letter
	Entry  ledger.Record
	Today  day.Day
	Revoke bool
}

// Letter shows a letter to those whom it concerns.
func (s *Service) Letter(ctx context.Context, who actor.Actor, code string) (LetterView, error) {
	var v LetterView
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := letterByCode(ctx, tx, code)
		if err != nil {
			if e := s.allow(who, ActRead, Resource{Type: "invitation"}); e != nil && !who.Known() {
				return e
			}
			return err
		}
		x, err := invitationByID(ctx, tx, l.Invitation)
		if err != nil {
			return err
		}
		for _, p := range l.People {
			x.Assigned = append(x.Assigned, p.ID)
		}
		r, err := s.resource(ctx, tx, who, x)
		if err != nil {
			return err
		}
		if err := s.allow(who, ActRead, r); err != nil {
			return err
		}
		v = LetterView{Letter: *l, Public: s.standing(l), Paper: s.Press != nil, Today: s.today(), Names: map[string]string{}}
		if v.Slips, err = slips(ctx, tx, `WHERE letter = $1 ORDER BY person`, code); err != nil {
			return err
		}
		for _, p := range l.People {
			v.Names[p.ID] = p.Name
		}
		v.Mine = slices.ContainsFunc(v.Slips, func(sl Slip) bool { return sl.Person == who.Person && who.Person != "" && sl.At.IsZero() })
		v.Revoke = l.State == Valid && s.mayDispose(ctx, tx, who, x) == nil
		if l.Next != "" {
			v.Next, err = letterByCode(ctx, tx, l.Next)
		}
		return err
	})
	if err != nil {
		return v, err
	}
	v.Entry, err = s.signature(ctx, code)
	return v, err
}
