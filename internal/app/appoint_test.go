package app

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/appoint"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
)

// TestAppointInTheRoster takes three people of the roster of a whole house from
// proposals to their posts, under the policies of the house, and has the proof
// recomputed by the program in the documentation.
func TestAppointInTheRoster(t *testing.T) {
	now := time.Date(2023, time.December, 20, 10, 0, 0, 0, day.WIB)
	dir := t.TempDir()
	s, err := OpenDemo(t.Context(), dir, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h, ctx := s.house, t.Context()
	h.day.set(day.Of(2023, time.December, 20))
	since := day.Of(2020, time.January, 1)
	b := roster.Batch{Units: []roster.Unit{{ID: "ax-prov", Name: "Provinsi Uji", From: since, Until: day.None}, {ID: "ax-dinas", Parent: "ax-prov", Name: "Dinas Uji", From: since, Until: day.None}, {ID: "ax-bidang", Parent: "ax-dinas", Name: "Bidang Uji", From: since, Until: day.None}}}
	for i, id := range []string{"ax-a", "ax-b", "ax-c", "ax-d", "ax-e"} {
		p := roster.Post{ID: id + "-post", Unit: "ax-bidang", Title: "Kepala Seksi " + id, Level: roster.Pengawas, Echelon: "IV.a", From: since, Until: day.None}
		if i == 2 {
			p.Level, p.Echelon, p.Title = roster.Administrator, "III.b", "Kepala Bidang"
		}
		b.Posts = append(b.Posts, p)
		b.People = append(b.People, roster.Person{ID: id, NIP: "19800101200501100" + string(rune('1'+i)), Name: "Uji " + id, Grade: "III/d", Education: "S-1", Born: day.Of(1980, 1, 1), Sex: roster.Male, Status: roster.PNS, From: since, Until: day.None})
		if i < 2 {
			b.Tenures = append(b.Tenures, roster.Tenure{Person: id, Post: id + "-post", Kind: roster.Definitive, From: since, Until: day.None})
		}
	}
	b.Tenures = append(b.Tenures, roster.Tenure{Person: "ax-b", Post: "ax-c-post", Kind: roster.Plt, From: day.Of(2023, time.November, 1), Until: day.Of(2024, time.February, 1)})
	b.Relations = []roster.Relation{{Person: "ax-e", Other: "ax-d", Kind: "sibling", From: day.None, Until: day.None}}
	if _, err := h.roster.Bulk(ctx, actor.System(), b, roster.Source{Kind: "system", Name: "uji"}); err != nil {
		t.Fatal(err)
	}
	as := func(id, role string) actor.Actor {
		return actor.Actor{ID: "account:" + id, Lang: "id", Via: "page", Grants: []actor.Grant{{Role: role}}}
	}
	bkd, governor, employee := as("bkd", "personnel"), as("gub", "governor"), as("e", "employee")
	opening := appoint.OpenInput{Title: "Uji", Effective: day.Of(2023, time.December, 27), OathDay: day.Of(2023, time.December, 27), Officiant: "Pj Gubernur", Authority: appoint.Acting, Signer: "Pj Gubernur"}
	if _, _, err := h.appoint.Open(ctx, employee, opening); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
		t.Errorf("an employee opens a batch: %v", err)
	}
	x, _, err := h.appoint.Open(ctx, bkd, opening)
	if err != nil {
		t.Fatal(err)
	}
	rows := func(proposer string) []appoint.ProposalRow {
		return []appoint.ProposalRow{
			{Post: "ax-c-post", Person: "198001012005011001", Proposer: proposer, Others: []string{"198001012005011002"}, Reason: "Cakap"},
			{Post: "ax-a-post", Person: "ax-b", Proposer: proposer, Reason: "Cakap", Single: "Tidak ada calon lain"},
			{Post: "ax-b-post", Person: "ax-d", Proposer: proposer, Reason: "Cakap", Single: "Tidak ada calon lain"},
		}
	}
	propose := func(rows []appoint.ProposalRow) error {
		var y appoint.Batch
		y, _, err := h.appoint.Propose(ctx, bkd, appoint.ProposeInput{Batch: x.ID, Version: x.Version, Rows: rows})
		if err == nil {
			x = y
		}
		return err
	}
	wants := func(err error, key string) {
		t.Helper()
		if f := fault.Of(err); f == nil || f.Key != key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == key }) {
			t.Errorf("got %v, want %s", err, key)
		}
	}
	wants(propose(rows("ax-e")), "appoint.propose.relative")
	wants(propose(rows("ax-c")[1:]), "appoint.post.held") // ax-a does not leave
	wants(propose(append(rows("ax-c"), appoint.ProposalRow{Post: "nowhere", Person: "ax-e", Proposer: "ax-c", Reason: "x", Single: "x"})), "appoint.post.none")
	if err := propose(rows("ax-c")); err != nil {
		t.Fatal(err)
	}
	if x, _, err = h.appoint.Assess(ctx, bkd, appoint.AssessInput{Batch: x.ID, Version: x.Version, Number: "BA-1", Date: day.Of(2023, time.December, 18), Assessors: []string{"ax-c"}, Summary: "x"}); err != nil {
		t.Fatal(err)
	}
	for _, k := range appoint.ApprovalKinds() {
		if x, _, err = h.appoint.Approve(ctx, bkd, x.ID, x.Version, appoint.Approval{Kind: k, Number: "1", Date: day.Of(2023, time.December, 19)}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err = h.appoint.Sign(ctx, governor, appoint.SignInput{Batch: x.ID, Version: x.Version, Date: day.None})
	wants(err, "appoint.need.verdict.undecided")
	for _, p := range []string{"ax-a-post", "ax-b-post", "ax-c-post"} {
		if x, _, err = h.appoint.Except(ctx, governor, x.ID, x.Version, p, "Dinilai oleh tim di luar sistem"); err != nil {
			t.Fatal(err)
		}
	}
	if x, _, err = h.appoint.Sign(ctx, governor, appoint.SignInput{Batch: x.ID, Version: x.Version, Date: day.None}); err != nil {
		t.Fatal(err)
	}
	raw, err := h.appoint.Proof(ctx, actor.Anonymous("page", "id"), x.Year, x.Number)
	if err != nil {
		t.Fatal(err)
	}
	f, err := appoint.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if r := f.Check(h.key.Verifier()); !r.Clean() || !r.Keyed || r.Excepted != 3 || len(r.Counts) != 2 || r.Counts[0].Agency != "Dinas Uji" || r.Kinds[appoint.Promotion] != 1 || r.Kinds[appoint.Rotation] != 1 || r.Kinds[appoint.First] != 1 {
		t.Errorf("%+v", r)
	}
	elsewhere(t, raw, x.Sum)
	onTheCommandLine(t, raw, h.key.VKey(), x.Sum)

	h.day.set(day.Of(2023, time.December, 27))
	w, err := h.appoint.Work(ctx, bkd, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range w.Lines {
		if _, err := h.appoint.CheckIn(ctx, bkd, x.ID, l.Code); err != nil {
			t.Fatal(err)
		}
	}
	w, err = h.appoint.Work(ctx, bkd, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	if x, _, err = h.appoint.Oath(ctx, bkd, appoint.OathInput{Batch: x.ID, Version: w.Version, Witnesses: []string{"Ani", "Budi"}}); err != nil {
		t.Fatal(err)
	}
	if x, _, err = h.appoint.Effect(ctx, bkd, x.ID, x.Version); err != nil || x.State != appoint.Done {
		t.Fatalf("%s, %v", x.State, err)
	}
	for person, posts := range map[string][]string{"ax-a": {"ax-a-post", "ax-c-post"}, "ax-b": {"ax-b-post", "ax-a-post"}, "ax-d": {"", "ax-b-post"}} {
		for i, on := range []day.Day{day.Of(2023, time.December, 26), day.Of(2023, time.December, 27)} {
			p, err := h.roster.View(ctx, bkd, roster.ViewInput{ID: person, On: on})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range p.Holdings {
				if c.Tenure.Kind == roster.Definitive {
					got = append(got, c.Post.ID)
				} else if i == 1 {
					t.Errorf("%s still acts for %s", person, c.Post.ID)
				}
			}
			if strings.Join(got, " ") != posts[i] {
				t.Errorf("%s holds %v on %s, want %s", person, got, on, posts[i])
			}
		}
	}
	// The ledger of promoters has all three, with the part of who proposed.
	rec, err := h.promote.Promoter(ctx, as("insp", "inspector"), promote.PromoterInput{Promoter: "ax-c"})
	if err != nil || len(rec.Results) != 3 || rec.Pending != 3 || !slices.Equal(rec.Results[0].Parts, []string{promote.Proposed, promote.Assessed}) || rec.Results[0].On != day.Of(2023, time.December, 27) {
		t.Errorf("%+v, %v", rec, err)
	}
	ratings := roster.Batch{Ratings: []roster.Rating{{Person: "ax-a", Year: 2024, Predicate: "baik"}, {Person: "ax-b", Year: 2024, Predicate: "kurang"}}}
	if _, err := h.roster.Bulk(ctx, actor.System(), ratings, roster.Source{Kind: "system", Name: "uji"}); err != nil {
		t.Fatal(err)
	}
	if rec, err = h.promote.Promoter(ctx, as("insp", "inspector"), promote.PromoterInput{Promoter: "ax-c", Part: promote.Proposed}); err != nil || rec.Pending != 1 || rec.Counted+rec.Left != 2 {
		t.Errorf("%+v, %v", rec, err)
	}
	tableOnTheCommandLine(t, h, dir, bkd)
	issuedPapers(t, h, bkd, x, "ax-a", "ax-c-post")
	if report, err := h.book.Verify(ctx); err != nil || !report.Clean() {
		t.Errorf("the record: %+v, %v", report.Problems, err)
	}
}

// tableOnTheCommandLine has netral appoint import bring a table into a batch.
func tableOnTheCommandLine(t *testing.T, h *house, dir string, bkd actor.Actor) {
	t.Helper()
	x, _, err := h.appoint.Open(t.Context(), bkd, appoint.OpenInput{Title: "Uji", Effective: day.Of(2099, time.January, 2), OathDay: day.Of(2099, time.January, 2), Officiant: "Gubernur", Authority: appoint.Definitive, Signer: "Gubernur"})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "usulan.csv")
	run := func(table string, args ...string) (string, int) {
		if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		code := Main(append([]string{"--lang=en", "appoint", "import", file, "--data", dir, "--origin", demoOrigin, "--batch", x.ID, "--proposer", "ax-c"}, args...), nil, &out, &out, func(string) string { return "" })
		return out.String(), code
	}
	good := "Kode Baru;NIP;Alasan;Alasan Calon Tunggal\nax-d-post;198001012005011005;Cakap;Satu-satunya\n"
	if out, code := run(good, "--dry-run"); code == 0 || !strings.Contains(out, "There is no column for the code of the post") {
		t.Errorf("%d: %s", code, out)
	}
	if out, code := run(good, "--dry-run", "--map", "Kode Baru=post"); code != 0 || !strings.Contains(out, "1 rows were read; 0 are refused. Nothing was written.") {
		t.Errorf("%d: %s", code, out)
	}
	if out, code := run(good+"zz;198001012005011005;Cakap;x\n", "--map", "Kode Baru=post"); code == 0 || !strings.Contains(out, "Row 3 (198001012005011005 for zz): ") {
		t.Errorf("%d: %s", code, out)
	}
	if out, code := run(good, "--map", "Kode Baru=post", "--json"); code != 0 || !strings.Contains(out, `"taken": true`) {
		t.Errorf("%d: %s", code, out)
	}
	if v, err := h.appoint.Work(t.Context(), bkd, x.ID); err != nil || len(v.Lines) != 1 || v.Lines[0].Person != "ax-e" {
		t.Errorf("%+v, %v", v.Lines, err)
	}
}

// elsewhere has a proof recomputed by the program in the documentation, and an
// altered one found.
func elsewhere(t *testing.T, raw []byte, sum string) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Error("python3 is needed: the proof is recomputed in another language")
		}
		return
	}
	file := filepath.Join(t.TempDir(), "proof.jsonl")
	run := func(raw []byte) (string, error) {
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), python, "../../docs/roster-proof.py", file).CombinedOutput()
		return string(out), err
	}
	if out, err := run(raw); err != nil || !strings.Contains(out, sum) || !strings.Contains(out, "Dinas Uji, pengawas: 2") {
		t.Errorf("%s %v", out, err)
	}
	for _, change := range [][2]string{{`"name":"Uji ax-d"`, `"name":"Uji ax-x"`}, {`"person":"ax-d"`, `"person":"ax-b"`}, {`"held":1`, `"held":2`}, {`"n":2`, `"n":3`}} {
		altered := strings.Replace(string(raw), change[0], change[1], 1)
		if altered == string(raw) {
			t.Fatalf("there is no %s", change[0])
		}
		if out, err := run([]byte(altered)); err == nil {
			t.Errorf("%v is not found: %s", change, out)
		}
	}
}

