package callup

import (
	"context"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/store"
	"netral/internal/text"
)

// BeaconInput hands in the announced round of drand.
type BeaconInput struct {
	Round     string // of the programme
	Number    uint64 // of the beacon
	Signature string
}

type beaconDetail struct {
	Round     string     `json:"round"`
	Source    lot.Source `json:"source"`
	WouldDraw string     `json:"would_draw,omitempty"` // sum of the file of a void round
}

// Beacon takes in the signature of the announced round, from anybody: it is
// checked with the network's public key. When nothing else is wanted the draw
// follows in the same write. Of a void round it shows what would have been drawn.
// Faults: Invalid for another round and for a signature that is not of it;
// Conflict when the round has its randomness.
func (s *Service) Beacon(ctx context.Context, who actor.Actor, in BeaconInput) (Round, ledger.Receipt, error) {
	if err := s.allow(who, ActBeacon, Resource{Type: "round", ID: in.Round}); err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	in.Signature = strings.ToLower(strings.TrimSpace(in.Signature))
	// A pairing takes milliseconds, and anybody may ask for one: outside of the write,
	// which all others wait for.
	var r Round
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if r, err = round(ctx, tx, in.Round); err != nil {
			return err
		}
		return s.announced(&r, in)
	})
	if err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	random, err := s.Chain.Verify(in.Number, in.Signature)
	if f := fault.Of(err); f != nil {
		return Round{}, ledger.Receipt{}, fault.Fields{{Name: "signature", Key: f.Key, Args: f.Args}}.Err()
	}
	return s.random(ctx, who, in.Round, "merit.callup.lit", func(_ context.Context, _ *store.Tx, r *Round) error {
		if err := s.announced(r, in); err != nil {
			return err
		}
		r.Source.Chain, r.Source.Round, r.Source.Signature, r.Source.Randomness = s.Chain.Name, in.Number, in.Signature, random
		return nil
	})
}

// announced says whether a round waits for the beacon's round that is handed in.
func (s *Service) announced(r *Round, in BeaconInput) error {
	switch {
	case r.State == Drawn:
		return fault.New(fault.Conflict, "callup.round.drawn", when(r.DrawnAt))
	case r.Rules.Source == lot.Dice:
		return fault.New(fault.Invalid, "callup.beacon.none")
	case r.Source.Randomness != "":
		return fault.New(fault.Conflict, "callup.beacon.there", r.Source.Round)
	}
	if at := s.Chain.At(in.Number); in.Number > 0 && !at.After(r.Sealed.At) {
		return fault.Fields{{Name: "number", Key: "callup.beacon.before", Args: []any{in.Number, when(at), when(r.Sealed.At)}}}.Err()
	}
	if in.Number != r.Sealed.Beacon {
		return fault.Fields{{Name: "number", Key: "callup.beacon.other", Args: []any{in.Number, r.Sealed.Beacon}}}.Err()
	}
	return nil
}

// DiceInput is what one of two people typed.
type DiceInput struct {
	Round     string
	Digits    string // 1 to 6, spaces between them do not matter
	Witnesses string // who stood by, as the minutes name them
}

// diceDetail is what one of the two typed, and who they say stood by.
type diceDetail struct {
	Actor     string    `json:"actor"`
	Person    string    `json:"person"`
	Digits    string    `json:"digits"`
	Witnesses string    `json:"witnesses"`
	At        time.Time `json:"at"`
}

