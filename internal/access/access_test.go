package access

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/fault"
)

func guard(tb testing.TB) *Guard {
	tb.Helper()
	g, err := Load(Policies())
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func officer(grants ...actor.Grant) actor.Actor {
	return actor.Actor{ID: "account:x", Via: "page", Lang: "id", Person: "x", Grants: grants}
}

// ani serves in the clinic of the health office, in South Jakarta.
func ani(more ...any) Resource {
	r := Resource{Type: "person", ID: "ani", Attrs: map[string]any{
		"person": "ani", "unit": "klinik", "unitPath": []string{"pemprov", "dinkes", "klinik"}, "areaPath": []string{"31", "31.74"},
	}}
	for i := 0; i < len(more); i += 2 {
		r.Attrs[more[i].(string)] = more[i+1]
	}
	return r
}

func TestDecisions(t *testing.T) {
	g := guard(t)
	self := officer()
	self.Person = "ani"
	head := func(unit string) actor.Actor { return officer(actor.Grant{Role: "unit_head", Unit: unit}) }
	role := func(r string) actor.Actor { return officer(actor.Grant{Role: r}) }
	acting := func(r string) actor.Actor { return officer(actor.Grant{Role: r, Acting: true}) }
	thing := func(kind string, attrs ...any) Resource {
		r := Resource{Type: kind, Attrs: map[string]any{}}
		for i := 0; i < len(attrs); i += 2 {
			r.Attrs[attrs[i].(string)] = attrs[i+1]
		}
		return r
	}
	const no = fault.Denied
	gone := fault.NotFound
	for _, c := range []struct {
		name   string
		who    actor.Actor
		action string
		r      Resource
		want   error
	}{
		{"anybody asks", actor.Anonymous("page", "id"), "ask.ask", thing("answer"), nil},
		{"own data", self, "roster.person.read", ani(), nil},
		{"own looks", self, "roster.looks.read", ani(), nil},
		{"own NIK", self, "roster.person.sealed", ani("reason", "ingin tahu"), gone},
		{"another's data", officer(actor.Grant{Role: "employee"}), "roster.person.read", ani(), gone},
		{"no name, no role", actor.Actor{ID: "account:y"}, "roster.person.read", thing("person", "person", "", "owner", ""), gone},
		{"head of the unit", head("klinik"), "roster.person.read", ani(), nil},
		{"head above", head("dinkes"), "roster.person.full", ani(), nil},
		{"head beside", head("disdik"), "roster.person.read", ani(), gone},
		{"head corrects", head("klinik"), "roster.person.correct", ani(), gone},
		{"personnel", role("personnel"), "roster.person.read", ani(), nil},
		{"personnel of another area", officer(actor.Grant{Role: "personnel", Area: "31.75"}), "roster.person.read", ani(), gone},
		{"personnel of the area", officer(actor.Grant{Role: "personnel", Area: "31.74"}), "roster.person.read", ani(), nil},
		{"unit and area have to fit", officer(actor.Grant{Role: "personnel", Area: "31.74", Unit: "disdik"}), "roster.person.read", ani(), gone},
		{"personnel corrects", role("personnel"), "roster.person.correct", ani(), nil},
		{"not what is about themselves", officer(actor.Grant{Role: "personnel"}), "roster.person.correct", ani("person", "x"), gone},
		{"not what is about a relative", role("personnel"), "roster.correction.decide", ani("relatives", []string{"y", "x"}), gone},
		{"NIK without a reason", role("personnel"), "roster.person.sealed", ani("reason", "  "), no},
		{"NIK with a reason", role("personnel"), "roster.person.sealed", ani("reason", "pencocokan dengan Dukcapil"), nil},
		{"inspector without a reason", role("inspector"), "roster.person.read", ani(), no},
		{"inspector with a reason", role("inspector"), "roster.person.read", ani("reason", "pemeriksaan 12/2023"), nil},
		{"auditor reads", role("auditor"), "roster.person.read", ani(), nil},
		{"auditor and what is sealed", role("auditor"), "roster.person.sealed", ani("reason", "audit"), gone},
		{"auditor and family", role("auditor"), "roster.person.full", ani("reason", "audit"), gone},
		{"admin is no reader", role("admin"), "roster.person.read", ani("reason", "penasaran"), gone},
		{"personnel of one unit imports all", officer(actor.Grant{Role: "personnel", Unit: "dinkes"}), "roster.import", thing("roster"), no},
		{"admin gives a role", role("admin"), "grant.change", thing("grant", "role", "auditor", "person", "ani"), nil},
		{"admin gives themselves a role", role("admin"), "grant.change", thing("grant", "role", "auditor", "owner", "account:x"), no},
		{"rules in one's own right", role("inspector"), "rules.adopt", thing("rules"), nil},
		{"rules while acting", acting("inspector"), "rules.adopt", thing("rules"), no},
		{"acting reads", officer(actor.Grant{Role: "unit_head", Unit: "klinik", Acting: true}), "roster.person.read", ani(), nil},
		{"command line adopts", actor.OS("root", "id"), "rules.adopt", thing("rules"), nil},
		{"a page cannot call itself a machine", actor.Actor{ID: "os:root", Via: "page"}, "rules.adopt", thing("rules"), no},
		{"record stays", role("admin"), "record.change", thing("record"), no},
		{"machine cannot change the record", actor.System(), "record.change", thing("record"), no},
		{"sealed, addressed, with a reason", officer(), "vault.open", thing("sealed", "recipients", []string{"account:x"}, "reason", "penelaahan"), nil},
		{"sealed, addressed, no reason", officer(), "vault.open", thing("sealed", "recipients", []string{"account:x"}), no},
		{"sealed, not addressed", role("admin"), "vault.open", thing("sealed", "recipients", []string{"account:z"}, "reason", "penelaahan"), gone},
		{"token", officer(), "token.create", thing("token", "owner", "account:x"), nil},
		{"another's token", officer(), "token.revoke", thing("token", "owner", "account:z"), gone},
		{"narrowed", scope.Narrow(self, []string{"roster.person.read"}), "roster.person.read", ani(), nil},
		{"narrowed away", scope.Narrow(self, []string{"roster.person.read"}), "roster.unit.read", thing("tree"), no},
		{"narrowed to nothing", scope.Narrow(self, nil), "ask.ask", thing("answer"), no},
		{"narrowing gives nothing", scope.Narrow(officer(), []string{"roster.person.read"}), "roster.person.read", ani(), gone},
		{"unknown action", role("admin"), "roster.person.eat", ani(), fault.Internal},
		{"unknown type", role("admin"), "jobs.read", ani(), fault.Internal},
		{"unknown attribute", role("personnel"), "roster.person.read", ani("colour", "red"), fault.Internal},
		{"attribute of another shape", role("personnel"), "roster.person.read", ani("unitPath", "dinkes"), fault.Internal},
	} {
		for range 2 { // decided, then remembered
			err := g.Check(c.who, c.action, c.r)
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
			if g.May(c.who, c.action, c.r) != (c.want == nil) {
				t.Errorf("%s: May says otherwise than Check", c.name)
			}
		}
	}
}

func TestRefusalsTellNothing(t *testing.T) {
	g := guard(t)
	stranger := officer(actor.Grant{Role: "employee"})
	err := g.Check(stranger, "roster.person.read", ani())
	if err.Error() != Missing().Error() {
		t.Errorf("hidden: %v; missing: %v; they must not differ", err, Missing())
	}
	if err := g.Check(actor.Anonymous("page", "id"), "roster.person.read", ani()); err.Error() != Missing().Error() {
		t.Errorf("anonymous learns of a person: %v", err)
	}
	if err := g.Check(scope.Narrow(stranger, nil), "roster.person.read", ani()); err.Error() != Missing().Error() {
		t.Errorf("a token learns of a person: %v", err)
	}
	if err := g.Check(officer(actor.Grant{Role: "inspector"}), "roster.person.read", ani()); !NeedsReason(err) {
		t.Errorf("inspector: %v, want to be asked for a reason", err)
	}
	if NeedsReason(err) || NeedsReason(nil) {
		t.Error("NeedsReason where none would help")
	}
}

func TestGrave(t *testing.T) {
	g := guard(t)
	grant := func(role string) Resource { return Resource{Type: "grant", Attrs: map[string]any{"role": role}} }
	for _, c := range []struct {
		action string
		r      Resource
		want   bool
	}{
		{"grant.change", grant("admin"), true},
		{"grant.change", grant("inspector"), true},
		{"grant.change", grant("governor"), true},
		{"grant.change", grant("employee"), false},
		{"grant.change", Resource{Type: "grant"}, true},
		{"recovery.approve", Resource{}, true},
		{"ask.ask", Resource{}, false},
		{"no.such", Resource{}, true},
	} {
		if got := g.Grave(c.action, c.r); got != c.want {
			t.Errorf("Grave(%s, %v) = %v", c.action, c.r, got)
		}
	}
	if _, ok := g.Action("grant.change"); !ok {
		t.Error("no action grant.change")
	}
	if _, ok := g.Action("no.such"); ok {
		t.Error("an action no.such")
	}
}

// with is the built-in policies, with files changed or added.
func with(tb testing.TB, changes map[string]func(string) string) fs.FS {
	tb.Helper()
	m := fstest.MapFS{}
	names, err := fs.Glob(Policies(), "*")
	if err != nil {
		tb.Fatal(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(Policies(), n)
		if err != nil {
			tb.Fatal(err)
		}
		m[n] = &fstest.MapFile{Data: b}
	}
	for n, f := range changes {
		old := ""
		if m[n] != nil {
			old = string(m[n].Data)
		}
		m[n] = &fstest.MapFile{Data: []byte(f(old))}
	}
	return m
}

func TestLoadRefuses(t *testing.T) {
	file := func(text string) map[string]func(string) string {
		return map[string]func(string) string{"new.cedar": func(string) string { return text }}
	}
	schema := func(old, text string) map[string]func(string) string {
		return map[string]func(string) string{"netral.cedarschema": func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("the schema has no %q", old)
			}
			return strings.Replace(s, old, text, 1)
		}}
	}
	for _, c := range []struct {
		name    string
		changes map[string]func(string) string
		want    []string
	}{
		{"unknown action", file("// one\npermit (\n  principal,\n  action == Action::\"ask.akk\",\n  resource\n);"), []string{"new.cedar:4:", "ask.akk"}},
		{"unknown role in the head", file("\npermit (principal in Role::\"boss\", action == Action::\"ask.ask\", resource);"), []string{"new.cedar:2:", "boss", "unit_head"}},
		{"unknown role in a condition", file("permit (principal, action == Action::\"ask.ask\", resource)\nwhen { principal in Role::\"chef\" };"), []string{"new.cedar:2:", "chef"}},
		{"unknown role in a set", file("permit (principal, action == Action::\"ask.ask\", resource)\nwhen {\n principal.holds.contains(Role::\"cook\") };"), []string{"new.cedar:3:", "cook"}},
		{"unknown attribute of the thing", file("permit (principal, action == Action::\"ask.ask\", resource)\n\nwhen { resource.colour == 1 };"), []string{"new.cedar:3:", "colour"}},
		{"unknown attribute of the asker", file("permit (principal, action == Action::\"ask.ask\", resource)\nwhen { principal.rich };"), []string{"new.cedar:2:", "rich"}},
		{"unknown type", file("permit (principal is Robot, action == Action::\"ask.ask\", resource);"), []string{"new.cedar:1:", "Robot"}},
		{"wrong types", file("permit (principal, action == Action::\"ask.ask\", resource)\nwhen { resource.own == 1 };"), []string{"new.cedar:"}},
		{"a name", file("permit (principal == Actor::\"ani\", action == Action::\"ask.ask\", resource);"), []string{"new.cedar:1:", "ani"}},
		{"everything permitted", file("permit (principal, action, resource);"), []string{"new.cedar:1:", "name its actions"}},
		{"no sense", file("permit (principal, action, resource)\nwhenn { true };"), []string{"new.cedar", "2"}},
		{"an optional attribute unasked", file("permit (principal, action == Action::\"grant.change\", resource)\nwhen { resource.role == \"x\" };"), []string{"new.cedar:2:", "role"}},
		{"schema without sense", schema("entity Role", "entity entity"), []string{"netral.cedarschema:"}},
		{"schema of an unknown type", schema("resource: Answer", "resource: Anwser"), []string{"netral.cedarschema:", "Anwser"}},
		{"unknown mark", schema("@hide\naction", "@hidden\naction"), []string{"netral.cedarschema", "hidden"}},
		{"unknown grave role", schema(`@grave("admin`, `@grave("admyn`), []string{"admyn"}},
		{"an action without a policy", schema("// Office", "action \"office.sweep\" appliesTo { principal: Actor, resource: Office, context: Why };"), []string{"office.sweep", "@nobody"}},
		{"nobody, and yet somebody", schema("action \"ask.ask\"", "@nobody\naction \"ask.ask\""), []string{"ask.ask", "@nobody"}},
		{"two schemas", map[string]func(string) string{"b.cedarschema": func(string) string { return "" }}, []string{"one file"}},
	} {
		_, err := Load(with(t, c.changes))
		if err == nil {
			t.Errorf("%s: loads", c.name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v\nlacks %q", c.name, err, w)
			}
		}
	}
	if _, err := Load(fstest.MapFS{"a.cedarschema": {Data: []byte("entity Role enum [\"a\"];\nentity Actor in [Role];")}}); err == nil {
		t.Error("no policies: loads")
	}
	if _, err := Load(with(t, map[string]func(string) string{"more.cedar": func(string) string {
		return "forbid (principal, action, resource) when { context.reason };"
	}})); err != nil {
		t.Errorf("a forbid of everything is no mistake: %v", err)
	}
}