// onTheCommandLine has netral verify roster check a proof, with and without the
// key of the record, and find an altered one.
func onTheCommandLine(t *testing.T, raw []byte, key, sum string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "proof.jsonl")
	run := func(raw []byte, args ...string) (string, int) {
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		code := Main(append([]string{"--lang=en", "verify", "roster", "--data", t.TempDir(), file}, args...), nil, &out, &out, func(string) string { return "" })
		return out.String(), code
	}
	if out, code := run(raw, "--key", key); code != 0 || !strings.Contains(out, "3 rows, SHA-256 "+sum) || !strings.Contains(out, "The record has the signature as entry") || !strings.Contains(out, "By exceptions with a reason: 3") {
		t.Errorf("%d: %s", code, out)
	}
	if out, code := run(raw); code != 0 || !strings.Contains(out, "No key of the record was given") {
		t.Errorf("%d: %s", code, out)
	}
	if out, code := run(raw, "--json", "--key", key); code != 0 || !strings.Contains(out, `"key_checked": true`) {
		t.Errorf("%d: %s", code, out)
	}
	altered := bytes.Replace(raw, []byte(`"person":"ax-d"`), []byte(`"person":"ax-b"`), 1)
	if out, code := run(altered); code != 1 || !strings.Contains(out, "stands in row") || !strings.Contains(out, "does not hold") {
		t.Errorf("%d: %s", code, out)
	}
	if out, code := run([]byte("nothing")); code == 0 || !strings.Contains(out, "netral-roster/1") {
		t.Errorf("%d: %s", code, out)
	}
}
