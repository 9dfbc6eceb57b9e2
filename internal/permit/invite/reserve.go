package invite

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Reserve is a run of letter numbers that an office holds for an outage.
type Reserve struct {
	ID     string
	Office string
	Year   int
	First  int
	Last   int
	At     time.Time
	Day    day.Day
	By     string
	Terms
}

// Terms is what is kept of a reserve besides.
type Terms struct {
	Unit   Unit   `json:"unit"`
	Title  string `json:"title"` // of the post
	Holder string `json:"holder"`
	Why    string `json:"why"`
	File   string `json:"file"` // the signed file, as it was handed out
}

// Number is a number of a reserve.
type Number struct {
	Office  string
	Year    int
	Number  int
	Reserve string
	Code    string
	State   string // free, used, void
	Letter  string
	Why     string
}

// The states of a number.
const (
	Free = "free"
	Used = "used"
	Void = "void"
)

// maxReserve bounds a reserve: enough for a week of an office, few enough to look
// through.
const maxReserve = 50

// ReserveInput draws a reserve.
type ReserveInput struct {
	Office string // unit
	Count  int
	Why    string
}

// reserveFormat is the first line of the signed file.
const reserveFormat = "netral/cadangan-nomor/v1"

// Draw gives an office a reserve of numbers, signed by the key of the house. The
// numbers are taken from the same register as all others, so a number in reserve
// is never given to a letter here.
func (s *Service) Draw(ctx context.Context, who actor.Actor, in ReserveInput) (Reserve, ledger.Receipt, error) {
	var c checker
	c.text("why", in.Why, maxShort)
	c.Add(in.Count >= 1 && in.Count <= maxReserve, "count", "invite.reserve.count", in.Count, maxReserve)
	if err := c.Err(); err != nil {
		return Reserve{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Reserve{}, ledger.Receipt{}, err
	}
	codes := make([]string, in.Count)
	for i := range codes {
		if codes[i], err = s.ids.Text(s.Rand, 10); err != nil {
			return Reserve{}, ledger.Receipt{}, err
		}
	}
	var out Reserve
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		today := s.today()
		hand, err := s.officer(ctx, tx, who, in.Office, today)
		if err != nil {
			return ledger.Entry{}, err
		}
		r := Reserve{ID: id, Office: hand.Unit.ID, Year: today.Time().Year(), Day: today, Terms: Terms{Unit: hand.Unit, Title: hand.Title, Holder: hand.Name, Why: strings.TrimSpace(in.Why)}}
		if r.Last, err = takeNumbers(ctx, tx, r.Office, r.Year, in.Count); err != nil {
			return ledger.Entry{}, err
		}
		r.First = r.Last - in.Count + 1
		signed, err := s.Seal(r.text(codes))
		if err != nil {
			return ledger.Entry{}, err
		}
		r.File = string(signed)
		if err := insertReserve(ctx, tx, &r, who.ID); err != nil {
			return ledger.Entry{}, err
		}
		for i, code := range codes {
			if err := insertNumber(ctx, tx, Number{Office: r.Office, Year: r.Year, Number: r.First + i, Reserve: id, Code: code}); err != nil {
				return ledger.Entry{}, err
			}
		}
		out = r
		return ledger.Entry{Kind: "permit.invite.reserved", Subject: "reserve:" + id, Detail: map[string]any{"reserve": id, "office": r.Office, "year": r.Year, "first": r.First, "last": r.Last}}, nil
	})
	return out, receipt, err
}