// draw makes an actor and a thing out of few places and names, so that they
// meet often.
func draw(t *rapid.T, g *Guard) (actor.Actor, string, Resource) {
	some := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	ids := []string{"x", "account:x", "y", "account:y"}
	who := actor.Actor{ID: some("id", "account:x", "account:y", "anonymous", "system", "os:root"), Person: some("person", "", "x", "y"), Via: some("via", "page", "api", "cli", "job")}
	for range rapid.IntRange(0, 4).Draw(t, "grants") {
		who.Grants = append(who.Grants, actor.Grant{
			Role: some("role", g.Roles()...), Unit: some("unit", "", "", "a", "b"), Area: some("area", "", "", "p", "q"), Acting: rapid.Bool().Draw(t, "acting"),
		})
	}
	all := g.Actions()
	a := all[rapid.IntRange(0, len(all)-1).Draw(t, "action")]
	r := Resource{Type: some("type", a.Types...), Attrs: map[string]any{}}
	maybe := func(name string, v any) {
		if rapid.Bool().Draw(t, name) {
			r.Attrs[name] = v
		}
	}
	maybe("unitPath", []string{some("top", "a", "b", "top"), "c"})
	maybe("areaPath", []string{some("region", "p", "q", "all")})
	for _, n := range []string{"person", "owner"} {
		maybe(n, some(n, ids...))
	}
	for _, n := range []string{"relatives", "parties", "delegates", "recipients"} {
		maybe(n, []string{some(n, ids...)})
	}
	maybe("reason", "sebab")
	return who, a.Name, r
}

