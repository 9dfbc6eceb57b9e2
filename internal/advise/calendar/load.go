package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
	"netral/internal/rule"
)

// Marks of certainty: H high, M medium, L low; BK background knowledge that no
// page confirmed; INF inferred from other dates.
var confidences = []string{"H", "M-H", "M", "L", "BK-H", "BK-M", "BK-L", "INF-H", "INF-M", "INF-L"}

var (
	personRoles  = []string{"president", "governor", "head", "vice"}
	backingRoles = []string{"nominating", "supporting"}
	markKinds    = []string{"nickname", "hashtag", "slogan", "symbol", "gesture", "colour"}
	bodyRoles    = []string{RoleSupervisor, RoleActingGovernor}
)

// Roles of a body.
const (
	RoleSupervisor     = "supervisor"
	RoleActingGovernor = "acting_governor"
)

// Load reads the edition in the file. The error is rule.Problems: everything
// that is wrong, with file and line.
func Load(fsys fs.FS, name string) (*Edition, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		if pe, ok := err.(*fs.PathError); ok {
			err = pe.Err
		}
		return nil, rule.Problems{{File: path.Base(name), Message: "cannot be read: " + err.Error()}}
	}
	return Parse(path.Base(name), data)
}

// Parse is Load for a file already read; name is what problems call it.
func Parse(name string, data []byte) (*Edition, error) {
	var problems rule.Problems
	s := source{file: name, problems: &problems}
	top := s.root(data)
	if top == nil {
		return nil, problems
	}
	sum := sha256.Sum256(data)
	r := reader{source: s, edition: &Edition{SHA256: hex.EncodeToString(sum[:]), file: data}, at: map[any]*yaml.Node{}}
	r.read(top)
	if len(problems) == 0 {
		r.check()
	}
	if len(problems) > 0 {
		return nil, problems
	}
	r.edition.timeline = r.edition.derive()
	return r.edition, nil
}

// File is the text the edition was read from. It must not be changed.
func (e *Edition) File() []byte { return e.file }

// reader fills one edition and remembers where its parts stand.
type reader struct {
	source
	edition *Edition
	at      map[any]*yaml.Node
}

// place is the key under which reader.at remembers a part: a stage, a
// contestant, a list of references.
type place struct {
	what  string
	outer int
	inner int
}

func (r *reader) read(top *yaml.Node) {
	e := r.edition
	f := r.fields(top, "edition", "previous", "published", "note", "contests", "parties", "bodies", "instruments", "sources")
	r.need(top, f, "edition", "previous", "published", "note", "contests", "parties", "bodies", "instruments", "sources")
	e.ID = r.name(f["edition"], "edition")
	if p := f["previous"]; p != nil && r.str(p) != "" {
		e.Previous = r.name(p, "previous")
	}
	if e.Previous != "" && strings.EqualFold(e.Previous, e.ID) {
		r.bad(f["previous"], "edition %q names itself as previous", e.ID)
	}
	e.Published, e.Note = r.day(f["published"]), r.text(f["note"])
	// What others refer to comes first.
	r.list(f["sources"], func(n *yaml.Node) {
		k := r.fields(n, "id", "address")
		r.need(n, k, "id", "address")
		e.Sources = append(e.Sources, Source{ID: r.name(k["id"], "id"), Address: r.str(k["address"])})
		r.at[place{"source", len(e.Sources) - 1, 0}] = n
	})
	r.list(f["instruments"], func(n *yaml.Node) {
		k := r.fields(n, "id", "title")
		r.need(n, k, "id", "title")
		e.Instruments = append(e.Instruments, Instrument{ID: r.name(k["id"], "id"), Title: r.text(k["title"])})
		r.at[place{"instrument", len(e.Instruments) - 1, 0}] = n
	})
	r.list(f["parties"], func(n *yaml.Node) {
		k := r.fields(n, "id", "name", "short", "weak", "marks")
		r.need(n, k, "id", "name", "short")
		e.Parties = append(e.Parties, Party{ID: r.name(k["id"], "id"), Name: r.str(k["name"]), Short: r.words(k["short"]), Weak: r.words(k["weak"]), Marks: r.marks(k["marks"])})
		r.at[place{"party", len(e.Parties) - 1, 0}] = n
	})
	r.list(f["bodies"], func(n *yaml.Node) {
		k := r.fields(n, "id", "role", "from", "to", "title", "note", "confidence", "sources")
		r.need(n, k, "id", "role", "title", "confidence", "sources")
		b := Body{
			ID: r.name(k["id"], "id"), Role: r.word(k["role"], "role", bodyRoles), From: r.day(k["from"]), Until: r.day(k["to"]),
			Title: r.text(k["title"]), Note: r.text(k["note"]), Confidence: r.word(k["confidence"], "confidence", confidences), Sources: r.words(k["sources"]),
		}
		if b.Until != day.None {
			b.Until++ // the file's "to" is the last day
		}
		e.Bodies = append(e.Bodies, b)
		r.at[place{"body", len(e.Bodies) - 1, 0}] = n
	})
	r.list(f["contests"], r.contest)
}

