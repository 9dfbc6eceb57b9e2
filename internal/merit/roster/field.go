package roster

import (
	"strconv"
	"strings"

	"netral/internal/day"
	"netral/internal/fault"
)

// blank is a fact of the kind that says nothing.
func blank(k Kind) fact {
	f := fact{kind: k, from: day.None, until: day.None}
	s := newScanner(k)
	for _, p := range s.to[len(s.to)-len(k.content()):] {
		switch p.(type) {
		case *int64:
			f.vals = append(f.vals, int64(0))
		case *bool:
			f.vals = append(f.vals, false)
		default:
			f.vals = append(f.vals, "")
		}
	}
	return f
}

// set puts texts into the fields.
func (f *fact) set(values map[string]string) error {
	var problems fault.Fields
	parse := func(name, s string) day.Day {
		if s == "" {
			return day.None
		}
		d, err := day.Parse(s)
		if err != nil {
			problems.Add(false, name, "roster.check.date", clip(s), day.First, day.Last)
		}
		return d
	}
	for i, name := range f.kind.content() {
		v, ok := values[name]
		if !ok {
			continue
		}
		v = strings.TrimSpace(v)
		switch f.vals[i].(type) {
		case int64:
			n, err := strconv.ParseInt(v, 10, 32)
			problems.Add(err == nil || v == "", name, "roster.check.number", clip(v))
			f.vals[i] = n
		case bool:
			f.vals[i] = v == "true" || v == "1" || v == "on"
		default:
			if name == "nip" {
				v = TidyNumber(v)
			}
			if name == "born" || name == "decree_day" {
				v = parse(name, v).String()
			}
			f.vals[i] = v
		}
	}
	if v, ok := values["from"]; ok {
		f.from = parse("from", strings.TrimSpace(v))
	}
	if v, ok := values["until"]; ok {
		f.until = parse("until", strings.TrimSpace(v))
	}
	return problems.Err()
}

// check is the check of the row that the fact is.
func (f *fact) check() error {
	var found fault.Fields
	switch f.kind {
	case KindUnit:
		r := f.unit()
		found = r.Check()
	case KindPost:
		r := f.post()
		found = r.Check()
	case KindPerson:
		r := f.personRow()
		found = r.Check()
	case KindTenure:
		r := f.tenure()
		found = r.Check()
	case KindRating:
		r := f.rating()
		found = r.Check()
	case KindTraining:
		r := f.training()
		found = r.Check()
	case KindMark:
		r := f.mark()
		found = r.Check()
	case KindLeave:
		r := f.leave()
		found = r.Check()
	case KindRelation:
		r := f.relation()
		found = r.Check()
	}
	return found.Err()
}

// keyed is the id that Bulk would give the fact.
func (f *fact) keyed(fresh string) string {
	var b Batch
	switch f.kind {
	case KindTenure:
		b.Tenures = []Tenure{f.tenure()}
		b.fillIDs(nil)
		return b.Tenures[0].ID
	case KindRating:
		b.Ratings = []Rating{f.rating()}
		b.fillIDs(nil)
		return b.Ratings[0].ID
	case KindTraining:
		b.Trainings = []Training{f.training()}
		b.fillIDs(nil)
		return b.Trainings[0].ID
	case KindMark:
		b.Marks = []Mark{f.mark()}
		b.fillIDs(nil)
		return b.Marks[0].ID
	case KindLeave:
		b.Leaves = []Leave{f.leave()}
		b.fillIDs(nil)
		return b.Leaves[0].ID
	case KindRelation:
		b.Relations = []Relation{f.relation()}
		b.fillIDs(nil)
		return b.Relations[0].ID
	}
	return fresh
}

// valueText is a value as people type it.
func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		if v != 0 {
			return strconv.FormatInt(v, 10)
		}
	case bool:
		if v {
			return "true"
		}
	}
	return ""
}