func TestFewerRolesNeverAllowMore(t *testing.T) {
	g := guard(t)
	rapid.Check(t, func(t *rapid.T) {
		who, action, r := draw(t, g)
		before := g.May(who, action, r)
		for i := range who.Grants {
			less := who
			less.Grants = slices.Delete(slices.Clone(who.Grants), i, i+1)
			if g.May(less, action, r) && !before {
				t.Fatalf("%s: allowed without %+v and not with it", action, who.Grants[i])
			}
		}
		narrow := scope.Narrow(who, []string{action})
		if g.May(narrow, action, r) != before {
			t.Fatalf("%s: narrowed to itself it is decided otherwise", action)
		}
		if g.May(scope.Narrow(who, []string{action + "x", "x" + action}), action, r) {
			t.Fatalf("%s: narrowed to others and yet allowed", action)
		}
	})
}

func TestMemoryTellsTheTruth(t *testing.T) {
	g := guard(t)
	rapid.Check(t, func(t *rapid.T) {
		who, action, r := draw(t, g)
		f, a, extra, err := g.look(who, action, r)
		if err != nil {
			t.Fatal(err)
		}
		want, err := g.evaluate(f, a, extra)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := g.decide(f, a, extra); err != nil || got != want {
				t.Fatalf("%s: remembered %v %v, decided %v", action, got, err, want)
			}
		}
	})
}

