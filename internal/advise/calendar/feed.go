package calendar

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/text"
)

// event is a stage as calendar programs see it, over all editions.
type event struct {
	key      string // contest and stage, lower case; never changes
	content  content
	sequence int
	created  time.Time
	modified time.Time
	gone     bool // the edition in force no longer has it
}

// content is what an event says. While it is equal from one edition to the
// next the event did not change.
type content struct {
	Contest                  string
	Kind                     string
	Short, Title             rule.Text
	From, Until              day.Day
	Cancelled                bool
	Note, Conflict, Basis    rule.Text
	Confidence               string
	Contingent, Past, Window bool
}

// contents are the events that one edition has: every line of every schedule,
// and the ban on replacing officials. A projected contest has no days and so
// no event.
func (e *Edition) contents() map[string]content {
	out := map[string]content{}
	for i := range e.Contests {
		c := &e.Contests[i]
		of := content{Contest: c.ID, Kind: c.Kind, Short: c.Short, Past: c.Status == StatusHeld}
		for _, s := range c.Stages {
			x := of
			x.Title, x.From, x.Until, x.Cancelled = s.Title, s.From, s.Until, c.Cancelled(s)
			x.Note, x.Conflict, x.Confidence = s.Note, s.Conflict, s.Confidence
			x.Contingent = (s.Contingent || c.Contingent) && c.Status == StatusScheduled
			if s.Instrument != "" {
				x.Basis = e.Instrument(s.Instrument)
			}
			out[strings.ToLower(c.ID+"."+s.ID)] = x
		}
		if from, until, ok := c.WindowDays(); ok {
			x := of
			x.From, x.Until, x.Window = from, until, true
			x.Note, x.Conflict, x.Confidence, x.Basis = c.Window.Note, c.Window.Conflict, c.Window.Confidence, e.Instrument(c.Window.Instrument)
			out[strings.ToLower(c.ID+"."+windowStage)] = x
		}
	}
	return out
}

// events follows every event through the line of editions. An event keeps its
// key for ever; its sequence grows by one with each edition in which it says
// something else, and what an edition no longer has is cancelled, not gone, so
// that a program which has it already takes it away.
func events(line []Issue) []event {
	all := map[string]*event{}
	for _, is := range line {
		now := is.contents()
		at := is.At.UTC().Truncate(time.Second) // iCalendar knows no fractions
		for key, c := range now {
			ev := all[key]
			switch {
			case ev == nil:
				all[key] = &event{key: key, content: c, created: at, modified: at}
			case !reflect.DeepEqual(ev.content, c):
				ev.content, ev.modified = c, at
				ev.sequence++
			}
		}
		for key, ev := range all {
			_, there := now[key]
			ev.gone = !there
			if !there && !ev.content.Cancelled {
				ev.content.Cancelled, ev.modified = true, at
				ev.sequence++
			}
		}
	}
	out := make([]event, 0, len(all))
	for _, ev := range all {
		out = append(out, *ev)
	}
	slices.SortFunc(out, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.content.From, b.content.From), cmp.Compare(a.key, b.key))
	})
	return out
}

// FeedInput says which feed is wanted.
type FeedInput struct {
	Lang     string   // "" is Indonesian
	Contests []string // ids; none for all
}

// Feed is the calendar as iCalendar (RFC 5545).
type Feed struct {
	Name string // file name
	Body []byte
	ETag string
}

// Feed makes the iCalendar feed. Its bytes depend on the editions and on what
// was asked for only, never on the clock.
func (s *Service) Feed(ctx context.Context, cat *text.Catalogue, in FeedInput) (Feed, error) {
	line, err := s.Editions(ctx)
	if err != nil {
		return Feed{}, err
	}
	var fields fault.Fields
	lang := cmp.Or(in.Lang, text.ID)
	fields.Add(text.Known(lang), "lang", "calendar.lang_wrong", clip(lang), text.Langs())
	all := events(line)
	ids := map[string]bool{}
	for _, ev := range all {
		ids[ev.content.Contest] = true
	}
	wanted := map[string]bool{}
	for _, id := range in.Contests {
		known := false
		for have := range ids {
			if strings.EqualFold(have, id) {
				wanted[have], known = true, true
			}
		}
		fields.Add(known, "contest", "calendar.contest_wrong", clip(id), sorted(ids))
	}
	if err := fields.Err(); err != nil {
		return Feed{}, err
	}
	if len(in.Contests) > 0 {
		all = slices.DeleteFunc(all, func(ev event) bool { return !wanted[ev.content.Contest] })
	}
	body := s.ical(cat, lang, all, sorted(wanted))
	sum := sha256.Sum256(body)
	name := "kalender-pemilihan.ics"
	if lang == text.EN {
		name = "election-calendar.ics"
	}
	return Feed{Name: name, Body: body, ETag: hex.EncodeToString(sum[:16])}, nil
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
