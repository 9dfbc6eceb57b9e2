package appoint_test

import (
	"testing"

	"netral/internal/fault"
	"netral/internal/merit/appoint"
	"netral/internal/web/webtest"
)

// TestReconcile: the figures of decree, roster and press, and the very row that
// differs.
func TestReconcile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := w.effected(t)
		x, err := w.Reconcile(ctx, office(), b.ID)
		if err != nil || len(x.Astray) != 0 || len(x.Lines) == 0 || x.Lines[0].Decree != 5 || x.Lines[0].Roster != 5 || x.Lines[0].Press != -1 {
			t.Fatalf("%+v, %v", x, err)
		}
		// Somebody changes the roster behind the decree's back.
		p := w.posts["a1"]
		p.Holders = []string{"c9"}
		w.posts["a1"] = p
		if x, err = w.Reconcile(ctx, office(), b.ID); err != nil || len(x.Astray) != 1 || x.Astray[0].Name != "Calon 1" || x.Astray[0].Standing != "moved" || x.Lines[0].Roster != 4 {
			t.Fatalf("%+v, %v", x, err)
		}
		_, err = w.Publish(ctx, office(), b.ID, appoint.Press{Source: "Siaran pers", Counts: []appoint.Count{{Level: "raja", N: 1}}})
		want(t, err, fault.Invalid, "appoint.press.level")
		_, err = w.Publish(ctx, governor(), b.ID, appoint.Press{Source: "Siaran pers", Counts: []appoint.Count{{N: 5}}})
		want(t, err, fault.Denied, "appoint.denied")
		who := office()
		at := "/kantor/pelantikan/" + b.ID + "/cocokkan"
		h := w.site(t, &who)
		webtest.Run(t, h, w.kinds(t),
			webtest.Scenario{URL: at, Want: []string{"Calon 1", "dipegang orang lain"}},
			webtest.Scenario{URL: at, Form: form("source", "Antara, 27 Desember 2023", "counts", "5\nDinas a; tiga"), Status: 422, Want: []string{"bukan angka"}},
			webtest.Scenario{URL: at, Form: form("source", "Antara, 27 Desember 2023", "counts", "5\nDinas a; 4\nDinas b; pengawas; 1"), Status: 303, Entries: []string{"merit.appoint.compared"}},
			webtest.Scenario{URL: at, Want: []string{"Antara, 27 Desember 2023", "berbeda"}})
		if x, err = w.Reconcile(ctx, office(), b.ID); err != nil {
			t.Fatal(err)
		}
		for _, c := range x.Lines {
			if c.Agency == "Dinas a" && c.Level == "" && (c.Press != 4 || c.Decree != 3 || !c.Differs()) {
				t.Errorf("%+v", c)
			}
		}
		who = person("x", "employee")
		webtest.Run(t, h, nil, webtest.Scenario{URL: at, Status: 403})
	})
}