// public is what is open to everybody: a second list beside the policies, so
// that opening something takes two edits.
var public = []string{"appoint.public", "ask.ask", "ask.count", "calendar.read", "callup.beacon", "callup.fairness", "callup.public", "invite.public", "letter.check", "record.read", "rules.read", "slip.check", "slip.issue", "slip.read"}

// anywhere is what a role allows wherever it is held.
var anywhere = append([]string{"office.read", "search.people", "roster.unit.read", "roster.post.read", "promote.policies", "invite.enter"}, public...)

func TestAnonymousGetsOnlyWhatIsPublic(t *testing.T) {
	g := guard(t)
	for _, a := range g.Actions() {
		for _, kind := range a.Types {
			for _, who := range []actor.Actor{actor.Anonymous("page", "id"), actor.Anonymous("cli", "id"), {}, {ID: "anonymous", Person: "x", Grants: []actor.Grant{{Role: "admin"}, {Role: "personnel"}}}} {
				for _, me := range []string{"", "anonymous", "x"} {
					list := []string{me}
					got := g.May(who, a.Name, Resource{Type: kind, Attrs: map[string]any{
						"person": me, "owner": me, "parties": list, "delegates": list, "recipients": list, "reason": "sebab",
					}})
					if got != slices.Contains(public, a.Name) {
						t.Errorf("anonymous, %s: %v", a.Name, got)
					}
				}
			}
		}
	}
}

