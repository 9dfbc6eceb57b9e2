package callup

import (
	"context"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/beacon"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/store"
)

// Lead is how long before the announced moment a list must be sealed. It gives
// the record time to be seen by others, and the clocks room to differ.
const Lead = 10 * time.Minute

// skew is how far our clock may be behind without anybody being able to void a list
// that has drawn them already, elsewhere in the world.
const skew = 5 * time.Minute

// maxAhead bounds how far ahead a moment may be announced.
const maxAhead = 30 * 24 * time.Hour

// SealInput seals the list of a programme.
type SealInput struct {
	Programme string
	// At is the announced moment: of the first round of the beacon from then on,
	// or of the dice.
	At time.Time
	// Beacon announces a round by its number instead. 0 for the first after At.
	Beacon uint64
}

type sealedDetail struct {
	Round     string         `json:"round"`
	Programme string         `json:"programme"`
	Number    int            `json:"number"`
	Sealed    lot.Sealed     `json:"sealed"`
	Source    string         `json:"source"`
	Listed    int            `json:"listed"`
	Groups    []Tally        `json:"groups"`
	KeptOff   map[string]int `json:"kept_off"`
}

// Rested is the reason of those who were called in an earlier round and rest.
const Rested = "rest"

// Seal puts together who can be called today, and seals list, groups, rules and
// the source of randomness in the record. Faults: Invalid when a quota is larger
// than its group (with the smallest change that helps) or the announced moment is
// not far enough in the future; Conflict when a round is open or the programme has
// drawn already this time.
func (s *Service) Seal(ctx context.Context, who actor.Actor, in SealInput) (Round, ledger.Receipt, error) {
	if err := s.allow(who, ActSeal, Resource{Type: "programme", ID: in.Programme}); err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Round{}, ledger.Receipt{}, err
	}
	var r Round
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		rules, err := programme(ctx, tx, in.Programme)
		if err != nil {
			return ledger.Entry{}, err
		}
		before, err := roundsOf(ctx, tx, `WHERE programme = $1 ORDER BY number`, rules.ID)
		if err != nil {
			return ledger.Entry{}, err
		}
		r = Round{ID: id, Programme: rules.ID, Number: len(before) + 1, State: Sealed, Rules: rules, Left: map[string]int{}}
		if err := s.announce(&r, in, s.now()); err != nil {
			return ledger.Entry{}, err
		}
		if err := free(before, rules.Every, s.now()); err != nil {
			return ledger.Entry{}, err
		}
		groups, labels, err := s.list(ctx, tx, &r, before)
		if err != nil {
			return ledger.Entry{}, err
		}
		quotas, err := lot.Quotas(rules, groups)
		if err != nil {
			return ledger.Entry{}, err
		}
		for i, g := range groups {
			r.Groups = append(r.Groups, Tally{Name: g.Name, Label: labels[g.Name], N: len(g.IDs), Quota: quotas[i]})
		}
		if r.Sealed.List, err = lot.ListSum(groups); err != nil {
			return ledger.Entry{}, err
		}
		r.Sealed.Groups = lot.GroupsSum(groups)
		if r.Sealed.Rules, err = lot.RulesSum(rules); err != nil {
			return ledger.Entry{}, err
		}
		if err := insertRound(ctx, tx, &r); err != nil {
			return ledger.Entry{}, err
		}
		n := 0
		for _, g := range groups {
			n += len(g.IDs)
		}
		return ledger.Entry{Kind: "merit.callup.sealed", Subject: "round:" + r.ID,
			Detail: sealedDetail{r.ID, r.Programme, r.Number, r.Sealed, rules.Source, n, r.Groups, r.Left}}, nil
	})
	return r, receipt, err
}

