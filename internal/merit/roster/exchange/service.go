package exchange

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/merit/roster"
	"netral/internal/sheet"
	"netral/internal/store"
	"netral/internal/text"
)

// Service imports and exports. It may be used from many goroutines. All fields
// but Limits, MaxUpload, Wake and Who are needed.
type Service struct {
	Roster *roster.Service
	DB     *store.DB
	Book   *ledger.Book
	Now    func() time.Time
	Rand   io.Reader // need not be safe for concurrent use
	Allow  roster.Allow
	Text   *text.Catalogue
	// Dir is where what is too large for memory waits; the system's folder when
	// empty. Nothing in it outlives a run.
	Dir    string
	Limits sheet.Limits // sheet.Usual when zero
	// MaxUpload is how large a file may be that is sent to a page or to the
	// API; 200 MB when 0. Larger ones are for the command line.
	MaxUpload int64
	// Wake tells the runner of jobs that there is work; may be nil.
	Wake func()
	// Who is an account with its roles of today; false when it is not let in any
	// more. An import that waited is done with what is left of the roles of
	// whoever asked for it. With nil they are as they were.
	Who func(ctx context.Context, id string) (actor.Actor, bool, error)

	rand  sync.Mutex
	piece int   // rows of a change; chunk when 0
	room  int64 // bytes of rows that are kept; mostKept when 0
}

func (s *Service) limits() sheet.Limits {
	if s.Limits == (sheet.Limits{}) {
		return sheet.Usual()
	}
	return s.Limits
}

func (s *Service) random() (string, error) {
	s.rand.Lock()
	defer s.rand.Unlock()
	var b [10]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "", fmt.Errorf("exchange: no randomness: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

func (s *Service) allowed(who actor.Actor, action string) error {
	if s.Allow == nil {
		return fault.New(fault.Denied, "roster.denied")
	}
	return s.Allow(who, action, roster.Resource{Type: "roster"})
}

// checkInput completes what was left out.
func (s *Service) checkInput(in *Input) error {
	if !slices.Contains(Kinds(), in.Kind) {
		return fault.Fields{{Name: "kind", Key: "exchange.kind.unknown", Args: []any{clip(in.Kind), Kinds()}}}.Err()
	}
	if in.AsOf == day.None {
		in.AsOf = day.At(s.Now())
	}
	if in.AsOf < day.First || in.AsOf > day.Last {
		return fault.Fields{{Name: "as_of", Key: "roster.check.day", Args: []any{day.First, day.Last}}}.Err()
	}
	return nil
}

// begin makes a run of a file.
func (s *Service) begin(who actor.Actor, f File, in Input, tell Progress) (*importing, error) {
	if err := s.allowed(who, "roster.import"); err != nil {
		return nil, err
	}
	if err := s.checkInput(&in); err != nil {
		return nil, err
	}
	salt, err := s.random()
	if err != nil {
		return nil, err
	}
	if tell == nil {
		tell = func(string, int64, int64) {}
	}
	im := &importing{s: s, who: who, file: f, in: in, dir: s.Dir, salt: salt, tell: tell}
	im.rep = Report{Kind: in.Kind, Name: f.Name, Size: f.Size, AsOf: in.AsOf}
	return im, nil
}

// DryRun checks every row and writes nothing. Refused rows go to refused as a
// table, when it is not nil. The report is of use also when there is an error.
func (s *Service) DryRun(ctx context.Context, who actor.Actor, f File, in Input, refused io.Writer, tell Progress) (Report, error) {
	im, err := s.begin(who, f, in, tell)
	if err != nil {
		return Report{}, err
	}
	if im.rep.SHA256, err = sum(f); err != nil {
		return im.rep, err
	}
	err = im.dry(ctx, refused)
	if im.cross != nil {
		im.cross.close()
	}
	return im.rep, err
}

// dry is the first two passes.
func (im *importing) dry(ctx context.Context, refused io.Writer) error {
	if err := im.keys(ctx); err != nil {
		return err
	}
	to, err := newRefusals(refused, im.s.Text, im.who.Lang, im.h)
	if err != nil {
		return err
	}
	err = im.check(ctx, to)
	return errors.Join(err, to.close())
}

// Run is how Import is asked to go.
type Run struct {
	Refused io.Writer // where refused rows go; may be nil
	Tell    Progress  // may be nil
	// Resume goes on with an import of the same file and kind that was cut off.
	Resume bool
}

// Import takes a file in. When rows are refused, and not only the good ones were
// asked for, nothing is written and the fault is Invalid "exchange.refused"; the
// report says which.
func (s *Service) Import(ctx context.Context, who actor.Actor, f File, in Input, run Run) (Report, error) {
	im, err := s.begin(who, f, in, run.Tell)
	if err != nil {
		return Report{}, err
	}
	hash, err := sum(f)
	if err != nil {
		return im.rep, err
	}
	var rec *Import
	if run.Resume {
		err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			rec, err = readImport(ctx, tx, `sha256 = $1 AND kind = $2 AND state = 'writing' ORDER BY made DESC LIMIT 1`, hash, in.Kind)
			return err
		})
		if err != nil && !errors.Is(err, fault.NotFound) {
			return im.rep, err
		}
		if err != nil {
			rec = nil
		}
	}
	if rec == nil {
		id, err := s.random()
		if err != nil {
			return im.rep, err
		}
		rec = &Import{ID: id, Kind: in.Kind, Name: clip(f.Name), Size: f.Size, SHA256: hash, Input: im.in, State: Checking, who: who}
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return insertImport(ctx, tx, rec) }); err != nil {
			return im.rep, err
		}
	}
	return s.carry(ctx, im, rec, run.Refused)
}

