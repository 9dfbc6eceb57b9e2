package appoint

import (
	"context"
	"slices"
	"strings"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// OpenInput begins a batch.
type OpenInput struct {
	Title     string
	Effective day.Day
	OathDay   day.Day
	Officiant string
	Authority string
	Signer    string
	Decider   string // NIP or id of the signer; "" for who is not in the roster
}

func (in *OpenInput) check(today day.Day) error {
	var c checker
	c.text("title", in.Title, maxShort)
	c.text("officiant", in.Officiant, maxShort)
	c.text("signer", in.Signer, maxShort)
	c.day("effective", in.Effective)
	c.day("oath_day", in.OathDay)
	c.Add(in.Effective >= today || in.Effective < day.First, "effective", "appoint.open.past", in.Effective, today)
	c.Add(in.OathDay >= today || in.OathDay < day.First, "oath_day", "appoint.open.past", in.OathDay, today)
	c.Add(in.Authority == Definitive || in.Authority == Acting, "authority", "appoint.check.one", clip(in.Authority), []string{Definitive, Acting})
	return c.Err()
}

// changed is what the record says of most changes.
type changed struct {
	Batch   string `json:"batch"`
	Version int    `json:"version"`
	What    any    `json:"what,omitempty"`
}

// Open begins a batch.
func (s *Service) Open(ctx context.Context, who actor.Actor, in OpenInput) (Batch, ledger.Receipt, error) {
	if err := s.allow(who, ActPrepare, Resource{Type: "batch"}); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	if err := in.check(day.At(s.Now())); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	id, err := s.ids.ID(s.Rand, s.Now())
	if err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	var b Batch
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		b = Batch{ID: id, State: Draft, Version: 1, Papers: Papers{Title: strings.TrimSpace(in.Title), Effective: in.Effective, OathDay: in.OathDay, Officiant: strings.TrimSpace(in.Officiant),
			Authority: in.Authority, Signer: strings.TrimSpace(in.Signer), Signed: day.None, Oath: day.None, Last: "appoint.last.opened"}}
		if in.Decider != "" {
			found, err := s.one(ctx, tx, "decider", in.Decider)
			if err != nil {
				return ledger.Entry{}, err
			}
			b.Decider = found
		}
		return ledger.Entry{Kind: "merit.appoint.opened", Subject: "batch:" + id, Detail: changed{id, 1, b.Papers}}, insertBatch(ctx, tx, &b, who.ID)
	})
	return b, receipt, err
}

// one is the person that was typed into a field.
func (s *Service) one(ctx context.Context, tx *store.Tx, field, given string) (string, error) {
	given = strings.TrimSpace(given)
	found, err := s.Find(ctx, tx, []string{given})
	if err != nil {
		return "", err
	}
	if found[given] == "" {
		return "", fault.Fields{{Name: field, Key: "appoint.check.person", Args: []any{clip(given)}}}.Err()
	}
	return found[given], nil
}

// change is the frame of all that is done to a batch: one transaction, one entry,
// and the version that the author saw.
func (s *Service) change(ctx context.Context, who actor.Actor, action, id string, version int, states []string, last, kind string, f func(context.Context, *store.Tx, *Batch) (any, error)) (Batch, ledger.Receipt, error) {
	if err := s.allow(who, action, Resource{Type: "batch", ID: id}); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	var out Batch
	receipt, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		b, err := batchByID(ctx, tx, id)
		if err != nil {
			return ledger.Entry{}, err
		}
		if version != b.Version {
			return ledger.Entry{}, &fault.Error{Kind: fault.Conflict, Key: keyMoved, Args: []any{version, b.Version}}
		}
		if !slices.Contains(states, b.State) {
			return ledger.Entry{}, fault.New(fault.Conflict, "appoint.state."+b.State)
		}
		if action != ActOath && action != ActEffect {
			if err := s.apart(ctx, tx, who, b.ID); err != nil {
				return ledger.Entry{}, err
			}
		}
		if last != "" {
			b.Last = last
		}
		what, err := f(ctx, tx, b)
		if err != nil {
			return ledger.Entry{}, err
		}
		if err := updateBatch(ctx, tx, b, who.ID); err != nil {
			return ledger.Entry{}, err
		}
		out = *b
		return ledger.Entry{Kind: kind, Subject: "batch:" + id, Detail: changed{id, b.Version, what}}, nil
	})
	return out, receipt, err
}

