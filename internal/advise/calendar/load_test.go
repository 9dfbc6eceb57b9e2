package calendar

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"netral/internal/day"
	"netral/internal/rule"
)

const baseFile = "../../../data/calendar/2026-1.yaml"

func baseText(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(baseFile))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func base(t testing.TB) *Edition {
	t.Helper()
	e, err := Load(os.DirFS("../../../data/calendar"), "2026-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func on(t testing.TB, s string) day.Day {
	t.Helper()
	d, err := day.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLoadBase(t *testing.T) {
	e := base(t)
	if e.ID != "2026-1" || e.Previous != "" || e.Published != on(t, "2026-11-22") || len(e.SHA256) != 64 {
		t.Errorf("edition %q after %q of %s, sha256 %q", e.ID, e.Previous, e.Published, e.SHA256)
	}
	if string(e.File()) != baseText(t) {
		t.Error("the text of the file was not kept")
	}
	c, ok := e.Contest("gub24")
	if !ok || c.ID != "GUB24" || c.Kind != "governor" || c.Window == nil {
		t.Fatalf("contest GUB24: %+v", c)
	}
	s, _ := c.Phase(PhaseQuiet)
	if s.From != on(t, "2024-11-24") || s.Until != on(t, "2024-11-27") || s.Last() != on(t, "2024-11-26") || s.Conflict.Zero() {
		t.Errorf("quiet period %+v", s)
	}
	if _, ct, ok := e.Contestant("GUB24-2"); !ok || !ct.Independent || ct.Number != 2 || e.Name(*ct) != "Dharma Pongrekun – Kun Wardana" {
		t.Errorf("contestant GUB24-2: %+v", ct)
	}
	if b, ok := e.BodyOn(RoleSupervisor, on(t, "2024-08-23")); !ok || b.ID != "kasn" {
		t.Errorf("supervisor on the last day of KASN: %+v", b)
	}
	if b, ok := e.BodyOn(RoleSupervisor, on(t, "2024-08-24")); !ok || b.ID != "transition" {
		t.Errorf("supervisor on the day after: %+v", b)
	}
	second, _ := e.Contest("GUB24R2")
	if second.Takes() || !second.Cancelled(second.Stages[0]) {
		t.Error("the second round counts as held")
	}
}

func TestLoadMissing(t *testing.T) {
	_, err := Load(fstest.MapFS{}, "calendar/none.yaml")
	if ps := rule.ProblemsOf(err); len(ps) != 1 || ps[0].File != "none.yaml" {
		t.Errorf("got %v", err)
	}
}

// Each case changes the base edition at one place; the problem must name the
// line of that place.
func TestLoadRefuses(t *testing.T) {
	cases := []struct {
		name, old, new string
		want           string
		line           string // a text on the line that must be named; new when empty
	}{
		{"unknown key", "previous: \"\"", "previous: \"\"\ncolour: red", `unknown key "colour"; possible: edition`, "colour: red"},
		{"doubled key", "previous: \"\"", "previous: \"\"\nprevious: \"\"", `"previous" stands twice`, ""},
		{"missing key", "published: 2026-11-22\n", "", `key "published" is missing`, `edition: "2026-1"`},
		{"wrong date", "on: 2023-11-13", "on: 2023-11-31", `"2023-11-31" is not a day: want YYYY-MM-DD`, "on: 2023-11-31"},
		{"date in words", "on: 2023-11-13", "on: 13 November", `"13 November" is not a day`, "on: 13 November"},
		{"ends before it begins", "from: 2024-09-25, to: 2024-11-23, title: {id: \"Masa kampanye\", en: \"Campaign\"}, instrument: PKPU2-2024, confidence: H, sources: [C-SAB, C-OKZ2, C-RBT, K-PILKADA]",
			"from: 2024-09-25, to: 2023-11-23, title: {id: \"Masa kampanye\", en: \"Campaign\"}, instrument: PKPU2-2024, confidence: H, sources: [C-SAB, C-OKZ2, C-RBT, K-PILKADA]", "ends on 2023-11-23, before it begins on 2024-09-25", "to: 2023-11-23"},
		{"overlap", "{id: numbers, track: line, on: 2023-11-14", "{id: numbers, track: line, on: 2023-11-13", `stage "numbers" (2023-11-13 to 2023-11-13) overlaps "determination"`, "{id: numbers, track: line, on: 2023-11-13"},
		{"doubled stage", "{id: numbers, track: line, on: 2023-11-14", "{id: Determination, track: line, on: 2023-11-14", `stage "Determination" stands twice`, "{id: Determination"},
		{"doubled contest", "- id: GUB24R2", "- id: gub24", `contest "gub24" stands twice`, "- id: gub24"},
		{"doubled contestant", "{id: LEG24-2, number: 2", "{id: LEG24-1, number: 2", `contestant "LEG24-1" stands twice`, "{id: LEG24-1, number: 2"},
		{"doubled number", "{id: LEG24-2, number: 2", "{id: LEG24-2, number: 1", `both have the number 1`, "{id: LEG24-2, number: 1"},
		{"doubled source", "{id: C-VOI, address", "{id: C-SIN, address", `source "C-SIN" stands twice`, "{id: C-SIN, address: \"voi"},
		{"unknown source", "sources: [C-OKZ1, C-HDT, K-PRESDET]", "sources: [C-OKZ9, C-HDT, K-PRESDET]", `source "C-OKZ9" is not in the list of sources; nearest: C-OKZ1`, "C-OKZ9"},
		{"unknown instrument", "instrument: KEP1632-2023", "instrument: KEP1633-2023", `instrument "KEP1633-2023" is not in the list of instruments; nearest: KEP1632-2023`, "KEP1633-2023"},
		{"unknown party", "{ids: [pdip, hanura]", "{ids: [pdi, hanura]", `party "pdi" is not in the list of parties; nearest: pdip`, "- id: GUB24-3"},
		{"unknown phase", "phase: quiet, from: 2024-02-11, to: 2024-02-13, title: {id: \"Masa tenang\", en: \"Quiet period\"}, instrument: PKPU3-2022, confidence: H, sources: [C-SIN, C-VOI, C-RBG]}\n      - {id: voting, track: line, phase: voting, on: 2024-02-14, title: {id: \"Pemungutan suara\", en: \"Voting day\"}, instrument: PKPU3-2022, confidence: H, sources: [C-SIN, C-VOI, C-RBG]}\n      - {id: count, track: count, from: 2024-02-14, to: 2024-02-15, title: {id: \"Penghitungan suara di TPS\", en: \"Counting at polling stations\"}, instrument: PKPU3-2022, confidence: H, sources: [C-SIN, C-VOI]}\n      - {id: recapitulation, track: line, phase: counting, from: 2024-02-15, to: 2024-03-20, title: {id: \"Rekapitulasi sampai hasil nasional\"",
			"phase: silence, from: 2024-02-11, to: 2024-02-13, title: {id: \"Masa tenang\", en: \"Quiet period\"}, instrument: PKPU3-2022, confidence: H, sources: [C-SIN, C-VOI, C-RBG]}\n      - {id: voting, track: line, phase: voting, on: 2024-02-14, title: {id: \"Pemungutan suara\", en: \"Voting day\"}, instrument: PKPU3-2022, confidence: H, sources: [C-SIN, C-VOI, C-RBG]}\n      - {id: count, track: count, from: 2024-02-14, to: 2024-02-15, title: {id: \"Penghitungan suara di TPS\", en: \"Counting at polling stations\"}, instrument: PKPU3-2022, confidence: H, sources: [C-SIN, C-VOI]}\n      - {id: recapitulation, track: line, phase: counting, from: 2024-02-15, to: 2024-03-20, title: {id: \"Rekapitulasi sampai hasil nasional\"", `phase "silence"; possible: start`, "phase: silence"},
		{"unknown status", "status: not_held", "status: cancelled", `status "cancelled"; possible: held, scheduled, not_held, projected`, "status: cancelled"},
		{"unknown kind", "kind: other_head", "kind: mayor", `kind "mayor"; possible: president`, "kind: mayor"},
		{"unknown confidence", "confidence: BK-H, sources: [BK]", "confidence: sure, sources: [BK]", `confidence "sure"; possible: H`, "confidence: sure"},
		{"one language", "title: {id: \"Pengumuman DCT\", en: \"Final list announced\"}", "title: {id: \"Pengumuman DCT\"}", "a text needs both languages", "title: {id: \"Pengumuman DCT\"}"},
		{"gap before the quiet period", "from: 2024-09-25, to: 2024-11-23, title: {id: \"Masa kampanye\", en: \"Campaign\"}, instrument: PKPU2-2024, confidence: H, sources: [C-SAB, C-OKZ2, C-RBT, K-PILKADA]",
			"from: 2024-09-25, to: 2024-11-22, title: {id: \"Masa kampanye\", en: \"Campaign\"}, instrument: PKPU2-2024, confidence: H, sources: [C-SAB, C-OKZ2, C-RBT, K-PILKADA]", "so it must begin on 2024-11-23", "C-OKZ2], conflict: {id: \"IDN Times"},
		{"phase missing", "phase: oath, on: 2024-10-20", "on: 2024-10-20", "no stage has phase oath", "- id: PRES24"},
		{"phases out of order", "phase: start, on: 2024-01-26, title: {id: \"Jadwal Pilkada 2024 ditetapkan\", en: \"Schedule of the 2024 regional elections set\"}, instrument: PKPU2-2024, confidence: H, sources: [C-SAB, C-OKZ2]}\n      - {id: observers",
			"phase: start, on: 2024-09-01, title: {id: \"Jadwal Pilkada 2024 ditetapkan\", en: \"Schedule of the 2024 regional elections set\"}, instrument: PKPU2-2024, confidence: H, sources: [C-SAB, C-OKZ2]}\n      - {id: observers", "phase nomination begins on 2024-08-27, before phase start", "phase: nomination, from: 2024-08-27"},
		{"projection with stages", "projection: {from: 2029-01-01", "stages: [{id: a, track: line, on: 2029-02-01, title: {id: a, en: a}, confidence: L, sources: []}]\n    projection: {from: 2029-01-01", "is projected, so it cannot have stages", "- id: NAT29"},
		{"two contests of a kind at once", "status: not_held\n    contingent: true", "status: held", "no stage has phase start", "- id: GUB24R2"},
		{"people and party", "{id: LEG24-1, number: 1, party: pkb", "{id: LEG24-1, number: 1, people: [{name: A, role: vice}], party: pkb", "needs people or a party, and not both", "{id: LEG24-1, number: 1, people"},
		{"window as a stage", "{id: numbers, track: line, on: 2023-11-14", "{id: window, track: line, on: 2023-11-14", `stage id "window" is kept`, "{id: window"},
		{"reserved address", "- id: GUB24R2", "- id: Edisi", "choose another id", "- id: Edisi"},
		{"names itself", "previous: \"\"", "previous: \"2026-1\"", "names itself as previous", ""},
		{"anchor", "previous: \"\"", "previous: &a \"\"", "anchors and aliases are not allowed", ""},
		{"second document", "previous: \"\"", "previous: \"\"\n---\na: b", "a second document", "nowhere"},
		{"direction mark", "id: \"Pengumuman DCT\"", "id: \"Pengumuman \u202eDCT\"", "invisible character U+202E", "Pengumuman \u202eDCT"},
		{"control character", "id: \"Pengumuman DCT\"", "id: \"Pengumuman\\x07 DCT\"", "has a control character", "Pengumuman\\x07"},
		{"bodies at once", "from: 2024-08-24, to: 2024-09-03", "from: 2024-08-23, to: 2024-09-03", `bodies "kasn" and "transition" are both supervisor at the same time`, "{id: transition"},
	}
	text := baseText(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(text, c.old) {
				t.Fatalf("the base edition no longer has %q", c.old)
			}
			changed := strings.Replace(text, c.old, c.new, 1)
			_, err := Parse("new.yaml", []byte(changed))
			ps := rule.ProblemsOf(err)
			if len(ps) == 0 {
				t.Fatalf("accepted, or another error: %v", err)
			}
			mark := c.line
			if mark == "" {
				mark = c.new[strings.LastIndex(c.new, "\n")+1:]
			}
			line := 0
			if i := strings.LastIndex(changed[:max(0, strings.Index(changed, mark))+1], "\n"); strings.Contains(changed, mark) {
				line = strings.Count(changed[:i+1], "\n") + 1
			}
			for _, p := range ps {
				if strings.Contains(p.Message, c.want) {
					// A doubled or missing key may be told one line away.
					if p.File != "new.yaml" || line != 0 && (p.Line < line-1 || p.Line > line+1) {
						t.Errorf("%v: want line %d", p, line)
					}
					return
				}
			}
			t.Errorf("no problem says %q:\n%v", c.want, err)
		})
	}
}