// carry does an import that is written down, from where it is.
func (s *Service) carry(ctx context.Context, im *importing, rec *Import, refused io.Writer) (Report, error) {
	im.in, im.after = rec.Input, rec.Row
	im.rep.SHA256, im.rep.AsOf, im.rep.From = rec.SHA256, rec.Input.AsOf, rec.Row
	im.also = func(ctx context.Context, tx *store.Tx, row int64, c roster.Counts) error {
		entries := 0
		if c.New+c.Changed > 0 {
			entries = 1
		}
		return advance(ctx, tx, rec.ID, row, c.New, c.Changed, c.Unchanged, entries)
	}
	err := im.all(ctx, rec, refused)
	im.rep.Written = err == nil
	if err == nil { // with what earlier runs wrote
		im.rep.New, im.rep.Changed, im.rep.Same, im.rep.Entries = im.rep.New+rec.New, im.rep.Changed+rec.Altered, im.rep.Same+rec.Same, im.rep.Entries+rec.Entries
	}
	if ctx.Err() != nil {
		return im.rep, err // it goes on another time
	}
	state, trouble := Done, (*Trouble)(nil)
	if f := fault.Of(err); f != nil {
		state, trouble = Failed, troubleOf(f)
		if f.Key == "exchange.refused" || f.Key == "exchange.refused_rest" {
			state = Refused
		}
		if f.Kind == fault.Internal || f.Kind == fault.Busy {
			return im.rep, err // so does this
		}
	}
	bad := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := move(ctx, tx, rec.ID, state, Checking, Ready, Writing); err != nil {
			return err
		}
		if err := dropParts(ctx, tx, rec.ID, "file"); err != nil {
			return err
		}
		return setReport(ctx, tx, rec.ID, &im.rep, trouble)
	})
	return im.rep, errors.Join(err, bad)
}

func (im *importing) all(ctx context.Context, rec *Import, refused io.Writer) (err error) {
	defer func() {
		if im.cross != nil {
			im.cross.close()
		}
	}()
	if err := im.keys(ctx); err != nil {
		return err
	}
	to, err := newRefusals(refused, im.s.Text, im.who.Lang, im.h)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	if err := im.check(ctx, to); err != nil {
		return err
	}
	if im.rep.Refused > 0 && !im.in.Good {
		return im.refusal()
	}
	err = im.s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := move(ctx, tx, rec.ID, Writing, Checking, Ready, Writing)
		return err
	})
	if err != nil {
		return err
	}
	return im.write(ctx, to)
}