// RollDice takes in dice as rolled. The first person's digits are kept and shown to
// nobody; when a second person, who is another, types the same, they count. An account
// that nobody of the roster is behind may be anybody's, and types none. Faults:
// Conflict when the two differ, with both in it; then each may look into the minutes
// and type again; Denied for a person who has typed with another account.
func (s *Service) RollDice(ctx context.Context, who actor.Actor, in DiceInput) (Round, ledger.Receipt, error) {
	if err := s.allow(who, ActDice, Resource{Type: "round", ID: in.Round}); err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	if who.Person == "" {
		return Round{}, ledger.Receipt{}, fault.New(fault.Denied, "callup.dice.nobody")
	}
	in.Digits = strings.Join(strings.Fields(in.Digits), "")
	in.Witnesses = strings.TrimSpace(in.Witnesses)
	return s.random(ctx, who, in.Round, "merit.callup.rolled", func(ctx context.Context, tx *store.Tx, r *Round) error {
		if r.Rules.Source == lot.Drand {
			return fault.New(fault.Invalid, "callup.dice.none")
		}
		if r.Source.Dice != "" {
			return fault.New(fault.Conflict, "callup.dice.there")
		}
		var f fault.Fields
		f.Add(in.Witnesses != "", "witnesses", "callup.check.empty")
		f.Add(len(in.Witnesses) <= maxText, "witnesses", "callup.check.long", len(in.Witnesses), maxText)
		if x := fault.Of(lot.Rolled(in.Digits, r.Rules.Dice)); x != nil {
			f.Add(false, "digits", x.Key, x.Args...)
		}
		f.Add(!s.now().Before(r.Sealed.Roll), "digits", "callup.dice.early", when(r.Sealed.Roll))
		if err := f.Err(); err != nil {
			return err
		}
		before, err := diceOf(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		for _, d := range before {
			if d.Actor == who.ID {
				continue
			}
			if d.Person == who.Person {
				return fault.New(fault.Denied, "callup.dice.same")
			}
			if d.Digits != in.Digits {
				return &fault.Error{Kind: fault.Conflict, Key: "callup.dice.differ",
					Fields: fault.Fields{{Name: "digits", Key: "callup.dice.both", Args: []any{firstDifferent(d.Digits, in.Digits), fives(d.Digits), fives(in.Digits)}}}}
			}
			r.Source.Dice = in.Digits
		}
		r.Typed = len(before) + 1
		return putDice(ctx, tx, r.ID, typed{Actor: who.ID, Person: who.Person, Digits: in.Digits, Witnesses: in.Witnesses, At: s.now()})
	})
}

// fives writes dice so that they can be read and compared.
func fives(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%5 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func firstDifferent(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i + 1
		}
	}
	return min(len(a), len(b)) + 1
}

// random takes in randomness and, when it is complete, draws.
func (s *Service) random(ctx context.Context, who actor.Actor, id, kind string, take func(context.Context, *store.Tx, *Round) error) (Round, ledger.Receipt, error) {
	entry, err := s.sealedEntry(ctx, id)
	if err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	var r Round
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if r, err = round(ctx, tx, id); err != nil {
			return ledger.Entry{}, err
		}
		if r.State == Drawn {
			return ledger.Entry{}, fault.New(fault.Conflict, "callup.round.drawn", when(r.DrawnAt))
		}
		if err := take(ctx, tx, &r); err != nil {
			return ledger.Entry{}, err
		}
		r.Sealed.Entry = entry
		if !complete(&r) {
			if err := updateRound(ctx, tx, &r, []byte{}); err != nil {
				return ledger.Entry{}, err
			}
			typed, err := diceOf(ctx, tx, r.ID)
			return ledger.Entry{Kind: kind, Subject: "round:" + r.ID, Detail: handedDetail{r.ID, r.Source, minutes(typed)}}, err
		}
		f, raw, err := s.file(ctx, tx, &r)
		if err != nil {
			return ledger.Entry{}, err
		}
		if r.State == Void {
			// Everybody sees whom the void round would have drawn; nobody is called.
			if err := updateRound(ctx, tx, &r, raw); err != nil {
				return ledger.Entry{}, err
			}
			return ledger.Entry{Kind: "merit.callup.shown", Subject: "round:" + r.ID, Detail: beaconDetail{Round: r.ID, Source: r.Source, WouldDraw: r.FileSum}}, nil
		}
		return s.draw(ctx, tx, &r, f, raw)
	})
	return r, receipt, err
}