// keyMoved is the key of a change that came too late.
const keyMoved = "appoint.batch.moved"

// apart refuses whoever is a candidate of the batch (UU 30/2014 art. 42).
func (s *Service) apart(ctx context.Context, tx *store.Tx, who actor.Actor, id string) error {
	if who.Person == "" {
		return nil
	}
	list, err := proposalsOf(ctx, tx, id)
	if err != nil {
		return err
	}
	for i := range list {
		if slices.Contains(list[i].candidates(), who.Person) {
			return fault.New(fault.Denied, "appoint.self")
		}
	}
	return nil
}

// ProposeInput puts proposals into a batch: all of them or none.
type ProposeInput struct {
	Batch   string
	Version int
	Rows    []ProposalRow
}

// ProposalRow is a proposal as it is typed. People are NIPs or ids.
type ProposalRow struct {
	Post     string
	Person   string
	Proposer string // "" for who types
	Others   []string
	Reason   string
	Single   string
}

// Propose puts proposals into a draft. Whatever is wrong with a row is said about
// the field "rows[3].person", and nothing is written. Minutes and approvals that
// were filed before lapse: they are about a list in which these were not.
func (s *Service) Propose(ctx context.Context, who actor.Actor, in ProposeInput) (Batch, ledger.Receipt, error) {
	return s.propose(ctx, who, in, func(context.Context, *store.Tx) error { return nil })
}

// propose does so, and something else in the same transaction.
func (s *Service) propose(ctx context.Context, who actor.Actor, in ProposeInput, also func(context.Context, *store.Tx) error) (Batch, ledger.Receipt, error) {
	if len(in.Rows) == 0 || len(in.Rows) > maxRows {
		return Batch{}, ledger.Receipt{}, fault.New(fault.Invalid, "appoint.propose.count", len(in.Rows), maxRows)
	}
	codes := make([]string, len(in.Rows))
	for i := range codes {
		var err error
		if codes[i], err = s.ids.Text(s.Rand, 7); err != nil {
			return Batch{}, ledger.Receipt{}, err
		}
	}
	return s.change(ctx, who, ActPrepare, in.Batch, in.Version, []string{Draft}, "appoint.last.proposed", "merit.appoint.proposed", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		rows, bad, err := s.typed(ctx, tx, who, in.Rows)
		if err == nil {
			err = bad.Err()
		}
		if err != nil {
			return nil, err
		}
		had, err := proposalsOf(ctx, tx, b.ID)
		if err != nil {
			return nil, err
		}
		if n := len(had) + len(rows); n > maxRows {
			return nil, fault.New(fault.Invalid, "appoint.propose.count", n, maxRows)
		}
		w, err := s.look(ctx, tx, b, append(slices.Clone(had), rows...))
		if err != nil {
			return nil, err
		}
		f, err := s.wrong(ctx, tx, w, had, rows)
		if err != nil {
			return nil, err
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		verdicts, err := s.verdicts(ctx, tx, pointers(rows), b.Effective)
		if err != nil {
			return nil, err
		}
		pairs := make([]string, len(rows))
		for i := range rows {
			rows[i].Code, rows[i].Verdict = codes[i], verdicts[i]
			if err := insertProposal(ctx, tx, b.ID, &rows[i]); err != nil {
				return nil, err
			}
			pairs[i] = rows[i].Post + "=" + rows[i].Person
		}
		b.Rows = len(had) + len(rows)
		what := proposed{digest(pairs), b.Minutes != nil || len(b.Approvals) > 0}
		b.Minutes, b.Approvals = nil, nil
		return what, also(ctx, tx)
	})
}

// proposed is what the record says of new proposals.
type proposed struct {
	digested
	Lapsed bool `json:"papers_lapsed"`
}