// announce sets the moment before which nobody can know the randomness.
func (s *Service) announce(r *Round, in SealInput, now time.Time) error {
	r.Sealed.Round, r.Sealed.At = r.Number, now.UTC().Truncate(time.Second)
	if r.Rules.Source != lot.Dice {
		if r.Sealed.Beacon = in.Beacon; in.Beacon == 0 {
			r.Sealed.Beacon = s.Chain.After(in.At)
		}
		if r.Sealed.Beacon > beacon.MaxRound {
			return fault.Fields{{Name: "at", Key: "beacon.round", Args: []any{r.Sealed.Beacon}}}.Err()
		}
		if at := s.Chain.At(r.Sealed.Beacon); !at.After(now.Add(Lead)) {
			return fault.Fields{{Name: "at", Key: "callup.seal.past", Args: []any{r.Sealed.Beacon, when(at), when(now.Add(Lead))}}}.Err()
		}
	}
	if r.Rules.Source != lot.Drand {
		r.Sealed.Roll = in.At.UTC().Truncate(time.Second)
		if !r.Sealed.Roll.After(now.Add(Lead)) {
			return fault.Fields{{Name: "at", Key: "callup.seal.soon", Args: []any{when(in.At), when(now.Add(Lead))}}}.Err()
		}
	}
	r.Announced = r.Sealed.Announced(s.Chain)
	if r.Announced.After(now.Add(maxAhead)) {
		return fault.Fields{{Name: "at", Key: "callup.seal.far", Args: []any{when(r.Announced), when(now.Add(maxAhead))}}}.Err()
	}
	return nil
}

// free says whether a programme may draw now: nothing is open, and it has not
// drawn this time. A void round does not count.
func free(before []Round, every string, now time.Time) error {
	for i := range before {
		b := &before[i]
		switch {
		case b.State == Sealed:
			return fault.New(fault.Conflict, "callup.seal.open")
		case b.State == Drawn && period(every, b.Announced) == period(every, now):
			return fault.New(fault.Conflict, "callup.seal.often", b.Number, when(b.DrawnAt))
		}
	}
	return nil
}

// period is the first day of the week, month or quarter of a moment.
func period(every string, t time.Time) day.Day {
	d := day.At(t)
	y, m, _ := d.Time().Date()
	switch every {
	case "week":
		return d - day.Day((int(d.Weekday())+6)%7)
	case "quarter":
		return day.Of(y, (m-1)/3*3+1, 1)
	}
	return day.Of(y, m, 1)
}

// list puts together who can be called, and writes it down.
func (s *Service) list(ctx context.Context, tx *store.Tx, r *Round, before []Round) (groups []lot.Group, labels map[string]string, err error) {
	on := day.At(s.now())
	all, err := s.Candidates(ctx, tx, Query{Levels: r.Rules.Levels, On: on})
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(all, func(a, b Candidate) int { return strings.Compare(a.Person, b.Person) })
	people := make([]string, len(all))
	for i, c := range all {
		people[i] = c.Person
	}
	away, err := s.Absences(ctx, tx, people, on)
	if err != nil {
		return nil, nil, err
	}
	rest, err := rested(ctx, tx, before, r.Rules.Rest)
	if err != nil {
		return nil, nil, err
	}
	labels = map[string]string{}
	for i, c := range all {
		if i > 0 && all[i-1].Person == c.Person {
			return nil, nil, fault.New(fault.Conflict, "callup.seal.twice", clip(c.Name))
		}
		if why := keptOff(r.Rules, away[c.Person], rest[c.Person]); why != "" {
			r.Left[why]++
			if err := insertOff(ctx, tx, r.ID, c.Person, why); err != nil {
				return nil, nil, err
			}
			continue
		}
		name := groupOf(r.Rules.By, c)
		at := slices.IndexFunc(groups, func(g lot.Group) bool { return g.Name == name })
		if at < 0 {
			at = len(groups)
			groups = append(groups, lot.Group{Name: name})
			if r.Rules.By == "unit" {
				labels[name] = c.UnitName
			}
		}
		groups[at].IDs = append(groups[at].IDs, c.Person)
		if err := insertListed(ctx, tx, r.ID, listed{c, name}); err != nil {
			return nil, nil, err
		}
	}
	if len(groups) == 0 {
		return nil, nil, fault.New(fault.Invalid, "callup.seal.nobody", len(all))
	}
	slices.SortFunc(groups, func(a, b lot.Group) int { return strings.Compare(a.Name, b.Name) })
	return groups, labels, nil
}

func groupOf(by string, c Candidate) string {
	switch by {
	case "level":
		return c.Level
	case "unit":
		return c.Unit
	}
	return "all"
}

// keptOff is the rule that keeps somebody off the list, "" for none.
func keptOff(r lot.Rules, away []Absence, rests bool) string {
	for _, k := range AbsenceKinds() {
		if slices.Contains(r.Exempt, k) && slices.ContainsFunc(away, func(a Absence) bool { return a.Kind == k }) {
			return k
		}
	}
	if rests {
		return Rested
	}
	return ""
}
