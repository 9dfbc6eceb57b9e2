package app

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/beacon"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/merit/callup"
	"netral/internal/merit/roster"
)

// TestCallUpOfTheRoster draws from the roster of a whole house, under the policies
// of the house: who may do what, who is kept off, whose relative may not judge.
func TestCallUpOfTheRoster(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Date(2023, time.October, 19, 10, 0, 0, 0, day.WIB).Unix())
	s, err := OpenDemo(t.Context(), t.TempDir(), func() time.Time { return time.Unix(now.Load(), 0) }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h, ctx := s.house, t.Context()
	since := day.Of(2020, time.January, 1)
	b := roster.Batch{Units: []roster.Unit{{ID: "cx-dinas", Name: "Dinas Uji Undian", From: since, Until: day.None}}}
	for i, id := range []string{"cx-a", "cx-b", "cx-c", "cx-d"} {
		b.Posts = append(b.Posts, roster.Post{ID: id + "-post", Unit: "cx-dinas", Title: "Kepala Seksi " + id, Level: roster.Pengawas, Head: i == 0, Duties: "1. menyusun rencana\n2. melayani warga", From: since, Until: day.None})
		b.People = append(b.People, roster.Person{ID: id, NIP: "19800101200501100" + string(rune('1'+i)), Name: "Uji " + id, Grade: "III/d", Education: "S-1", Born: day.Of(1980, 1, 1), Sex: roster.Male, Status: roster.PNS, From: since, Until: day.None})
		b.Tenures = append(b.Tenures, roster.Tenure{Person: id, Post: id + "-post", Kind: roster.Definitive, From: since, Until: day.None})
	}
	b.Leaves = []roster.Leave{{Person: "cx-d", Kind: "annual", From: day.Of(2023, time.October, 16), Until: day.Of(2023, time.October, 21)}}
	b.Relations = []roster.Relation{{Person: "cx-b", Other: "cx-a", Kind: "sibling", From: day.None, Until: day.None}, {Person: "cx-c", Other: "cx-b", Kind: "cousin", From: day.None, Until: day.None}, {Person: "cx-a", Other: "cx-c", Kind: "in_law", From: day.None, Until: day.None}}
	if _, err := h.roster.Bulk(ctx, actor.System(), b, roster.Source{Kind: "system", Name: "uji"}); err != nil {
		t.Fatal(err)
	}
	as := func(id, role string) actor.Actor {
		return actor.Actor{ID: "account:" + id, Person: "cx-" + id, Lang: "id", Via: "page", Grants: []actor.Grant{{Role: role}}}
	}
	bkd, governor, employee := as("bkd", "personnel"), as("gub", "governor"), as("employee", "employee")
	rules := lot.Rules{
		ID: "uji", Title: "Uji", Levels: []string{"pengawas"}, Every: "month", Count: 1, By: "unit", Quotas: []lot.Quota{{Group: "cx-dinas", N: 1}}, Rest: 1, NoticeHours: 24,
		Exempt: []string{callup.Leave}, Excuse: []string{callup.Illness}, Source: lot.Dice, Dice: lot.MinDice, LateHours: 24, Panel: 2, Questions: 1, ReplyDays: 3,
		Rubric: []lot.Criterion{{ID: "isi", Title: "Isi", Max: 5}},
	}
	if _, err := h.callup.Change(ctx, employee, rules, ""); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
		t.Errorf("an employee writes programmes: %v", err)
	}
	if _, err := h.callup.Change(ctx, governor, rules, ""); err != nil {
		t.Fatal(err)
	}
	r, _, err := h.callup.Seal(ctx, bkd, callup.SealInput{Programme: "uji", At: time.Unix(now.Load(), 0).Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.callup.SealedList(ctx, actor.Anonymous("page", "id"), r.ID)
	if err != nil || !strings.Contains(string(list), "cx-a\ncx-b\ncx-c\n") || strings.Contains(string(list), "cx-d") {
		t.Fatalf("%q, %v", list, err)
	}
	now.Store(r.Announced.Add(time.Minute).Unix())
	for _, who := range []actor.Actor{bkd, governor} {
		if r, _, err = h.callup.RollDice(ctx, who, callup.DiceInput{Round: r.ID, Digits: strings.Repeat("36142", 10), Witnesses: "Ibu A"}); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := h.callup.PublishedFile(ctx, actor.Anonymous("page", "id"), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	f, err := lot.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if rep := f.Check(beacon.Quicknet()); !rep.Clean() || rep.Drawn != 1 {
		t.Errorf("%+v", rep)
	}
	checkSeal(t, h, r.ID, raw)
	desk, err := h.callup.Desk(ctx, bkd)
	if err != nil || len(desk.Calls) != 1 {
		t.Fatalf("%+v, %v", desk.Calls, err)
	}
	c := desk.Calls[0]
	// The other two are both relatives; one by a declaration of their own.
	var others []string
	for _, id := range []string{"cx-a", "cx-b", "cx-c"} {
		if id != c.Person {
			others = append(others, id)
		}
	}
	_, _, err = h.callup.NamePanel(ctx, bkd, callup.PanelInput{Call: c.ID, Members: others})
	if x := fault.Of(err); x == nil || len(x.Fields) != 2 || x.Fields[0].Key != "callup.panel.relative" {
		t.Errorf("relatives on the panel: %v", err)
	}
	if _, err := h.callup.CallView(ctx, employee, c.ID); fault.Of(err) == nil || fault.Of(err).Kind != fault.NotFound {
		t.Errorf("a stranger reads a call: %v", err)
	}
	if v, err := h.callup.CallView(ctx, actor.Actor{ID: "account:x", Person: c.Person}, c.ID); err != nil || !v.Mine {
		t.Errorf("the official does not: %v", err)
	}
	if report, err := h.book.Verify(ctx); err != nil || !report.Clean() {
		t.Errorf("the record: %+v, %v", report.Problems, err)
	}
}

// checkSeal checks file and seal at the command line, as somebody far away would.
func checkSeal(t *testing.T, h *house, round string, raw []byte) {
	t.Helper()
	receipt, err := h.callup.SealProof(t.Context(), actor.Anonymous("page", "id"), round)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, body []byte) string {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	run := func(file, seal string, key ...string) (int, string) {
		var out bytes.Buffer
		args := append([]string{"--lang", "en", "verify", "draw", "--data", dir, "--seal", seal, file}, key...)
		return Main(args, strings.NewReader(""), &out, &out, func(string) string { return "" }), out.String()
	}
	file, seal, key := write("draw.json", raw), write("seal.json", receipt), "--key="+h.key.VKey()
	if code, out := run(file, seal, key); code != 0 || !strings.Contains(out, "The seal is entry") {
		t.Errorf("%d: %s", code, out)
	}
	if code, out := run(file, seal); code == 0 || !strings.Contains(out, "--key") {
		t.Errorf("without a key, %d: %s", code, out)
	}
	if code, out := run(file, file, key); code == 0 || !strings.Contains(out, "netral-seal/1") {
		t.Errorf("no receipt, %d: %s", code, out)
	}
	// One character of the receipt altered, wherever it matters.
	for _, part := range []string{`"body": "`, `"salt": "`, `tlog-proof@v1\nindex `, `"at": "2023-10-19T0`} {
		i := bytes.Index(receipt, []byte(part)) + len(part)
		bad := bytes.Clone(receipt)
		if bad[i]++; i < len(part) {
			t.Fatalf("the receipt has no %s: %s", part, receipt)
		}
		if code, out := run(file, write("bad.json", bad), key); code == 0 {
			t.Errorf("%s altered: %s", part, out)
		}
	}
	// The same in other bytes, or with more behind it.
	for _, bad := range [][]byte{append(bytes.Clone(receipt), '\n'), bytes.Replace(receipt, []byte(`"salt"`), []byte(`"Salt"`), 1), bytes.Replace(receipt, []byte(`"kind"`), []byte(`"x": 1, "kind"`), 1)} {
		if code, out := run(file, write("bad.json", bad), key); code == 0 || !strings.Contains(out, "netral-seal/1") {
			t.Errorf("a receipt in another form, %d: %s", code, out)
		}
	}
	// A file of another seal.
	f, err := lot.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	f.Sealed.Round++
	if err := f.Draw(); err != nil {
		t.Fatal(err)
	}
	other, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if code, out := run(write("other.json", other), seal, key); code != 1 || !strings.Contains(out, "another list") {
		t.Errorf("another draw, %d: %s", code, out)
	}
}