// typed turns what was typed into proposals, and says what is wrong with it.
func (s *Service) typed(ctx context.Context, tx *store.Tx, who actor.Actor, in []ProposalRow) ([]Proposal, fault.Fields, error) {
	var given []string
	for i := range in {
		r := &in[i]
		r.Person, r.Proposer, r.Post = strings.TrimSpace(r.Person), strings.TrimSpace(r.Proposer), strings.TrimSpace(r.Post)
		if r.Proposer == "" {
			r.Proposer = who.Person
		}
		given = append(given, r.Person, r.Proposer)
		others := r.Others[:0:0]
		for _, o := range r.Others {
			if o = strings.TrimSpace(o); o != "" {
				others = append(others, o)
			}
		}
		r.Others = others
		given = append(given, others...)
	}
	found, err := s.Find(ctx, tx, unique(given))
	if err != nil {
		return nil, nil, err
	}
	var c checker
	out := make([]Proposal, len(in))
	person := func(name, given string) string {
		id := found[given]
		c.Add(id != "", name, "appoint.check.person", clip(given))
		return id
	}
	for i := range in {
		r := &in[i]
		at := field(i)
		c.text(at("post"), r.Post, 32)
		c.text(at("reason"), r.Reason, maxLong)
		c.optional(at("single"), r.Single, maxLong)
		c.Add(len(r.Others) <= 20, at("others"), "appoint.propose.many", len(r.Others), 20)
		c.Add(len(r.Others) > 0 || strings.TrimSpace(r.Single) != "", at("single"), "appoint.propose.single")
		p := &out[i]
		p.Post, p.Person = r.Post, person(at("person"), r.Person)
		p.By, p.Reason, p.Single, p.Sworn = who.ID, strings.TrimSpace(r.Reason), strings.TrimSpace(r.Single), day.None
		if r.Proposer == "" {
			c.Add(false, at("proposer"), "appoint.propose.proposer")
		} else {
			p.Proposer = person(at("proposer"), r.Proposer)
		}
		for _, o := range r.Others {
			id := person(at("others"), o)
			c.Add(id == "" || id != p.Person && !slices.Contains(p.Others, id), at("others"), "appoint.propose.other_twice", clip(o))
			p.Others = append(p.Others, id)
		}
	}
	return out, c.Fields, nil
}

// field names the fields of a row.
func field(i int) func(string) string {
	return func(name string) string { return "rows[" + itoa(i) + "]." + name }
}

// Drop takes a proposal out of a draft, with a reason that stays in the record.
func (s *Service) Drop(ctx context.Context, who actor.Actor, batch string, version int, post, why string) (Batch, ledger.Receipt, error) {
	return s.DropMany(ctx, who, batch, version, []string{post}, why)
}

// DropMany takes several out, all of them or none.
func (s *Service) DropMany(ctx context.Context, who actor.Actor, batch string, version int, posts []string, why string) (Batch, ledger.Receipt, error) {
	var c checker
	c.text("why", why, maxLong)
	c.some(posts)
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActPrepare, batch, version, []string{Draft}, "appoint.last.dropped", "merit.appoint.dropped", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		var out []Pair
		var lines []string
		for _, post := range posts {
			p, err := proposalFor(ctx, tx, b.ID, post)
			if err != nil {
				return nil, err
			}
			b.Rows--
			out = append(out, Pair{p.Person, post})
			lines = append(lines, out[len(out)-1].line())
			if err := deleteProposal(ctx, tx, b.ID, post); err != nil {
				return nil, err
			}
		}
		names, err := listed(out, lines)
		return map[string]any{"out": names, "why": strings.TrimSpace(why)}, err
	})
}

// Cancel ends a batch. What was signed is cancelled by who may sign, before any
// tenure has changed; its number stays used.
func (s *Service) Cancel(ctx context.Context, who actor.Actor, batch string, version int, why string) (Batch, ledger.Receipt, error) {
	var c checker
	c.text("why", why, maxLong)
	if err := c.Err(); err != nil {
		return Batch{}, ledger.Receipt{}, err
	}
	return s.change(ctx, who, ActRead, batch, version, []string{Draft, Signed}, "appoint.last.cancelled", "merit.appoint.cancelled", func(ctx context.Context, tx *store.Tx, b *Batch) (any, error) {
		action := ActPrepare
		if b.State == Signed {
			action = ActSign
		}
		if err := s.allow(who, action, Resource{Type: "batch", ID: b.ID}); err != nil {
			return nil, err
		}
		if b.InForce > 0 {
			return nil, fault.New(fault.Conflict, "appoint.cancel.late")
		}
		if err := deleteTable(ctx, tx, "batch", b.ID); err != nil {
			return nil, err
		}
		b.State, b.Why = Cancelled, strings.TrimSpace(why)
		return map[string]string{"decree": b.Decree(), "why": b.Why}, nil
	})
}
