package callup

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/store"
)

// allow asks, and refuses when nobody can be asked.
func (s *Service) allow(who actor.Actor, action string, r Resource) error {
	if s.Allow == nil {
		return fault.New(fault.Denied, "callup.denied")
	}
	return s.Allow(who, action, r)
}

// secret keeps the questions of a call unknown until it is opened. All else that
// they are drawn from is published with the draw, hours before.
func (s *Service) secret() (string, error) {
	b, err := s.ids.Bytes(s.Rand, 16)
	return hex.EncodeToString(b), err
}

func clip(s string) string {
	r := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(r)
}

// Levels lists the levels of posts that a programme may call.
func Levels() []string { return []string{"jpt_madya", "jpt_pratama", "administrator", "pengawas"} }

// Bys lists what may make the groups of a programme.
func Bys() []string { return []string{"level", "unit", "all"} }

// Everies lists how often a programme may draw.
func Everies() []string { return []string{"week", "month", "quarter"} }

// Limits of a programme.
const (
	maxText   = 2000
	maxTitle  = 120
	maxDrawn  = 5000
	maxPanel  = 9
	maxRubric = 12
	maxPoints = 100
)

func within(f *fault.Fields, name string, n, low, high int) {
	f.Add(n >= low && n <= high, name, "callup.check.range", n, low, high)
}

func someOf(f *fault.Fields, name string, list, of []string, empty bool) {
	f.Add(empty || len(list) > 0, name, "callup.check.empty")
	for i, x := range list {
		f.Add(slices.Contains(of, x), name, "callup.check.one", clip(x), of)
		f.Add(!slices.Contains(list[:i], x), name, "callup.check.twice", clip(x))
	}
}

// Check lists what is wrong with the rules of a programme.
func Check(r lot.Rules) fault.Fields {
	var f fault.Fields
	f.Add(idOK(r.ID), "id", "callup.check.id", clip(r.ID))
	n := utf8.RuneCountInString(strings.TrimSpace(r.Title))
	f.Add(n > 0, "title", "callup.check.empty")
	f.Add(n <= maxTitle, "title", "callup.check.long", n, maxTitle)
	someOf(&f, "levels", r.Levels, Levels(), false)
	f.Add(slices.Contains(Everies(), r.Every), "every", "callup.check.one", clip(r.Every), Everies())
	f.Add(slices.Contains(Bys(), r.By), "by", "callup.check.one", clip(r.By), Bys())
	within(&f, "count", r.Count, 1, maxDrawn)
	sum := 0
	for i, q := range r.Quotas {
		f.Add(q.Group != "" && q.N >= 0, "quotas", "callup.check.quota", clip(q.Group), q.N)
		f.Add(!slices.ContainsFunc(r.Quotas[:i], func(o lot.Quota) bool { return o.Group == q.Group }), "quotas", "callup.check.twice", clip(q.Group))
		sum += q.N
	}
	f.Add(len(r.Quotas) == 0 || sum == r.Count, "quotas", "callup.check.sum", sum, r.Count)
	within(&f, "substitutes", r.Substitutes, 0, 100)
	within(&f, "rest", r.Rest, 0, 60)
	within(&f, "notice_hours", r.NoticeHours, 1, 720)
	someOf(&f, "exempt", r.Exempt, AbsenceKinds(), true)
	someOf(&f, "excuse", r.Excuse, AbsenceKinds(), true)
	f.Add(slices.Contains(lot.Sources(), r.Source), "source", "callup.check.one", clip(r.Source), lot.Sources())
	if r.Source == lot.Drand {
		f.Add(r.Dice == 0, "dice", "callup.check.range", r.Dice, 0, 0)
	} else {
		within(&f, "dice", r.Dice, lot.MinDice, 200)
	}
	within(&f, "late_hours", r.LateHours, 1, 168)
	within(&f, "panel", r.Panel, 2, maxPanel)
	within(&f, "questions", r.Questions, 1, 20)
	within(&f, "reply_days", r.ReplyDays, 1, 30)
	f.Add(len(r.Rubric) > 0 && len(r.Rubric) <= maxRubric, "rubric", "callup.check.rubric", len(r.Rubric), maxRubric)
	for i, c := range r.Rubric {
		f.Add(idOK(c.ID) && strings.TrimSpace(c.Title) != "", "rubric", "callup.check.criterion", clip(c.ID), clip(c.Title))
		f.Add(!slices.ContainsFunc(r.Rubric[:i], func(o lot.Criterion) bool { return o.ID == c.ID }), "rubric", "callup.check.twice", clip(c.ID))
		within(&f, "rubric", c.Max, 1, maxPoints)
	}
	return f
}