func (r *reader) contest(n *yaml.Node) {
	k := r.fields(n, "id", "kind", "title", "short", "region", "status", "contingent", "basis", "note", "stages", "window", "projection", "contestants")
	r.need(n, k, "id", "kind", "title", "short", "region", "status", "basis")
	at := len(r.edition.Contests)
	r.at[place{"contest", at, 0}] = n
	c := Contest{
		ID: r.name(k["id"], "id"), Kind: r.word(k["kind"], "kind", kinds), Title: r.text(k["title"]), Short: r.text(k["short"]),
		Status: r.word(k["status"], "status", statuses), Contingent: r.bool(k["contingent"], false), Basis: r.words(k["basis"]), Note: r.text(k["note"]),
	}
	if g := k["region"]; g != nil {
		rk := r.fields(g, "code", "title")
		r.need(g, rk, "code", "title")
		c.Region = Region{Code: r.name(rk["code"], "code"), Title: r.text(rk["title"])}
	}
	r.list(k["stages"], func(n *yaml.Node) {
		r.at[place{"stage", at, len(c.Stages)}] = n
		c.Stages = append(c.Stages, r.stage(n))
	})
	if w := k["window"]; w != nil {
		wk := r.fields(w, "instrument", "confidence", "sources", "note", "conflict")
		r.need(w, wk, "instrument", "confidence", "sources")
		c.Window = &Window{
			Instrument: r.name(wk["instrument"], "instrument"), Confidence: r.word(wk["confidence"], "confidence", confidences),
			Sources: r.words(wk["sources"]), Note: r.text(wk["note"]), Conflict: r.text(wk["conflict"]),
		}
		r.at[place{"window", at, 0}] = w
	}
	if p := k["projection"]; p != nil {
		pk := r.fields(p, "from", "to", "confidence", "sources", "why")
		r.need(p, pk, "from", "to", "confidence", "sources", "why")
		from, until := r.span(p, pk)
		c.Projection = &Projection{From: from, Until: until, Confidence: r.word(pk["confidence"], "confidence", confidences), Sources: r.words(pk["sources"]), Why: r.text(pk["why"])}
		r.at[place{"projection", at, 0}] = p
	}
	r.list(k["contestants"], func(n *yaml.Node) {
		r.at[place{"contestant", at, len(c.Contestants)}] = n
		c.Contestants = append(c.Contestants, r.contestant(n))
	})
	r.edition.Contests = append(r.edition.Contests, c)
}