// text is what is signed of a reserve: a line each, readable by anybody.
func (r *Reserve) text(codes []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\ncadangan %s\nkantor %s %s\nnama %s\npejabat %s\ntahun %d\ntanggal %s\n", reserveFormat, r.ID, r.Office, r.Unit.Short, oneLine(r.Unit.Name), oneLine(r.Title), r.Year, r.Day)
	for i, code := range codes {
		fmt.Fprintf(&b, "nomor %d %s\n", r.First+i, code)
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Sheaf is a reserve as its file tells it.
type Sheaf struct {
	ID      string
	Office  string
	Short   string
	Name    string
	Title   string
	Year    int
	Day     day.Day
	Numbers []Number
}

// ParseSheaf reads the text of a reserve whose signature was checked. Every line
// counts.
func ParseSheaf(text string) (*Sheaf, error) {
	bad := func(line int) error { return fault.New(fault.Invalid, "invite.sheaf.line", line+1) }
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 8 || lines[0] != reserveFormat {
		return nil, fault.New(fault.Invalid, "invite.sheaf.format", reserveFormat)
	}
	var values [7]string
	for i, name := range []string{"", "cadangan", "kantor", "nama", "pejabat", "tahun", "tanggal"} {
		if i == 0 {
			continue
		}
		v, ok := strings.CutPrefix(lines[i], name+" ")
		if !ok {
			return nil, bad(i)
		}
		values[i] = v
	}
	f := &Sheaf{ID: values[1], Name: values[3], Title: values[4]}
	f.Office, f.Short, _ = strings.Cut(values[2], " ")
	var err error
	if f.Year, err = strconv.Atoi(values[5]); err != nil {
		return nil, bad(5)
	}
	if f.Day, err = day.Parse(values[6]); err != nil {
		return nil, bad(6)
	}
	for i, l := range lines[7:] {
		parts := strings.Split(l, " ")
		if len(parts) != 3 || parts[0] != "nomor" || len(parts[2]) < 10 {
			return nil, bad(7 + i)
		}
		n, err := strconv.Atoi(parts[1])
		if err != nil || n < 1 || i > 0 && n != f.Numbers[i-1].Number+1 {
			return nil, bad(7 + i)
		}
		f.Numbers = append(f.Numbers, Number{Office: f.Office, Year: f.Year, Number: n, Reserve: f.ID, Code: parts[2], State: Free})
	}
	return f, nil
}

// No is a number as it stands on the paper.
func (f *Sheaf) No(n int) string {
	short := f.Short
	if short == "" {
		short = f.Office
	}
	return number(n, short, f.Year)
}

// officer is in which capacity somebody acts for an office today.
func (s *Service) officer(ctx context.Context, tx *store.Tx, who actor.Actor, unit string, on day.Day) (Hand, error) {
	path, err := s.Path(ctx, tx, unit, on)
	if err != nil {
		return Hand{}, err
	}
	r := Resource{Type: "letters", ID: unit, Attrs: map[string]any{"unit": unit}}
	place(r.Attrs, path)
	lent, err := s.lentTo(ctx, tx, who)
	if err != nil {
		return Hand{}, err
	}
	if lent {
		r.Attrs["delegates"] = []string{who.Person}
	}
	if err := s.allow(who, ActOffice, r); err != nil {
		return Hand{}, err
	}
	if who.Person == "" {
		return Hand{}, fault.New(fault.Denied, "invite.power.person")
	}
	if len(path) == 0 {
		return Hand{}, fault.New(fault.NotFound, "invite.office.none", clip(unit))
	}
	seats, err := s.Seats(ctx, tx, unit, []string{path[len(path)-1].Kind}, on)
	if err != nil {
		return Hand{}, err
	}
	for _, st := range seats {
		if st.Unit.ID == unit {
			return s.hand(ctx, tx, who.Person, st, on)
		}
	}
	return Hand{}, fault.New(fault.NotFound, "invite.office.none", clip(unit))
}

// Spoil says that a number of a reserve will not be used: the form was spoiled, or
// the year is over.
func (s *Service) Spoil(ctx context.Context, who actor.Actor, reserve string, n int, why string) (Reserve, ledger.Receipt, error) {
	var c checker
	c.text("why", why, maxShort)
	if err := c.Err(); err != nil {
		return Reserve{}, ledger.Receipt{}, err
	}
	var out Reserve
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		r, x, err := s.reserved(ctx, tx, who, reserve, n)
		if err != nil {
			return ledger.Entry{}, err
		}
		x.State, x.Why = Void, strings.TrimSpace(why)
		out = *r
		return ledger.Entry{Kind: "permit.invite.voided", Subject: "reserve:" + r.ID, Detail: map[string]any{"reserve": r.ID, "office": r.Office, "year": r.Year, "number": n, "why": x.Why}}, updateNumber(ctx, tx, *x)
	})
	return out, receipt, err
}

// reserved is a free number of a reserve, for whoever acts for its office. A
// number that is used already is refused with the letter that has it.
func (s *Service) reserved(ctx context.Context, tx *store.Tx, who actor.Actor, reserve string, n int) (*Reserve, *Number, error) {
	r, err := reserveByID(ctx, tx, reserve)
	if err != nil {
		return nil, nil, err
	}
	if _, err := s.officer(ctx, tx, who, r.Office, s.today()); err != nil {
		return nil, nil, err
	}
	list, err := numbers(ctx, tx, `WHERE office = $1 AND year = $2 AND number = $3 AND reserve = $4`, r.Office, r.Year, n, r.ID)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, fault.Fields{{Name: "number", Key: "invite.reserve.foreign", Args: []any{n, r.First, r.Last}}}.Err()
	}
	x := &list[0]
	switch x.State {
	case Used:
		l, err := letterByCode(ctx, tx, x.Letter)
		if err != nil {
			return nil, nil, err
		}
		return nil, nil, fault.New(fault.Conflict, keyReserveTwice, l.No, l.Title, l.On, letterAddress(l.ID))
	case Void:
		return nil, nil, fault.New(fault.Conflict, "invite.reserve.void", n, x.Why)
	}
	return r, x, nil
}

// keyReserveTwice is the key of a number that was used on two papers.
const keyReserveTwice = "invite.reserve.twice"