func idOK(id string) bool {
	return id != "" && len(id) <= 40 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

type changedDetail struct {
	Programme string    `json:"programme"`
	Sum       string    `json:"sum"` // that will seal the rules
	Rules     lot.Rules `json:"rules"`
}

// Change writes a programme, new or anew. Was is the sum of the rules that the writer
// had before them, "" for a new programme. A round that is sealed keeps the rules that
// it was sealed with. Faults: Invalid, Denied; Conflict when the rules are others by
// now, with what they say where the two differ.
func (s *Service) Change(ctx context.Context, who actor.Actor, r lot.Rules, was string) (ledger.Receipt, error) {
	if err := s.allow(who, ActChange, Resource{Type: "programme", ID: r.ID}); err != nil {
		return ledger.Receipt{}, err
	}
	r.Title = strings.TrimSpace(r.Title)
	if err := Check(r).Err(); err != nil {
		return ledger.Receipt{}, err
	}
	whole(&r)
	sum, err := lot.RulesSum(r)
	if err != nil {
		return ledger.Receipt{}, err
	}
	return s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		if err := unchanged(ctx, tx, r, was); err != nil {
			return ledger.Entry{}, err
		}
		if err := putProgramme(ctx, tx, r, who.ID); err != nil {
			return ledger.Entry{}, err
		}
		return ledger.Entry{Kind: "merit.callup.changed", Subject: "programme:" + r.ID, Detail: changedDetail{r.ID, sum, r}}, nil
	})
}

// unchanged says whether a programme is as it was.
func unchanged(ctx context.Context, tx *store.Tx, r lot.Rules, was string) error {
	now, err := programme(ctx, tx, r.ID)
	if errors.Is(err, fault.NotFound) && was == "" {
		return nil
	}
	if err != nil {
		return err
	}
	sum, err := lot.RulesSum(now)
	if err != nil || sum == was {
		return err
	}
	var f fault.Fields
	mine, theirs := formOf(r), formOf(now)
	for _, name := range programmeFields() {
		a, b := strings.Join(mine[name], ", "), strings.Join(theirs[name], ", ")
		f.Add(a == b, name, "callup.programme.now", strings.ReplaceAll(b, "\n", "; "))
	}
	if len(f) == 0 { // sent twice
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Key: "callup.programme.stale", Args: []any{r.ID}, Fields: f}
}

// whole puts empty lists in the place of none: the file has one form.
func whole(r *lot.Rules) {
	for _, list := range []*[]string{&r.Levels, &r.Exempt, &r.Excuse} {
		if *list == nil {
			*list = []string{}
		}
	}
	if r.Quotas == nil {
		r.Quotas = []lot.Quota{}
	}
}

// Programmes lists the programmes.
func (s *Service) Programmes(ctx context.Context) (out []lot.Rules, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = programmes(ctx, tx)
		return err
	})
	return out, err
}

// Programme is one programme, or NotFound.
func (s *Service) Programme(ctx context.Context, id string) (r lot.Rules, err error) {
	err = s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err = programme(ctx, tx, id)
		return err
	})
	return r, err
}
