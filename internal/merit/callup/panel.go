package callup

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/sample"
	"netral/internal/store"
	"netral/internal/text"
)

// PanelInput names the panel of a call.
type PanelInput struct {
	Call    string
	Members []string // people of the roster
}

type panelDetail struct {
	Call    string   `json:"call"`
	Person  string   `json:"person"`
	Members []string `json:"members"`
}

// NamePanel names who listens and scores. As many as the rules say; nobody twice;
// not the official, and nobody who is related to the official. Faults: Invalid, for
// each member with the reason.
func (s *Service) NamePanel(ctx context.Context, who actor.Actor, in PanelInput) (Call, ledger.Receipt, error) {
	return s.change(ctx, who, ActPanel, in.Call, "merit.callup.panelled", func(ctx context.Context, tx *store.Tx, c *Call) (any, error) {
		if c.State != Called && c.State != Acknowledged {
			return nil, wrongState(c)
		}
		if who.Person != "" && who.Person == c.Person {
			return nil, fault.New(fault.Denied, "callup.panel.own")
		}
		members, err := s.found(ctx, tx, in.Members)
		if err != nil {
			return nil, err
		}
		names, err := s.Names(ctx, tx, members)
		if err != nil {
			return nil, err
		}
		var f fault.Fields
		f.Add(len(members) == c.Rules.Panel, "members", "callup.panel.number", len(members), c.Rules.Panel)
		c.Panel = nil
		for i, m := range members {
			switch {
			case m == c.Person:
				f.Add(false, "members", "callup.panel.self", names[m])
			case slices.Contains(members[:i], m):
				f.Add(false, "members", "callup.check.twice", cmpName(names[m], m))
			case names[m] == "":
				f.Add(false, "members", "callup.panel.unknown", clip(m))
			default:
				kin, err := s.Related(ctx, tx, c.Person, m)
				if err != nil {
					return nil, err
				}
				f.Add(kin == "", "members", "callup.panel.relative", names[m], c.Name, text.Key(kin))
			}
			c.Panel = append(c.Panel, Member{Person: m, Name: names[m]})
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		if err := putPanel(ctx, tx, c.ID, c.Panel); err != nil {
			return nil, err
		}
		for _, m := range c.Panel {
			if err := s.notify(ctx, tx, Notice{Person: m.Person, Key: "callup.notice.panel", Args: []any{c.Title, when(c.Due)}, Call: c.ID, Due: c.Due}); err != nil {
				return nil, err
			}
		}
		return panelDetail{c.ID, c.Person, members}, nil
	})
}

// found turns what was typed into people; empty lines are left out, and what is
// nobody stays as it is, to be said back.
func (s *Service) found(ctx context.Context, tx *store.Tx, given []string) (out []string, err error) {
	for _, m := range given {
		if m = strings.TrimSpace(m); m == "" {
			continue
		}
		if s.Find != nil {
			id, err := s.Find(ctx, tx, m)
			if err != nil {
				return nil, err
			}
			if id != "" {
				m = id
			}
		}
		out = append(out, m)
	}
	return out, nil
}

func cmpName(name, id string) string {
	if name == "" {
		return clip(id)
	}
	return name
}

type openedDetail struct {
	Call      string     `json:"call"`
	Person    string     `json:"person"`
	Secret    string     `json:"secret"`
	Seed      string     `json:"seed"`
	Questions []Question `json:"questions"`
}

// ahead is how long before its time a presentation may be opened. Earlier would take
// from the notice that the rules promise.
const ahead = time.Hour

// Begin opens the presentation: the questions are drawn from the duties of the
// person's own post, so that nobody, the panel and the person included, knew them
// before. The seed is made of that of the round, the group, the person and the secret
// of the call. The record has had the sum of the secret since the summons and now has
// the secret, so the draw can be made again. Faults: Conflict before the time of the
// summons, without a panel, or when the post has no duties written down.
func (s *Service) Begin(ctx context.Context, who actor.Actor, id string) (Call, ledger.Receipt, error) {
	return s.change(ctx, who, ActPanel, id, "merit.callup.opened", func(ctx context.Context, tx *store.Tx, c *Call) (any, error) {
		if c.State != Called && c.State != Acknowledged {
			return nil, wrongState(c)
		}
		if len(c.Panel) == 0 {
			return nil, fault.New(fault.Conflict, "callup.open.panel")
		}
		if from := c.Due.Add(-ahead); s.now().Before(from) {
			return nil, fault.New(fault.Conflict, "callup.open.early", when(from))
		}
		text, err := s.Duties(ctx, tx, c.Post, day.At(s.now()))
		if err != nil {
			return nil, err
		}
		duties := items(text)
		if len(duties) == 0 {
			return nil, fault.New(fault.Conflict, "callup.open.duties", c.PostTitle)
		}
		raw, err := roundFile(ctx, tx, c.Round)
		if err != nil {
			return nil, err
		}
		file, err := lot.Parse(raw)
		if err != nil {
			return nil, err
		}
		seed := sample.Hex(file.Seed + "\n" + c.Group + "\n" + c.Person + "\n" + c.secret)
		drawn, err := sample.Draw(seed, duties, sample.Options{Take: c.Rules.Questions})
		if err != nil {
			return nil, err
		}
		c.Questions = nil
		for _, t := range drawn {
			c.Questions = append(c.Questions, Question{Duty: t.ID, Ticket: sample.Cut(t.Number, lot.Digits)})
		}
		c.State, c.OpenedAt = Open, s.now()
		return openedDetail{c.ID, c.Person, c.secret, seed, c.Questions}, nil
	})
}

// items are the duties of a text, each once: its lines, without bullets and
// numbers; sentences when it has one line only.
func items(text string) []string {
	lines := strings.Split(text, "\n")
	if len(lines) == 1 {
		lines = strings.SplitAfter(text, ". ")
		if len(lines) < 2 {
			lines = strings.Split(text, ";")
		}
	}
	var out []string
	for _, l := range lines {
		l = strings.TrimSpace(l)
		// "1.", "a)", "(2)", "-", "•"
		if mark, rest, ok := strings.Cut(l, " "); ok && utf8.RuneCountInString(mark) <= 4 && (strings.HasSuffix(mark, ".") || strings.HasSuffix(mark, ")") || strings.Trim(mark, "-•*–") == "") {
			l = strings.TrimSpace(rest)
		}
		l = strings.TrimRight(l, ";,. ")
		if utf8.RuneCountInString(l) > 3 && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}
