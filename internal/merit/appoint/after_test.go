package appoint_test

import (
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/merit/appoint"
	"netral/internal/web/webtest"
)

// headOf is the head of a unit.
func headOf(id, unit string) actor.Actor {
	a := person(id, "unit_head")
	a.Grants[0].Unit = unit
	return a
}

// oathTaken is a batch of which all took the oath, with posts changed.
func (w *world) effected(t *testing.T) appoint.Batch {
	t.Helper()
	return w.effect(t, w.signed(t))
}

// effect takes a batch that is signed to its end.
func (w *world) effect(t *testing.T, b appoint.Batch) appoint.Batch {
	t.Helper()
	w.clock.Set(date("2023-12-27").Start().Add(9 * 3600e9))
	v, err := w.Work(t.Context(), office(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	var posts []string
	for _, l := range v.Lines {
		posts = append(posts, l.Post)
	}
	if _, err := w.CheckInMany(t.Context(), office(), b.ID, posts); err != nil {
		t.Fatal(err)
	}
	if b, _, err = w.Oath(t.Context(), office(), appoint.OathInput{Batch: b.ID, Version: b.Version, Witnesses: []string{"Ani", "Budi"}}); err != nil {
		t.Fatal(err)
	}
	if b, _, err = w.Effect(t.Context(), office(), b.ID, b.Version); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSeats: the highest echelon sits in front, then by agency.
func TestSeats(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.signed(t)
		v, err := w.Work(t.Context(), office(), b.ID)
		if err != nil {
			t.Fatal(err)
		}
		seat := map[string]int{}
		for _, l := range v.Lines {
			seat[l.Post] = l.Seat
		}
		for i, post := range []string{"a6", "b5", "a1", "a2", "b1"} {
			if seat[post] != i+1 {
				t.Errorf("%s sits on %d, want %d", post, seat[post], i+1)
			}
		}
		who := office()
		webtest.Run(t, w.site(t, &who), nil, webtest.Scenario{URL: "/kantor/pelantikan/" + b.ID + "/denah?per=4", Want: []string{"5 orang, 4 kursi sebaris", "Baris 2"}})
	})
}

func TestPact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := w.signed(t)
		current := w.After.Pact.Version
		c1 := person("c1", "employee")
		want(t, w.AcceptPact(ctx, c1, b.ID, "a1", "2000-1"), fault.Invalid, "appoint.pact.version")
		want(t, w.AcceptPact(ctx, person("c9", "employee"), b.ID, "a1", current), fault.Denied, "appoint.pact.own")
		want(t, w.AcceptPact(ctx, office(), b.ID, "a1", current), fault.Denied, "appoint.pact.own")
		for range 2 { // the second time changes nothing
			if err := w.AcceptPact(ctx, c1, b.ID, "a1", current); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := w.PactMany(ctx, office(), b.ID, []string{"a1", "a2"}); err != nil || r.Done != 1 || r.Again != 1 {
			t.Error(r, err)
		}
		_, err := w.PactMany(ctx, c1, b.ID, []string{"a2"})
		want(t, err, fault.Denied, "appoint.denied")
		x, err := w.Extract(ctx, c1, b.ID, "a1")
		if err != nil || x.Line.Pact == nil || !x.Line.Pact.Self || x.Line.Pact.SHA256 != w.After.Pact.Sum() {
			t.Errorf("%+v, %v", x.Line.Pact, err)
		}
		n := 0
		for _, k := range w.kinds(t)() {
			if k == "merit.appoint.pactaccepted" {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestFollowUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := w.effected(t)
		f, err := w.FollowUps(ctx, office(), b.ID, "")
		if err != nil || f.Open[appoint.TaskDuty] != 5 || f.Open["handover"] != 5 || f.Open["training"] == 0 {
			t.Fatalf("%+v, %v", f.Open, err)
		}
		follow := func(who actor.Actor, kind, on, note string, posts ...string) error {
			_, err := w.Follow(ctx, who, appoint.FollowInput{Batch: b.ID, Kind: kind, Posts: posts, Date: date(on), Number: "S-1", Note: note})
			return err
		}
		// The receiving unit of a1 and a2 is a: its head states it, the head of b does not.
		want(t, follow(headOf("hb", "b"), appoint.TaskDuty, "2023-12-27", "", "a1"), fault.Denied, "appoint.denied")
		want(t, follow(headOf("c1", "a"), appoint.TaskDuty, "2023-12-27", "", "a1"), fault.Denied, "appoint.task.own")
		want(t, follow(headOf("ha", "a"), appoint.TaskDuty, "2023-12-27", "", "a1", "b1"), fault.Denied, "appoint.denied")
		want(t, follow(headOf("ha", "a"), appoint.TaskDuty, "2023-12-26", "", "a1"), fault.Invalid, "appoint.task.early")
		want(t, follow(headOf("ha", "a"), appoint.TaskDuty, "2023-12-28", "", "a1"), fault.Invalid, "appoint.check.future")
		want(t, follow(office(), "dance", "2023-12-27", "", "a1"), fault.Invalid, "appoint.check.one")
		want(t, follow(office(), appoint.TaskDuty, "2023-12-27", "", "zz"), fault.NotFound, "appoint.task.none")
		if err := follow(headOf("ha", "a"), appoint.TaskDuty, "2023-12-27", "", "a1", "a2"); err != nil {
			t.Fatal(err)
		}
		want(t, follow(person("c9", "employee"), "handover", "2023-12-27", "", "a1"), fault.Denied, "appoint.denied")
		if err := follow(person("c1", "employee"), "handover", "2023-12-27", "", "a1"); err != nil {
			t.Fatal(err)
		}
		// In inboxes: one's own at once, those of a unit and the office when their day is near.
		told := func(who actor.Actor) string {
			list, err := w.Waiting(ctx, who)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, x := range list {
				out = append(out, x.Title+" "+x.Href)
			}
			return strings.Join(out, "\n")
		}
		if got := told(person("pa1", "employee")); !strings.Contains(got, "appoint.wait.task /kantor/pelantikan/"+b.ID+"/petikan/a2") {
			t.Error(got)
		}
		if got := told(headOf("hb", "b")); strings.Contains(got, "hal=duty") {
			t.Error(got)
		}
		w.clock.Set(date("2024-01-30").Start())
		if got := told(headOf("hb", "b")); !strings.Contains(got, "hal=duty") {
			t.Error(got)
		}
		if got := told(person("c9", "employee")); got != "" {
			t.Error(got)
		}
		want(t, follow(headOf("hb", "b"), appoint.TaskDuty, "2024-01-30", "", "b1"), fault.Invalid, "appoint.task.late")
		if err := follow(headOf("hb", "b"), appoint.TaskDuty, "2024-01-30", "Cuti sakit", "b1"); err != nil {
			t.Fatal(err)
		}
		if f, err = w.FollowUps(ctx, office(), b.ID, appoint.TaskDuty); err != nil || f.Open[appoint.TaskDuty] != 2 || f.Late[appoint.TaskDuty] != 2 || len(f.Tasks) != 5 {
			t.Errorf("%+v, %v", f, err)
		}
		// Who may not see a batch sees none of it here, and the head of a unit only their own.
		if _, err := w.FollowUps(ctx, person("c9", "employee"), b.ID, ""); err == nil {
			t.Error("an employee reads what follows")
		}
		if f, err = w.FollowUps(ctx, headOf("hb", "b"), b.ID, appoint.TaskDuty); err != nil || len(f.Tasks) != 2 {
			t.Errorf("%+v, %v", f.Tasks, err)
		}
		who := headOf("hb", "b")
		at := "/kantor/pelantikan/" + b.ID + "/tindak-lanjut"
		webtest.Run(t, w.site(t, &who), w.kinds(t),
			webtest.Scenario{URL: at, Want: []string{"Surat pernyataan melaksanakan tugas", "terlambat, batasnya"}, NotWant: []string{"Calon 1"}},
			webtest.Scenario{URL: at, Form: form("kind", "duty", "posts", "b5", "date", "2024-01-30"), Status: 422, Want: []string{"Tulis sebabnya"}},
			webtest.Scenario{URL: at, Form: form("kind", "duty", "posts", "b5", "date", "2024-01-30", "note", "Diklat"), Want: []string{"Tercatat untuk 1 orang"}, Entries: []string{"merit.appoint.followed"}})
	})
}

func TestAmendments(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := w.signed(t)
		before, err := w.Proof(ctx, citizen(), b.Year, b.Number)
		if err != nil {
			t.Fatal(err)
		}
		amend := func(who actor.Actor, in appoint.AmendInput) (appoint.Amendment, error) {
			in.Batch = b.ID
			a, _, err := w.Amend(ctx, who, in)
			if err == nil {
				b.Version++
			}
			return a, err
		}
		fix := appoint.AmendInput{Version: b.Version, Kind: appoint.Correction, Post: "a1", Field: "name", Becomes: "Calon Satu", Why: "Nama keliru"}
		_, err = amend(office(), fix)
		want(t, err, fault.Denied, "appoint.denied")
		for key, change := range map[string]func(*appoint.AmendInput){
			"appoint.check.one":     func(in *appoint.AmendInput) { in.Field = "person" },
			"appoint.check.empty":   func(in *appoint.AmendInput) { in.Why = "" },
			"appoint.amend.same":    func(in *appoint.AmendInput) { in.Becomes = "Calon 1" },
			"appoint.batch.moved":   func(in *appoint.AmendInput) { in.Version-- },
			"appoint.proposal.none": func(in *appoint.AmendInput) { in.Post = "zz" },
		} {
			in := fix
			change(&in)
			_, err := amend(governor(), in)
			if f := fault.Of(err); f == nil || f.Key != key && (len(f.Fields) == 0 || f.Fields[0].Key != key) {
				t.Errorf("%v, want %s", err, key)
			}
		}
		a, err := amend(governor(), fix)
		if err != nil || a.Decree() != "2/2023" || a.Of != "1/2023" || a.Was != "Calon 1" {
			t.Fatalf("%+v, %v", a, err)
		}
		a, err = amend(governor(), appoint.AmendInput{Version: b.Version, Kind: appoint.Withdrawal, Post: "a6", Why: "Mundur"})
		if err != nil || a.Decree() != "3/2023" {
			t.Fatalf("%+v, %v", a, err)
		}
		// What was published stays as it was, but for the proof that has grown.
		after, err := w.Proof(ctx, citizen(), b.Year, b.Number)
		if err != nil || strings.Split(string(before), `{"receipt":`)[0] != strings.Split(string(after), `{"receipt":`)[0] {
			t.Errorf("the published lines have changed: %v", err)
		}
		if x, err := w.Extract(ctx, office(), b.ID, "a1"); err != nil || x.Line.Mended["name"] != "Calon Satu" || x.Line.Row.Name != "Calon 1" {
			t.Errorf("%+v, %v", x.Line, err)
		}
		who := citizen()
		webtest.Run(t, w.site(t, &who), nil,
			webtest.Scenario{URL: "/pelantikan/2023/1", Want: []string{"Diubah kemudian", "“Calon 1” seharusnya “Calon Satu”", "dicabut", "Bukti keputusan ini cocok"}},
			webtest.Scenario{URL: "/pelantikan/2023/2", Status: 303},
			webtest.Scenario{URL: "/pelantikan/2023/9", Status: 404})
		// Who was withdrawn takes no oath; the others go on without them.
		w.clock.Set(date("2023-12-27").Start().Add(9 * 3600e9))
		_, err = w.CheckInMany(ctx, office(), b.ID, []string{"a6"})
		want(t, err, fault.Conflict, "appoint.checkin.withdrawn")
		if _, err := w.CheckInMany(ctx, office(), b.ID, []string{"a1", "a2", "b5"}); err != nil {
			t.Fatal(err)
		}
		// b1 was to be left by who was withdrawn: it is not free now.
		if _, err := w.AbsentMany(ctx, office(), b.ID, []string{"b1"}, "Jabatan belum kosong"); err != nil {
			t.Fatal(err)
		}
		b, _, err = w.Oath(ctx, office(), appoint.OathInput{Batch: b.ID, Version: b.Version, Witnesses: []string{"Ani", "Budi"}})
		if err != nil || b.Sworn != 3 {
			t.Fatal(b.Sworn, err)
		}
	})
}
