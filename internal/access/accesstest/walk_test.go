package accesstest_test

import (
	"strings"
	"testing"

	"netral/internal/access"
	"netral/internal/access/accesstest"
	"netral/internal/actor"
)

// rows are two people in two units.
func rows() []accesstest.Mark {
	person := func(id, unit, area string) access.Resource {
		return access.Resource{Type: "person", ID: id, Attrs: map[string]any{
			"person": id, "unitPath": []string{"pemprov", unit}, "areaPath": []string{"31", area},
		}}
	}
	return []accesstest.Mark{
		{Text: "ROW-ANI", Of: person("ani", "dinkes", "31.74")},
		{Text: "ROW-BOS", Of: person("bos", "disdik", "31.75")},
	}
}

func world() accesstest.World {
	return accesstest.World{Units: []string{"pemprov", "dinkes", "disdik"}, Areas: []string{"31.74"}, People: []string{"ani", "eve"}}
}

func TestWalkFindsWhatLeaks(t *testing.T) {
	g, err := access.Load(access.Policies())
	if err != nil {
		t.Fatal(err)
	}
	list := func(see func(who actor.Actor, m accesstest.Mark) bool) func(testing.TB, actor.Actor) string {
		return func(_ testing.TB, who actor.Actor) string {
			var b strings.Builder
			for _, m := range rows() {
				if see(who, m) {
					b.WriteString(m.Text + "\n")
				}
			}
			return b.String()
		}
	}
	honest := list(func(who actor.Actor, m accesstest.Mark) bool { return g.May(who, "roster.person.read", m.Of) })
	for _, c := range []struct {
		name string
		call func(testing.TB, actor.Actor) string
		want string
	}{
		{"honest", honest, ""},
		{"shows all", list(func(actor.Actor, accesstest.Mark) bool { return true }), `account:eve sees "ROW-ANI" and may not`},
		{"forgets the unit", list(func(who actor.Actor, _ accesstest.Mark) bool { return who.Has("unit_head") }), `account:unit_head@dinkes sees "ROW-BOS" and may not`},
		{"shows nothing", func(testing.TB, actor.Actor) string { return "" }, `nobody was shown "ROW-BOS"`},
		{"hides own", list(func(who actor.Actor, m accesstest.Mark) bool {
			return who.Person != "ani" && g.May(who, "roster.person.read", m.Of)
		}), `account:ani may see "ROW-ANI" and does not`},
	} {
		found := strings.Join(accesstest.Leaks(t, g, world(), accesstest.Case{Name: c.name, Action: "roster.person.read", Marks: rows(), Call: c.call}), "\n")
		if c.want == "" && found != "" || !strings.Contains(found, c.want) {
			t.Errorf("%s: found\n%s\nwant %q", c.name, found, c.want)
		}
	}
	for want, c := range map[string]accesstest.Case{
		"there is no action":      {Action: "roster.person.eat", Marks: rows(), Call: honest},
		"no marks":                {Action: "roster.person.read", Call: honest},
		"everybody may see":       {Action: "record.read", Partial: true, Marks: []accesstest.Mark{{Text: "x", Of: access.Resource{Type: "record"}}}, Call: honest},
		"nobody may see":          {Action: "record.change", Partial: true, Marks: []accesstest.Mark{{Text: "x", Of: access.Resource{Type: "record"}}}, Call: honest},
		`nobody was shown "NONE"`: {Action: "roster.person.read", Partial: true, Marks: []accesstest.Mark{{Text: "NONE", Of: rows()[0].Of}}, Call: honest},
	} {
		if found := strings.Join(accesstest.Leaks(t, g, world(), c), "\n"); !strings.Contains(found, want) {
			t.Errorf("found %q, want %q", found, want)
		}
	}
	accesstest.Walk(t, g, world(), accesstest.Case{Name: "honest", Action: "roster.person.read", Marks: rows(), Call: honest})
}
