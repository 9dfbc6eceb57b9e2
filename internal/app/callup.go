package app

import (
	"context"
	"crypto/rand"
	"errors"

	"netral/internal/beacon"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/mail"
	"netral/internal/merit/callup"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/store"
)

// caller makes the service of call-ups: what it asks about people, the roster
// answers.
func (h *house) caller(base string) *callup.Service {
	out := mail.NewOutbox(rand.Reader, h.runner.Wake)
	return &callup.Service{
		Book: h.book, Now: h.now, Rand: rand.Reader, Chain: beacon.Quicknet(),
		Allow:      h.guard.Check,
		Candidates: candidates, Absences: absences, Duties: roster.DutiesOf, Related: related, Names: roster.NamesOf, Find: roster.Known,
		Record: presented,
		Notify: func(ctx context.Context, tx *store.Tx, n callup.Notice) error {
			return h.notice(ctx, tx, out, base, n)
		},
	}
}

// notice mails what concerns somebody, when they have an account with an address.
// An address that cannot be one is left out: a summons stands on the person's own
// page, and no address may stop a draw.
func (h *house) notice(ctx context.Context, tx *store.Tx, out *mail.Outbox, base string, n callup.Notice) error {
	to, lang, err := identity.AddressOf(ctx, tx, n.Person)
	if err != nil || to == "" {
		return err
	}
	body := h.cat.T(lang, n.Key, n.Args...) + "\n\n" + h.cat.T(lang, "callup.notice.more", base+"/kantor/paparan/panggilan/"+n.Call) + "\n"
	err = out.Put(ctx, tx, "", mail.Message{To: to, Subject: h.cat.T(lang, "callup.notice.subject"), Body: body})
	if errors.Is(err, fault.Invalid) {
		h.log.Warn("a notice has no address", "call", n.Call)
		return nil
	}
	return err
}

// candidates are those of the roster who hold a post of the levels.
func candidates(ctx context.Context, tx *store.Tx, q callup.Query) ([]callup.Candidate, error) {
	levels := make([]roster.Level, len(q.Levels))
	for i, l := range q.Levels {
		levels[i] = roster.Level(l)
	}
	list, err := roster.Officials(ctx, tx, levels, q.On)
	if err != nil {
		return nil, err
	}
	out := make([]callup.Candidate, len(list))
	for i, o := range list {
		out[i] = callup.Candidate{Person: o.Person, Name: o.Name, Post: o.Post, Title: o.Title, Unit: o.Unit, UnitName: o.UnitName,
			Level: string(o.Level), Sex: string(o.Sex), Grade: o.Grade, Offices: o.Offices}
	}
	return out, nil
}

// grounds says what the roster's words are to a programme. Duty abroad and study
// are not in the roster yet, so nobody is excused by them.
var grounds = map[string]string{
	roster.AwayLeave: callup.Leave, roster.AwayIll: callup.Illness, roster.AwayActing: callup.Acting, roster.AwayHeadless: callup.Headless,
}

func absences(ctx context.Context, tx *store.Tx, people []string, on day.Day) (map[string][]callup.Absence, error) {
	away, err := roster.Away(ctx, tx, people, on)
	if err != nil {
		return nil, err
	}
	out := map[string][]callup.Absence{}
	for p, list := range away {
		for _, g := range list {
			out[p] = append(out[p], callup.Absence{Kind: grounds[g.Why], Note: g.Paper})
		}
	}
	return out, nil
}

// presented takes a filed result into the merit record.
func presented(ctx context.Context, tx *store.Tx, o callup.Outcome) error {
	return promote.KeepPresented(ctx, tx, promote.Presented{Call: o.Call, Person: o.Person, Title: o.Title, Programme: o.Programme, Number: o.Number,
		Held: o.On, From: o.Filed, Points: o.Points, Most: o.Max, Panel: o.Panel, Reply: o.Reply})
}

// related is the key of the word for what one is to the other.
func related(ctx context.Context, tx *store.Tx, a, b string) (string, error) {
	kind, err := roster.KinOf(ctx, tx, a, b)
	if err != nil || kind == "" {
		return "", err
	}
	return "roster.value." + kind, nil
}