func (r *reader) stage(n *yaml.Node) Stage {
	k := r.fields(n, "id", "track", "phase", "on", "from", "to", "title", "note", "conflict", "instrument", "confidence", "sources", "contingent", "held")
	r.need(n, k, "id", "track", "title", "confidence", "sources")
	s := Stage{
		ID: r.name(k["id"], "id"), Track: r.name(k["track"], "track"), Phase: r.word(k["phase"], "phase", phases),
		Title: r.text(k["title"]), Note: r.text(k["note"]), Conflict: r.text(k["conflict"]),
		Confidence: r.word(k["confidence"], "confidence", confidences), Sources: r.words(k["sources"]),
		Contingent: r.bool(k["contingent"], false), Held: r.bool(k["held"], true),
	}
	if in := k["instrument"]; in != nil {
		s.Instrument = r.name(in, "instrument")
	}
	s.From, s.Until = r.span(n, k)
	return s
}

func (r *reader) contestant(n *yaml.Node) Contestant {
	k := r.fields(n, "id", "number", "people", "party", "independent", "admitted", "determined", "withdrawn", "parties", "marks", "verified", "sources", "doubt", "note")
	r.need(n, k, "id", "number", "verified")
	c := Contestant{
		ID: r.name(k["id"], "id"), Number: r.number(k["number"]), Independent: r.bool(k["independent"], false),
		Admitted: r.day(k["admitted"]), Determined: r.day(k["determined"]), Withdrawn: r.day(k["withdrawn"]),
		Marks: r.marks(k["marks"]), Verified: r.bool(k["verified"], false), Sources: r.words(k["sources"]),
		Doubt: r.text(k["doubt"]), Note: r.text(k["note"]),
	}
	if p := k["party"]; p != nil {
		c.Party = r.name(p, "party")
	}
	r.list(k["people"], func(n *yaml.Node) {
		pk := r.fields(n, "name", "role", "single", "weak")
		r.need(n, pk, "name", "role")
		c.People = append(c.People, Person{Name: r.str(pk["name"]), Role: r.word(pk["role"], "role", personRoles), Single: r.words(pk["single"]), Weak: r.words(pk["weak"])})
	})
	r.list(k["parties"], func(n *yaml.Node) {
		bk := r.fields(n, "ids", "role", "verified", "sources")
		r.need(n, bk, "ids", "role", "verified")
		c.Backing = append(c.Backing, Backing{IDs: r.words(bk["ids"]), Role: r.word(bk["role"], "role", backingRoles), Verified: r.bool(bk["verified"], false), Sources: r.words(bk["sources"])})
	})
	if (c.Party == "") == (len(c.People) == 0) {
		r.bad(n, "contestant %q needs people or a party, and not both", c.ID)
	}
	if c.Independent && (c.Party != "" || len(c.Backing) > 0) {
		r.bad(n, "contestant %q is independent and has parties", c.ID)
	}
	return c
}

func (r *reader) number(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	v, err := strconv.Atoi(r.str(n))
	if err != nil || v < 1 || v > 999 {
		r.bad(n, "number %q; possible: 1 to 999", clip(n.Value))
		return 0
	}
	return v
}

func (r *reader) marks(n *yaml.Node) []Mark {
	var out []Mark
	r.list(n, func(n *yaml.Node) {
		k := r.fields(n, "kind", "text", "title", "from", "weak", "verified", "sources")
		r.need(n, k, "kind", "verified")
		m := Mark{
			Kind: r.word(k["kind"], "kind", markKinds), Text: r.str(k["text"]), Title: r.text(k["title"]), From: r.day(k["from"]),
			Weak: r.bool(k["weak"], false), Verified: r.bool(k["verified"], false), Sources: r.words(k["sources"]),
		}
		shown := m.Kind == "gesture" || m.Kind == "colour"
		if shown == m.Title.Zero() || shown == (m.Text != "") {
			r.bad(n, "a %s needs %s", m.Kind, map[bool]string{true: `a "title" in both languages and no "text"`, false: `a "text" as people write it and no "title"`}[shown])
		}
		for _, seen := range out {
			if m.Text != "" && m.Kind == seen.Kind && m.Text == seen.Text {
				r.bad(n, "%s %q stands twice", m.Kind, clip(m.Text))
			}
		}
		out = append(out, m)
	})
	return out
}
