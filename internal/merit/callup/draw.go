package callup

import (
	"context"
	"slices"
	"strings"
	"time"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/sample"
	"netral/internal/store"
)

// groupsOf puts a list into its groups.
func groupsOf(list []listed) (out []lot.Group) {
	for _, l := range list {
		at := slices.IndexFunc(out, func(g lot.Group) bool { return g.Name == l.group })
		if at < 0 {
			at = len(out)
			out = append(out, lot.Group{Name: l.group})
		}
		out[at].IDs = append(out[at].IDs, l.Person)
	}
	slices.SortFunc(out, func(a, b lot.Group) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// changes compares a list and rules with the seal; nil when they are those.
func changes(r *Round, list []listed) error {
	groups := groupsOf(list)
	var f fault.Fields
	sum, err := lot.ListSum(groups)
	if err != nil {
		return err
	}
	f.Add(sum == r.Sealed.List, "list", "callup.seal.changed", r.Sealed.List, sum)
	sum = lot.GroupsSum(groups)
	f.Add(sum == r.Sealed.Groups, "groups", "callup.seal.changed", r.Sealed.Groups, sum)
	if sum, err = lot.RulesSum(r.Rules); err != nil {
		return err
	}
	f.Add(sum == r.Sealed.Rules, "rules", "callup.seal.changed", r.Sealed.Rules, sum)
	if len(f) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Key: "callup.seal.broken", Fields: f}
}

// file makes the published file. A list that is not the sealed one any more is a
// Conflict that shows both sums.
func (s *Service) file(ctx context.Context, tx *store.Tx, r *Round) (*lot.File, []byte, error) {
	list, err := listOf(ctx, tx, r.ID)
	if err != nil {
		return nil, nil, err
	}
	if err := changes(r, list); err != nil {
		return nil, nil, err
	}
	f := &lot.File{Rules: r.Rules, Sealed: r.Sealed, Source: r.Source, Groups: groupsOf(list)}
	if err := f.Draw(); err != nil {
		return nil, nil, err
	}
	raw, err := f.Marshal()
	r.FileSum = sample.Sum(raw)
	return f, raw, err
}

type drawnDetail struct {
	Round  string       `json:"round"`
	Number int          `json:"number"`
	Source lot.Source   `json:"source"`
	Dice   []diceDetail `json:"dice,omitempty"`
	File   string       `json:"file"` // SHA-256 of the published file
	Calls  []drawnCall  `json:"calls"`
}

type drawnCall struct {
	Person string `json:"person"`
	Group  string `json:"group"`
	Place  int    `json:"place"`
	State  string `json:"state"`
	Secret string `json:"secret"` // SHA-256 of it
}

// draw summons who was drawn and publishes the file.
func (s *Service) draw(ctx context.Context, tx *store.Tx, r *Round, f *lot.File, raw []byte) (ledger.Entry, error) {
	r.State, r.DrawnAt = Drawn, s.now()
	if err := updateRound(ctx, tx, r, raw); err != nil {
		return ledger.Entry{}, err
	}
	p, err := newPicking(ctx, tx, r, f)
	if err != nil {
		return ledger.Entry{}, err
	}
	dice, err := diceOf(ctx, tx, r.ID)
	if err != nil {
		return ledger.Entry{}, err
	}
	d := drawnDetail{Dice: minutes(dice), Round: r.ID, Number: r.Number, Source: r.Source, File: r.FileSum}
	for _, g := range f.Groups {
		for range g.Quota {
			made, err := s.next(ctx, tx, p, g.Name, "")
			if err != nil {
				return ledger.Entry{}, err
			}
			for _, c := range made {
				d.Calls = append(d.Calls, drawnCall{c.Person, g.Name, c.Place, c.State, c.commit()})
			}
		}
	}
	return ledger.Entry{Kind: "merit.callup.drawn", Subject: "round:" + r.ID, Detail: d}, nil
}

// picking is the order of a draw and how far down it somebody was called.
type picking struct {
	round   *Round
	order   map[string][]string // group → people, the first first
	at      map[string]int      // group → how many of the order are used up
	offices map[string][]string // person → head posts
	taken   map[string]string   // head post → who of it is called
}

func newPicking(ctx context.Context, tx *store.Tx, r *Round, f *lot.File) (*picking, error) {
	p := &picking{round: r, order: map[string][]string{}, at: map[string]int{}, offices: map[string][]string{}, taken: map[string]string{}}
	list, err := listOf(ctx, tx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		p.offices[l.Person] = l.Offices
	}
	for _, g := range f.Groups {
		if p.order[g.Name], err = f.Order(g.Name); err != nil {
			return nil, err
		}
	}
	calls, err := callsOf(ctx, tx, `WHERE c.round = $1`, r.ID)
	if err != nil {
		return nil, err
	}
	for i := range calls {
		c := &calls[i]
		p.at[c.Group] = max(p.at[c.Group], c.Place)
		if c.Live() {
			p.take(c.Person)
		}
	}
	return p, nil
}

func (p *picking) take(person string) {
	for _, o := range p.offices[person] {
		p.taken[o] = person
	}
}

// other is who of the person's offices is called already.
func (p *picking) other(person string) string {
	for _, o := range p.offices[person] {
		if x := p.taken[o]; x != "" && x != person {
			return x
		}
	}
	return ""
}

// next calls the next of a group. Whose office has its other head called is passed
// over, by rule, and the one after steps in. It gives all calls that it made; the
// last is the one that counts, unless the group is used up.
func (s *Service) next(ctx context.Context, tx *store.Tx, p *picking, group, instead string) (made []Call, err error) {
	for p.at[group] < len(p.order[group]) {
		person := p.order[group][p.at[group]]
		p.at[group]++
		id, err := s.ids.ID(s.Rand, s.Now())
		if err != nil {
			return nil, err
		}
		secret, err := s.secret()
		if err != nil {
			return nil, err
		}
		now := s.now()
		c := Call{ID: id, secret: secret, Round: p.round.ID, Person: person, Group: group, Place: p.at[group], State: Called, At: now, Instead: instead,
			Due: now.Add(time.Duration(p.round.Rules.NoticeHours) * time.Hour)}
		if p.other(person) != "" {
			c.State, c.Why = Passed, "pair"
		}
		if err := insertCall(ctx, tx, &c); err != nil {
			return nil, err
		}
		made = append(made, c)
		if c.State == Passed {
			continue
		}
		p.take(person)
		return made, s.notify(ctx, tx, Notice{Person: person, Key: "callup.notice.called", Args: []any{p.round.Rules.Title, when(c.Due)}, Call: c.ID, Due: c.Due})
	}
	return made, nil
}

func (s *Service) notify(ctx context.Context, tx *store.Tx, n Notice) error {
	if s.Notify == nil {
		return nil
	}
	return s.Notify(ctx, tx, n)
}