func TestRolesEndWhereTheirPlaceEnds(t *testing.T) {
	g := guard(t)
	here := map[string]any{"unitPath": []string{"top", "a"}, "areaPath": []string{"all", "p"}, "reason": "sebab"}
	for _, a := range g.Actions() {
		for _, kind := range a.Types {
			for _, role := range g.Roles() {
				for _, gr := range []actor.Grant{{Unit: "b"}, {Area: "q"}, {Unit: "a", Area: "q"}, {Unit: "b", Area: "p"}} {
					gr.Role = role
					if g.May(officer(gr), a.Name, Resource{Type: kind, Attrs: here}) && !slices.Contains(anywhere, a.Name) {
						t.Errorf("%s: %+v reaches into another place", a.Name, gr)
					}
				}
				// What lies nowhere is no part of a unit.
				if g.May(officer(actor.Grant{Role: role, Unit: "a"}), a.Name, Resource{Type: kind, Attrs: map[string]any{"reason": "sebab"}}) && !slices.Contains(anywhere, a.Name) {
					t.Errorf("%s: %s of a unit reaches what lies nowhere", a.Name, role)
				}
			}
		}
	}
}

// TestActingCountsOnItsDay: grants are those of the day, so without them, the
// day after, the same actor has nothing left.
func TestActingCountsOnItsDay(t *testing.T) {
	g := guard(t)
	plt := actor.Grant{Role: "unit_head", Unit: "klinik", Acting: true}
	if !g.May(officer(plt), "roster.person.read", ani()) {
		t.Error("acting head of the unit reads nothing on the day")
	}
	if g.May(officer(), "roster.person.read", ani()) {
		t.Error("and reads on the day after")
	}
	both := officer(actor.Grant{Role: "inspector"}, actor.Grant{Role: "inspector", Acting: true})
	if !g.May(both, "rules.adopt", Resource{Type: "rules"}) {
		t.Error("who also acts for another loses what they hold themselves")
	}
}

func TestManyAtOnce(t *testing.T) {
	g := guard(t)
	done := make(chan error)
	for n := range 8 {
		go func() {
			for i := range 2000 {
				unit := fmt.Sprint(i % 3)
				want := i%3 == n%3
				if got := g.May(officer(actor.Grant{Role: "unit_head", Unit: fmt.Sprint(n % 3)}), "roster.person.read", Resource{Type: "person", Attrs: map[string]any{"unit": unit}}); got != want {
					done <- fmt.Errorf("unit %s, head of %d: %v", unit, n%3, got)
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	g := guard(b)
	who := officer(actor.Grant{Role: "employee"}, actor.Grant{Role: "unit_head", Unit: "dinkes"})
	r := ani()
	b.Run("remembered", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := g.Check(who, "roster.person.read", r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decided", func(b *testing.B) {
		b.ReportAllocs()
		f, a, extra, err := g.look(who, "roster.person.read", r)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if ok, err := g.evaluate(f, a, extra); !ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	})
}
