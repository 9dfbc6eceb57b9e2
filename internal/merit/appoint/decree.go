package appoint

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// SignInput signs a batch.
type SignInput struct {
	Batch   string
	Version int
	Date    day.Day // of the decree; day.None for today
}

// signed is what the record says of a signature: the sum of the published lines.
type signed struct {
	Batch   string         `json:"batch"`
	Version int            `json:"version"`
	Decree  string         `json:"decree"`
	Date    day.Day        `json:"date"`
	Rows    int            `json:"rows"`
	Kinds   map[string]int `json:"kinds"`
	Sum     string         `json:"sum"`
}

// maxTold is how many obstacles a refusal names.
const maxTold = 50

// Sign gives the decree its number and publishes the roster proof. It is refused
// with all that stands in the way.
func (s *Service) Sign(ctx context.Context, who actor.Actor, in SignInput) (Batch, ledger.Receipt, error) {
	if err := s.allow(who, ActSign, Resource{Type: "batch", ID: in.Batch}); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	var out Batch
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		b, err := batchByID(ctx, tx, in.Batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		switch {
		case in.Version != b.Version:
			return ledger.Entry{}, &fault.Error{Kind: fault.Conflict, Key: keyMoved, Args: []any{in.Version, b.Version}}
		case b.State != Draft:
			return ledger.Entry{}, fault.New(fault.Conflict, "appoint.state."+b.State)
		}
		all, err := proposalsOf(ctx, tx, b.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		for i := range all {
			if all[i].By == who.ID || who.Person != "" && all[i].Proposer == who.Person {
				return ledger.Entry{}, fault.New(fault.Denied, "appoint.sign.own")
			}
		}
		if err := s.apart(ctx, tx, who, b.ID); err != nil {
			return ledger.Entry{}, err
		}
		if err := s.dated(ctx, tx, b, in.Date); err != nil {
			return ledger.Entry{}, err
		}
		if _, err := s.recheck(ctx, tx, b, all); err != nil {
			return ledger.Entry{}, err
		}
		w, err := s.look(ctx, tx, b, all)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := w.unrelated(ctx, tx, who); err != nil {
			return ledger.Entry{}, err
		}
		stand, err := s.obstacles(ctx, tx, w)
		if err != nil {
			return ledger.Entry{}, err
		}
		if len(stand) > 0 {
			f := &fault.Error{Kind: fault.Invalid, Key: "appoint.sign.stands", Args: []any{len(stand)}}
			for _, o := range stand[:min(len(stand), maxTold)] {
				f.Fields = append(f.Fields, fault.Field{Name: o.Post, Key: o.Key, Args: o.Args})
			}
			return ledger.Entry{}, f
		}
		b.Year = b.Signed.Time().Year()
		if b.Number, err = takeNumber(ctx, tx, b.Year, b.Signed); err != nil {
			return ledger.Entry{}, err
		}
		kinds := map[string]int{}
		f := w.file()
		lines := f.Lines()
		if len(lines) > MaxBytes-maxReceipt {
			return ledger.Entry{}, fault.New(fault.TooLarge, "appoint.proof.large", len(lines)>>20, MaxBytes>>20)
		}
		b.State, b.Sum, b.Last, b.Counts, b.Kinds = Signed, Sum(lines), "appoint.last.signed", f.Counts, kinds
		if err := putFile(ctx, tx, b.ID, lines); err != nil {
			return ledger.Entry{}, err
		}
		if err := deleteTable(ctx, tx, "batch", b.ID); err != nil {
			return ledger.Entry{}, err
		}
		rows, seats := map[string]Row{}, w.seats()
		for i := range f.Rows {
			kinds[f.Rows[i].Kind]++
			rows[f.Rows[i].Post] = f.Rows[i]
		}
		for i := range all {
			all[i].Row, all[i].Seat = rows[all[i].Post], seats[all[i].Post]
			if err := updateProposal(ctx, tx, b.ID, &all[i]); err != nil {
				return ledger.Entry{}, err
			}
		}
		if err := updateBatch(ctx, tx, b, who.ID); err != nil {
			return ledger.Entry{}, err
		}
		out = *b
		return ledger.Entry{Kind: KindSigned, Subject: "batch:" + b.ID, Detail: signed{b.ID, b.Version, b.Decree(), b.Signed, len(f.Rows), kinds, b.Sum}}, nil
	})
	return out, receipt, err
}

