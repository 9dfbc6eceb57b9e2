package access

import (
	"flag"
	"fmt"
	"math/bits"
	"os"
	"slices"
	"strings"
	"testing"

	"netral/internal/text"
)

var update = flag.Bool("update", false, "write docs/access.md anew")

const documentFile = "../../docs/access.md"

// ways are what a role may need besides itself, with the word of the table.
// inPlace is not a fact of its own: it lets the role count here.
var ways = []struct {
	bit  facts
	word string
}{
	{own, "own"}, {party, "party to it"}, {delegated, "delegated"}, {recipient, "addressed to them"}, {withReason, "reason"},
}

const inPlace = 1 << 5

// placed are the roles that are given for a place as a rule; the table shows
// the others held everywhere.
var placed = map[string]string{"unit_head": "own unit", "observer": "own area", "disposition": "own area"}

// column is an asker of the table.
type column struct {
	head  string
	facts facts
	role  int // -1 for none
}

func columns(g *Guard, cat *text.Catalogue) []column {
	out := []column{{"Anybody", 0, -1}, {"Signed in, no role", known, -1}}
	for i, r := range g.roles {
		out = append(out, column{cat.T(text.EN, RoleKey(r)), known, i})
	}
	return append(out, column{"Netral itself, command line", known | machine, -1})
}

// cell says in which situations the asker may do the action: it evaluates the
// policies in each of them, and keeps the smallest.
func cell(t *testing.T, g *Guard, a *rules, c column) string {
	t.Helper()
	role := ""
	if c.role >= 0 {
		role = g.roles[c.role]
	}
	words := func(n uint) []string {
		var w []string
		for i, way := range ways {
			if n&(1<<i) != 0 {
				w = append(w, way.word)
			}
		}
		if n&inPlace != 0 {
			w = append(w, placed[role])
		}
		return w
	}
	may := func(n uint, more facts, acting bool) bool {
		f := facts(a.number)<<actionAt | facts(a.kinds[0])<<kindAt | c.facts | more //nolint:gosec // small
		for i, way := range ways {
			f.set(way.bit, n&(1<<i) != 0)
		}
		if c.role >= 0 {
			f.hold(holdsAt, 1<<c.role)
			if n&inPlace != 0 || placed[role] == "" {
				f.hold(hereAt, 1<<c.role)
				if !acting {
					f.hold(lastingAt, 1<<c.role)
				}
			}
		}
		if c.facts&known == 0 { // nothing is theirs
			f &^= own | party | delegated | recipient
		}
		ok, err := g.decide(f, a, nil)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	var least []uint
	limit := uint(inPlace)
	if placed[role] != "" {
		limit = 2 * inPlace
	}
	order := make([]uint, limit)
	for n := range order {
		order[n] = uint(n) //nolint:gosec // below 64
	}
	slices.SortStableFunc(order, func(a, b uint) int { return bits.OnesCount(a) - bits.OnesCount(b) })
	for _, n := range order {
		if may(n, 0, false) && !slices.ContainsFunc(least, func(m uint) bool { return n&m == m }) {
			least = append(least, n)
		}
	}
	if len(least) == 0 {
		return "–"
	}
	var parts []string
	for _, n := range least {
		s := strings.Join(words(n), " + ")
		if s == "" {
			s = "yes"
		}
		var not []string
		if c.facts&known != 0 && n&1 == 0 && !may(n, own, false) {
			not = append(not, "own")
		}
		if c.facts&known != 0 && !may(n, relative, false) {
			not = append(not, "a relative's")
		}
		if c.role >= 0 && !may(n, 0, true) {
			not = append(not, "while acting")
		}
		if len(not) > 0 {
			s += " (not " + strings.Join(not, ", ") + ")"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

func document(t *testing.T, g *Guard) string {
	t.Helper()
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(`# Who may do what

Computed from the policies in ` + "`internal/access/policies`" + `; do not edit. A test keeps it true.

What no cell allows is refused. In the cells:

- *yes*: without more. A role that is given for a unit or an area counts only
  for what lies in it, whatever the cell says; the table shows the roles as they
  are given as a rule.
- *own*: what is theirs or about them. *own unit*, *own area*: what lies in the
  unit or area that the role is held for, or below it.
- *addressed to them*: they are among its recipients.
- *reason*: only with a reason, which is recorded.
- *two persons*, beside an action: a second, different person has to agree;
  neither of the two may be concerned.
- *hidden*, beside an action: whoever may not do it is told that there is no
  such thing.
- Alternatives are separated by a semicolon.

A token of the API can do what its owner may, and of that only what it was made
for.

`)
	cols := columns(g, cat)
	b.WriteString("| Action | Also |")
	for _, c := range cols {
		b.WriteString(" " + c.head + " |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(cols)) + "\n")
	for _, a := range g.Actions() {
		r := g.actions[a.Name]
		fmt.Fprintf(&b, "| %s<br>*%s*<br>%s | %s |", cat.T(text.EN, a.TitleKey()), cat.T(text.ID, a.TitleKey()), a.Name, also(cat, a))
		for _, c := range cols {
			b.WriteString(" " + cell(t, g, r, c) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func also(cat *text.Catalogue, a Action) string {
	var out []string
	if a.Grave {
		s := "two persons"
		for i, r := range a.Roles {
			s += []string{", for the roles: ", ", "}[min(i, 1)] + cat.T(text.EN, RoleKey(r))
		}
		out = append(out, s)
	}
	if a.Hidden {
		out = append(out, "hidden")
	}
	if a.Nobody {
		out = append(out, "nobody, on purpose")
	}
	return strings.Join(out, "; ")
}

func TestDocument(t *testing.T) {
	want := document(t, guard(t))
	if *update {
		if err := os.WriteFile(documentFile, []byte(want), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(documentFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/access.md does not say what the policies say: go test ./internal/access -run TestDocument -update")
	}
}

func TestEveryActionAndRoleHasWords(t *testing.T) {
	g := guard(t)
	cat, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range text.Langs() {
		for _, a := range g.Actions() {
			if !cat.Has(lang, a.TitleKey()) {
				t.Errorf("%s has no title in %s", a.Name, lang)
			}
		}
		for _, r := range g.Roles() {
			if !cat.Has(lang, RoleKey(r)) {
				t.Errorf("the role %s has no name in %s", r, lang)
			}
		}
		for _, key := range cat.Keys(lang) {
			if name, ok := strings.CutPrefix(key, "access.action."); ok {
				if _, ok := g.Action(name); !ok {
					t.Errorf("%s is the title of no action", key)
				}
			}
		}
	}
}
