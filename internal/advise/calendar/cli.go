package calendar

import (
	"bytes"
	"context"
	"io"
	"strings"

	"netral/internal/day"
	"netral/internal/rule"
	"netral/internal/text"
)

// WriteText writes what holds and what changes on a day, for a terminal.
func (s *Service) WriteText(ctx context.Context, w io.Writer, cat *text.Catalogue, lang string, on day.Day) error {
	e, err := s.Current(ctx)
	if err != nil {
		return err
	}
	changes, err := s.Changes(ctx, on)
	if err != nil {
		return err
	}
	state := e.On(on)
	p := printer{cat: cat, lang: lang}
	p.line(0, cat.T(lang, "calendar.text.head", e.ID, on))
	p.line(0, "")
	for _, k := range state.Kinds {
		p.line(0, cat.T(lang, "calendar.kind."+k.Contest))
		p.fact(FactStage, k.Stage)
		p.fact(FactStanding, k.Standing)
		p.fact(FactWindow, k.Window)
		for _, c := range state.Contests {
			if c.Kind != k.Contest {
				continue
			}
			for _, st := range c.Running {
				p.line(2, "• "+st.Title.In(lang)+", "+span(cat, lang, st.From, st.Until))
			}
			if c.Next != nil {
				p.line(2, "  "+cat.T(lang, "calendar.text.next", text.Date(lang, c.Next.From), c.Next.Title))
			}
		}
	}
	if state.Supervisor != nil {
		p.line(0, "")
		p.line(0, cat.T(lang, "calendar.supervisor", state.Supervisor.Title))
	}
	if !changes.Empty() {
		p.changes(changes)
	}
	if changes.Next != nil {
		p.line(0, "")
		p.line(0, cat.T(lang, "calendar.text.change", *changes.Next))
	}
	_, err = w.Write(p.buf.Bytes())
	return err
}

// WriteAmended writes what an amendment did, for a terminal.
func WriteAmended(w io.Writer, cat *text.Catalogue, lang string, a Amended) error {
	p := printer{cat: cat, lang: lang}
	p.line(0, cat.T(lang, "calendar.text.amended", a.Edition.ID, a.Edition.Previous, a.Receipt.Index))
	p.line(0, cat.N(lang, "calendar.editions.count", len(a.Changes)))
	for _, d := range a.Changes {
		var what []string
		for _, part := range []string{d.Contest, d.Title.In(lang)} {
			if part != "" {
				what = append(what, part)
			}
		}
		line := cat.T(lang, "calendar.diff."+d.Kind) + ": " + strings.Join(what, ", ")
		if d.Was != nil && d.Is != nil && *d.Was != *d.Is {
			line += ": " + span(cat, lang, d.Was.From, d.Was.Until) + " → " + span(cat, lang, d.Is.From, d.Is.Until)
		}
		p.line(2, line)
	}
	_, err := w.Write(p.buf.Bytes())
	return err
}

type printer struct {
	buf  bytes.Buffer
	cat  *text.Catalogue
	lang string
}

func (p *printer) line(indent int, s string) {
	if s != "" {
		p.buf.WriteString(strings.Repeat(" ", indent))
		p.buf.WriteString(s)
	}
	p.buf.WriteByte('\n')
}

func (p *printer) fact(fact, value string) {
	p.line(2, p.cat.T(p.lang, "calendar.fact."+fact)+": "+p.cat.T(p.lang, "calendar.value."+fact+"."+value))
}

func (p *printer) turn(o rule.Outcome, why rule.Text) string {
	s := p.cat.T(p.lang, "ui.outcome."+o.String())
	if !why.Zero() {
		s += " (" + why.In(p.lang) + ")"
	}
	return s
}

func (p *printer) changes(ch Changes) {
	cat, lang := p.cat, p.lang
	p.line(0, "")
	p.line(0, cat.T(lang, "calendar.changes.title", ch.Day))
	p.line(0, cat.T(lang, "calendar.changes.midnight"))
	for _, f := range ch.Facts {
		p.line(2, cat.T(lang, "calendar.kind."+f.Contest)+", "+cat.T(lang, "calendar.fact."+f.Fact)+": "+
			cat.T(lang, "calendar.value."+f.Fact+"."+f.Before)+" → "+cat.T(lang, "calendar.value."+f.Fact+"."+f.After))
	}
	lines := func(key string, list []Line) {
		if len(list) == 0 {
			return
		}
		p.line(0, cat.T(lang, key))
		for _, l := range list {
			s := cat.T(lang, "calendar.changes.line", l.Stage.Title, l.Short, span(cat, lang, l.Stage.From, l.Stage.Until))
			if l.Cancelled {
				s += " " + cat.T(lang, "calendar.off")
			}
			p.line(2, s)
		}
	}
	lines("calendar.changes.begins", ch.Begins)
	lines("calendar.changes.ends", ch.Ends)
	for _, b := range ch.Bodies {
		name := func(b *Body) string {
			if b == nil {
				return cat.T(lang, "calendar.changes.nobody")
			}
			return b.Title.In(lang)
		}
		p.line(2, cat.T(lang, "calendar.role."+b.Role)+": "+name(b.Before)+" → "+name(b.After))
	}
	if len(ch.Flips) > 0 {
		p.line(0, cat.T(lang, "calendar.changes.flips"))
		for _, f := range ch.Flips {
			p.line(2, f.Situation.In(lang)+": "+p.turn(f.Before, f.BeforeWhy)+" → "+p.turn(f.After, f.AfterWhy))
		}
	}
}
