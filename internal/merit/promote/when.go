package promote

import (
	"slices"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/rule"
)

// horizon is how many months ahead is looked.
const horizon = 120

// when finds the first day on which nothing bars for certain any more, and
// what has to come true by then. It goes along the days on which a band can
// change, not day by day.
//
// First everything but time is left as it is. If no day comes, what the person
// or the office can change is taken as open, too: then the day comes with a
// condition.
func (l *Law) when(a *Assessment, r *Record, t *Target, p Policy, set rule.Facts, hide []string) {
	days := l.changes(r, t, a.On)
	free := map[string]bool{}
	a.Until = a.On.AddMonths(horizon)
	blocked := func(on day.Day) (names []string, needs []Need) {
		seen := l.see(r, t, p, on, on > a.On)
		for f, v := range set {
			seen.facts[f] = v
		}
		for f := range free {
			delete(seen.facts, f)
		}
		s := l.base(seen.facts)
		for i := range l.matters {
			m := &l.matters[i]
			if slices.Contains(hide, m.name) {
				continue
			}
			certain, could := l.glance(s, m, on)
			switch {
			case certain:
				names = append(names, m.name)
			case could:
				_, d := l.look(s, m, on)
				needs = append(needs, l.needs(s, m, on, d, seen)...)
			}
		}
		return names, needs
	}
	search := func() bool {
		var ever []string
		for i, on := range append([]day.Day{a.On}, days...) {
			names, needs := blocked(on)
			if len(names) == 0 {
				a.From, a.If = on, needs
				return true
			}
			if i == 0 {
				ever = names
				continue
			}
			ever = slices.DeleteFunc(ever, func(n string) bool { return !slices.Contains(names, n) })
		}
		a.Never = ever
		return false
	}
	found := search()
	if !found {
		for i := range a.Req {
			q := &a.Req[i]
			certain, _ := bars(q.Possible)
			if !certain {
				continue
			}
			for _, f := range l.matter(q.Matter).facts {
				name := l.Book.Facts()[f].Name
				if h := l.Hand(name); h == HandSelf || h == HandOffice {
					free[name] = true
				}
			}
		}
		if len(free) > 0 {
			found = search()
		}
	}
	if found {
		a.Never = nil
	} else if len(a.Never) == 0 {
		// Each ceases to bar on some day, and never all at once.
		a.Never, _ = blocked(a.On)
	}
	l.each(a, days, blocked)
}

// each finds for every requirement that bars by itself when it ceases to.
func (l *Law) each(a *Assessment, days []day.Day, blocked func(day.Day) ([]string, []Need)) {
	open := map[string]bool{}
	for _, q := range a.Req {
		if certain, _ := bars(q.Possible); certain {
			open[q.Matter] = true
		}
	}
	for _, on := range append([]day.Day{a.On}, days...) {
		if len(open) == 0 {
			return
		}
		names, needs := blocked(on)
		for i := range a.Req {
			q := &a.Req[i]
			if !open[q.Matter] || slices.Contains(names, q.Matter) {
				continue
			}
			delete(open, q.Matter)
			q.From = on
			for _, n := range needs {
				if l.matter(q.Matter).reads[l.at[n.Fact]] {
					q.If = append(q.If, n)
				}
			}
		}
	}
}

// needs are, for each missing fact on which it turns, the values under which a
// matter does not bar for certain.
func (l *Law) needs(s rule.Situation, m *matter, on day.Day, d rule.Decision, seen situation) []Need {
	var out []Need
	for _, f := range d.Missing {
		i := l.at[f]
		if s[i] != 0 || strings.HasPrefix(f, "policy_") {
			continue
		}
		n := Need{Fact: f, Year: seen.read[f].Year, Hand: l.Hand(f)}
		for v := range l.Book.Facts()[i].Values {
			s[i] = uint8(v + 1)
			if certain, _ := l.glance(s, m, on); !certain {
				n.Values = append(n.Values, l.Book.Facts()[i].Values[v].Name)
			}
		}
		s[i] = 0
		if len(n.Values) < len(l.Book.Facts()[i].Values) {
			out = append(out, n)
		}
	}
	return out
}

// changes are the days after on, within the horizon, on which some fact can
// take another value, in order and once each.
func (l *Law) changes(r *Record, t *Target, on day.Day) []day.Day {
	end := on.AddMonths(horizon)
	var out []day.Day
	add := func(ds ...day.Day) {
		for _, d := range ds {
			if d != day.None && d > on && d <= end {
				out = append(out, d)
			}
		}
	}
	for y := on.Time().Year() + 1; y <= end.Time().Year(); y++ {
		// The predicate of a year counts from the day it is due, or from the
		// first of January when it is there.
		add(day.Of(y, 1, 1), day.Of(y, time.Month(l.due), 1))
	}
	add(day.Of(on.Time().Year(), time.Month(l.due), 1))
	if r.Born.Known && r.Born.Value != day.None {
		for _, b := range l.bands["age"] {
			add(r.Born.Value.AddMonths(12 * b.from))
		}
	}
	for _, b := range l.bands["experience"] {
		add(l.reaches(r, t, on, end, b.from))
	}
	for _, x := range r.Tenures.Value {
		add(x.From, x.Until)
		if x.From != day.None {
			for _, b := range l.bands["in_post"] {
				add(x.From.AddMonths(b.from))
			}
		}
		for _, d := range []day.Day{x.From, x.Until} {
			if d != day.None { // leaves the window of short posts
				add(d.AddMonths(l.window), d.AddMonths(l.window)+1)
			}
		}
	}
	for _, x := range append(slices.Clone(r.Marks.Value), r.Leaves.Value...) {
		add(x.From, x.Until)
	}
	for _, x := range r.Trainings.Value {
		add(x.Until)
	}
	for _, k := range r.Kin.Value {
		add(k.From, k.Until)
	}
	for _, p := range append(slices.Clone(r.Papers), t.Papers...) {
		add(p.From, p.Until)
	}
	add(l.timeline.Boundaries(rule.Facts{"contest": "governor"})...)
	for _, ru := range l.Book.Rules {
		add(ru.From, ru.Until)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reaches is the first day in (on, end] on which the experience is at least
// so many months, or day.None. Experience never shrinks.
func (l *Law) reaches(r *Record, t *Target, on, end day.Day, months int) day.Day {
	has := func(d day.Day) bool {
		n, _ := l.experience(r.Tenures.Value, t.Level, d)
		return n >= months
	}
	if has(on) || !has(end) {
		return day.None
	}
	low, high := on, end // not at low, at high
	for high-low > 1 {
		mid := low + (high-low)/2
		if has(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