// KindSigned is the kind of the entry of a signature.
const KindSigned = "merit.appoint.signed"

// dated sets the date of the decree: not in the future, not before the papers that
// it rests on, not before the decree with the number before it.
func (s *Service) dated(ctx context.Context, tx *store.Tx, b *Batch, on day.Day) error {
	today := day.At(s.Now())
	if on == day.None {
		on = today
	}
	var c checker
	c.past("date", on, today)
	if b.Minutes != nil {
		c.Add(b.Minutes.Date <= on, "date", "appoint.sign.minutes", on, b.Minutes.Number, b.Minutes.Date)
	}
	for _, a := range b.Approvals {
		c.Add(a.Date <= on, "date", "appoint.sign.approval", on, a.Number, a.Date)
	}
	c.Add(on <= b.Effective, "date", "appoint.sign.effective", on, b.Effective)
	n, last, err := lastDecree(ctx, tx, on.Time().Year())
	if err != nil {
		return err
	}
	if n > 0 {
		c.Add(last <= on, "date", "appoint.sign.order", on, n, last)
	}
	b.Signed = on
	return c.Err()
}

// The kinds of transition.
const (
	Promotion    = "promotion"
	Rotation     = "rotation"     // same height, same agency
	Transfer     = "transfer"     // same height, another agency; or between structure and function
	Demotion     = "demotion"     // lower
	Confirmation = "confirmation" // the same post
	First        = "first"        // no definitive post before
)

// Kinds lists them.
func Kinds() []string {
	return []string{Promotion, Rotation, Transfer, Demotion, Confirmation, First}
}

// kind derives the kind of a transition from the posts.
func kind(from *Post, to Post) string {
	if from == nil {
		return First
	}
	if from.ID == to.ID {
		return Confirmation
	}
	switch a, b := height(*from), height(to); {
	case a == 0 || b == 0: // functional posts have a ladder of their own
		return Transfer
	case b > a:
		return Promotion
	case b < a:
		return Demotion
	}
	if from.Agency == to.Agency {
		return Rotation
	}
	return Transfer
}

// height orders structural posts: by echelon where there is one, else by level.
// 0 for functional posts.
func height(p Post) int {
	grade := 5
	switch p.Level {
	case "jpt_madya":
		grade = 1
	case "jpt_pratama":
		grade = 2
	case "administrator":
		grade = 3
	case "pengawas":
		grade = 4
	case functional:
		return 0
	}
	h := 10 * (6 - grade)
	if strings.HasSuffix(p.Echelon, ".a") {
		h += 2
	} else if strings.HasSuffix(p.Echelon, ".b") {
		h++
	}
	return h
}

// file is the roster proof of a batch that is being signed.
func (w *sight) file() *File {
	b := w.batch
	f := &File{Head: Head{Format: Format, Decree: b.Decree(), Date: b.Signed, Title: b.Title, Effective: b.Effective, Authority: b.Authority, Approvals: b.Approvals}}
	for i := range w.all {
		p := &w.all[i]
		to := w.posts[p.Post]
		r := Row{Person: p.Person, Name: w.name(p.Person), Post: p.Post, Title: to.Title, Agency: to.Agency, Level: to.Level, Seats: max(to.Seats, 1), Held: len(to.Holders), Eligible: p.Verdict.Answer, Reason: p.Exception}
		if r.Eligible == Yes && p.Against == "" {
			r.Reason = ""
		}
		var from *Post
		if x, ok := w.posts[w.people[p.Person].Post]; ok && x.ID != "" {
			from = &x
			r.From, r.FromTitle = x.ID, x.Title
		}
		r.Kind = kind(from, to)
		f.Rows = append(f.Rows, r)
	}
	slices.SortFunc(f.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(rank(a.Level), rank(b.Level)), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Post, b.Post))
	})
	for i := range f.Rows {
		f.Rows[i].No = i + 1
	}
	f.Head.Rows, f.Counts = len(f.Rows), count(f.Rows)
	return f
}