func TestLoadTellsEverything(t *testing.T) {
	text := strings.Replace(baseText(t), "on: 2023-11-13", "on: tomorrow", 1)
	text = strings.Replace(text, "status: not_held", "status: gone", 1)
	_, err := Parse("new.yaml", []byte(text))
	if ps := rule.ProblemsOf(err); len(ps) != 2 {
		t.Errorf("want both problems, got:\n%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(baseText(f)))
	f.Add([]byte("edition: a\nprevious: b\ncontests: [{id: A, stages: [{on: 2024-01-01}]}]"))
	f.Add([]byte("? a\n: b"))
	f.Add([]byte("!!binary 1: 2"))
	f.Add([]byte("contests: {a: 1}\nparties: [[[]]]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := Parse("fuzz.yaml", data)
		if (e == nil) == (err == nil) {
			t.Fatalf("edition %v and error %v", e != nil, err)
		}
		if err != nil {
			for _, p := range rule.ProblemsOf(err) {
				if p.File != "fuzz.yaml" || p.Line < 0 || p.Message == "" {
					t.Errorf("problem %+v", p)
				}
			}
			return
		}
		if !bytes.Equal(e.File(), data) {
			t.Error("the file was not kept")
		}
		for _, kind := range kinds {
			facts := e.Facts(kind, day.Of(2024, 2, 14))
			if facts[FactStage] == "" || facts[FactStanding] == "" || facts[FactWindow] == "" {
				t.Errorf("%s: facts %v", kind, facts)
			}
		}
	})
}
