package roster

import (
	"slices"
	"strings"

	"netral/internal/day"
	"netral/internal/text"
	"netral/internal/web"
)

// fieldNames are the fields that have a name in the catalogue.
func fieldNames() []string {
	out := []string{"from", "until", "reason", "source", "seen", "answer", "wanted", "note", "field", "nik"}
	for _, k := range Kinds() {
		for _, c := range k.content() {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

func fieldName(r *web.Request, name string) string {
	if !slices.Contains(fieldNames(), name) {
		return name
	}
	return r.T("roster.field." + name)
}

func kindName(r *web.Request, k Kind) string { return r.T("roster.kind." + string(k)) }

// optionsOf are the values that a field of a kind may have; nil when it is free.
func optionsOf(k Kind, field string) []string {
	switch field {
	case "level":
		if k == KindMark {
			return MarkLevels()
		}
		return levelNames()
	case "status":
		return statusNames()
	case "sex":
		return []string{string(Male), string(Female)}
	case "predicate":
		return Predicates()
	case "rung":
		return Rungs()
	case "kind":
		switch k {
		case KindTenure:
			return []string{Definitive, Plt, Plh}
		case KindTraining:
			return TrainingKinds()
		case KindLeave:
			return LeaveKinds()
		case KindRelation:
			return RelationKinds()
		}
	}
	return nil
}

// valueWord is a value in the language of the page.
func valueWord(r *web.Request, k Kind, field, value string) string {
	if value == "" {
		return r.T("roster.empty")
	}
	if slices.Contains(optionsOf(k, field), value) {
		return r.T("roster.value." + value)
	}
	switch field {
	case "from", "until", "born", "decree_day":
		return dayText(r, dayOf(value))
	case "head":
		return r.T("roster.yes")
	}
	return value
}

func dayText(r *web.Request, d day.Day) string { return text.DayShort(r.Lang, d) }

// span are the days [from, until) in words.
func span(r *web.Request, from, until day.Day) string {
	switch {
	case from == day.None && until == day.None:
		return r.T("roster.always")
	case from == day.None:
		return r.T("roster.until", dayText(r, until-1))
	case until == day.None:
		return r.T("roster.since", dayText(r, from))
	case until == from+1:
		return dayText(r, from)
	}
	return dayText(r, from) + " – " + dayText(r, until-1)
}

// numberText is a NIP as it is written: 8 6 1 3.
func numberText(nip string) string {
	if len(nip) != nipLen {
		return nip
	}
	return nip[:8] + "\u00a0" + nip[8:14] + "\u00a0" + nip[14:15] + "\u00a0" + nip[15:]
}

func sourceText(r *web.Request, c Change) string {
	s := r.T("roster.source."+c.Source.Kind, c.Source.Name)
	return strings.TrimSpace(s)
}

func levelText(r *web.Request, p Post) string {
	if p.Level == "" {
		return ""
	}
	s := r.T("roster.value." + string(p.Level))
	if p.Echelon != "" {
		s += " (" + p.Echelon + ")"
	}
	if p.Rung != "" {
		s += ", " + r.T("roster.value."+p.Rung)
	}
	return s
}

func tenureText(r *web.Request, kind, title string) string {
	if kind == Definitive || kind == "" {
		return title
	}
	return r.T("roster.value."+kind) + " " + title
}

// detailWord is a part of a finding in words: a day, a sex, a field, or as it is.
func detailWord(r *web.Request, d string) string {
	switch {
	case d == string(Male) || d == string(Female):
		return r.T("roster.value." + d)
	case d == "born" || d == "sex":
		return fieldName(r, d)
	case d == "":
		return r.T("roster.open_end")
	}
	if on, err := day.Parse(d); err == nil {
		return dayText(r, on)
	}
	return d
}

// viewerText says who looked: a name where the roster has one.
func viewerText(l Look) string {
	if l.Name != "" {
		return l.Name
	}
	return l.Viewer
}

// readable leaves out the ids beside which a name stands.
func readable(h Held) []Entry {
	return slices.DeleteFunc(slices.Clone(h.Fields), func(e Entry) bool {
		return h.Kind == KindTenure && e.Field == "post" || h.Kind == KindRelation && e.Field == "other" && h.get("name") != ""
	})
}

// lookText says by which door somebody looked and, where one was given, why.
func lookText(l Look) string {
	if l.Reason == "" {
		return l.Via
	}
	return l.Via + ": " + l.Reason
}