// handedDetail is what was handed in, when something is still wanted.
type handedDetail struct {
	Round  string       `json:"round"`
	Source lot.Source   `json:"source"`
	Dice   []diceDetail `json:"dice,omitempty"`
}

func minutes(list []typed) (out []diceDetail) {
	for _, d := range list {
		out = append(out, diceDetail(d))
	}
	return out
}

func complete(r *Round) bool {
	return (r.Rules.Source == lot.Dice || r.Source.Randomness != "") && (r.Rules.Source == lot.Drand || r.Source.Dice != "")
}

// sealedEntry is where in the record a round was sealed.
func (s *Service) sealedEntry(ctx context.Context, id string) (int64, error) {
	list, err := s.Book.Entries(ctx, 0, 1, ledger.Filter{Kind: "merit.callup.sealed", Subject: "round:" + id})
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, fault.New(fault.NotFound, "callup.round.none", clip(id))
	}
	return list[0].Index, nil
}

// VoidInput declares a round void.
type VoidInput struct {
	Round string
	Why   string // one of Grounds
	Note  string // what was wrong, for everybody to read
}

type voidDetail struct {
	Round string `json:"round"`
	Why   string `json:"why"`
	Note  string `json:"note"`
}

// Void declares a round void on a ground of the rules, which must be there: the
// list is wrong, as long as nobody can know the randomness; the time for handing
// it in is over; or what was sealed is not there any more. Faults: Invalid when the
// ground is not there, with what is.
func (s *Service) Void(ctx context.Context, who actor.Actor, in VoidInput) (Round, ledger.Receipt, error) {
	if err := s.allow(who, ActVoid, Resource{Type: "round", ID: in.Round}); err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	in.Note = strings.TrimSpace(in.Note)
	var f fault.Fields
	f.Add(in.Note != "", "note", "callup.check.empty")
	f.Add(len(in.Note) <= maxText, "note", "callup.check.long", len(in.Note), maxText)
	if err := f.Err(); err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	var r Round
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		var err error
		if r, err = round(ctx, tx, in.Round); err != nil {
			return ledger.Entry{}, err
		}
		if r.State != Sealed {
			return ledger.Entry{}, fault.New(fault.Conflict, "callup.void.state", text.Key("callup.round_state."+r.State))
		}
		if err := s.ground(ctx, tx, &r, in.Why); err != nil {
			return ledger.Entry{}, err
		}
		r.State, r.VoidAt, r.VoidWhy, r.VoidNote = Void, s.now(), in.Why, in.Note
		if err := updateRound(ctx, tx, &r, []byte{}); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.callup.voided", Subject: "round:" + r.ID, Detail: voidDetail{r.ID, in.Why, in.Note}}, nil
	})
	return r, receipt, err
}

// ground says whether a ground for voiding is there.
func (s *Service) ground(ctx context.Context, tx *store.Tx, r *Round, why string) error {
	switch why {
	case VoidList:
		if until := r.Announced.Add(-skew); !s.now().Before(until) {
			return fault.Fields{{Name: "why", Key: "callup.void.known", Args: []any{when(until), when(r.Announced)}}}.Err()
		}
	case VoidLate:
		if !r.Voidable(s.now()) {
			return fault.Fields{{Name: "why", Key: "callup.void.early", Args: []any{when(r.Announced.Add(time.Duration(r.Rules.LateHours) * time.Hour))}}}.Err()
		}
	case VoidChanged:
		list, err := listOf(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if changes(r, list) == nil {
			return fault.Fields{{Name: "why", Key: "callup.void.whole"}}.Err()
		}
	default:
		return fault.Fields{{Name: "why", Key: "callup.check.one", Args: []any{clip(why), Grounds()}}}.Err()
	}
	return nil
}
