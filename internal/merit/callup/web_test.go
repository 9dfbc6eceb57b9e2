package callup_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/lot"
	"netral/internal/merit/callup"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// site serves the pages to whoever the world says asks.
func (w *world) site(t *testing.T, who *actor.Actor) http.Handler {
	t.Helper()
	sh := webtest.Shell(t, nil, func(c *web.Config) {
		c.Now = w.clock.Now
		c.Who = func(*http.Request) (actor.Actor, bool) { return *who, who.Known() }
		c.Bearer = func(*http.Request) (actor.Actor, bool, error) { return *who, who.Known(), nil }
	})
	mux := http.NewServeMux()
	sh.Mount(mux)
	w.Routes(mux, sh)
	w.API(web.NewAPI(mux, sh, "1"), sh)
	return sh.Handler(mux)
}

func (w *world) kinds(t *testing.T) func() []string {
	return func() []string {
		all, err := w.Book.Latest(context.Background(), -1, 1000, ledger.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		out := make([]string, len(all))
		for i, e := range all {
			out[len(all)-1-i] = e.Kind
		}
		return out
	}
}

func programmeForm(change ...string) url.Values {
	v := url.Values{
		"id": {"paparan"}, "title": {"Paparan tugas"}, "levels": {"administrator", "pengawas"}, "every": {"month"}, "count": {"4"}, "by": {"level"}, "quotas": {""},
		"substitutes": {"3"}, "rest": {"1"}, "notice_hours": {"24"}, "exempt": {"leave"}, "excuse": {"illness"}, "source": {"drand"}, "dice": {""}, "late_hours": {"24"},
		"panel": {"3"}, "questions": {"3"}, "rubric": {"isi 5 Menguasai isi tugas\nwarga 5 Tahu akibatnya bagi warga"}, "reply_days": {"3"},
	}
	for i := 0; i < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := office()
		h, kinds := w.site(t, &who), w.kinds(t)
		run := func(s ...webtest.Scenario) { t.Helper(); webtest.Run(t, h, kinds, s...) }
		run(
			webtest.Scenario{URL: "/undian", Want: []string{"Belum ada program"}},
			webtest.Scenario{URL: "/kantor/paparan", Want: []string{"Buat program pertama"}},
			webtest.Scenario{URL: "/kantor/paparan/program", Want: []string{"Program baru", `value="paparan-eselon"`}},
			webtest.Scenario{URL: "/kantor/paparan/program", Form: programmeForm("count", "empat", "rubric", "isi"), Status: 422, Want: []string{"“empat” bukan bilangan bulat", "“isi” tidak terbaca", `value="Paparan tugas"`}},
			webtest.Scenario{URL: "/kantor/paparan/program", Form: programmeForm("quotas", "pengawas 3\nadministrator 2"), Status: 422, Want: []string{"Jumlah kuota 5, padahal yang diundi 4"}},
			webtest.Scenario{URL: "/kantor/paparan/program", Form: programmeForm(), Status: 303, Entries: []string{"merit.callup.changed"}},
			webtest.Scenario{URL: "/kantor/paparan/program?id=paparan", Want: []string{"Ubah program", "Menguasai isi tugas", `name="was" value="`}},
			// Nothing is written over that the writer has not seen.
			webtest.Scenario{URL: "/kantor/paparan/program", Form: programmeForm("rest", "2"), Status: 409, Want: []string{"isinya lain daripada yang Anda lihat", "sekarang: 1", `name="was" value="`}},
			webtest.Scenario{URL: "/kantor/paparan/program", Form: programmeForm("rest", "2", "was", strings.Repeat("0", 64)), Status: 409, Want: []string{"isinya lain daripada yang Anda lihat"}},
			webtest.Scenario{URL: "/kantor/paparan/program", Form: programmeForm("id", "lain", "was", strings.Repeat("0", 64)), Status: 404},
		)
		seen, err := w.Programme(t.Context(), "paparan")
		if err != nil {
			t.Fatal(err)
		}
		sum, err := lot.RulesSum(seen)
		if err != nil {
			t.Fatal(err)
		}
		run(
			webtest.Scenario{URL: "/api/v1/callup", Want: []string{`"sum":"` + sum}},
			webtest.Scenario{URL: "/kantor/paparan/program", Form: programmeForm("title", "Paparan tugas kedua", "was", sum), Status: 303, Entries: []string{"merit.callup.changed"}},
			webtest.Scenario{URL: "/kantor/paparan/program?id=x", Status: 404, Want: []string{"Program “x” tidak ada"}},
			webtest.Scenario{URL: "/kantor/paparan/segel/paparan", Want: []string{"datetime-local", "2023-10-19T12:00"}},
			webtest.Scenario{URL: "/kantor/paparan/segel/paparan", Form: url.Values{"at": {"besok"}}, Status: 422, Want: []string{"“besok” bukan tanggal dan jam"}},
			webtest.Scenario{URL: "/kantor/paparan/segel/paparan", Form: url.Values{"at": {"2023-10-19T09:59"}}, Status: 422, Want: []string{"terlalu dekat atau sudah lewat"}},
			webtest.Scenario{URL: "/kantor/paparan/segel/paparan", Form: url.Values{"at": {"2023-10-19T11:00"}}, Status: 303, Entries: []string{"merit.callup.sealed"}},
			webtest.Scenario{URL: "/kantor/paparan/segel/paparan", Form: url.Values{"at": {"2023-10-19T11:00"}}, Status: 409, Want: []string{"putaran yang belum selesai"}},
			webtest.Scenario{URL: "/undian/paparan/9", Status: 404},
			webtest.Scenario{URL: "/undian/paparan/x", Status: 404},
			webtest.Scenario{URL: "/undian/paparan/1/berkas", Status: 404, Want: []string{"Berkas undian baru ada"}},
		)
		v, err := w.View(t.Context(), who, "paparan", 1)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(v.Announced.Add(time.Minute))
		who = citizen()
		hand := func(n uint64, sig string) url.Values {
			return url.Values{"number": {fmt.Sprint(n)}, "signature": {sig}}
		}
		b := v.Sealed.Beacon
		run(
			webtest.Scenario{URL: "/undian", Want: []string{"Putaran 1 menunggu bilangan acak", "/undian/paparan/1"}},
			webtest.Scenario{URL: "/undian/paparan/1", Lang: "en", Want: []string{"Hand in the beacon", v.Sealed.List, "10 people"}},
			webtest.Scenario{URL: "/undian/paparan/1/daftar", Want: []string{"p00\np01\n"}},
			webtest.Scenario{URL: "/undian/paparan/1/suar", Form: hand(b, strings.Repeat("ab", 48)), Status: 422, Want: []string{"bukan milik putaran"}},
			webtest.Scenario{URL: "/undian/paparan/1/suar", Form: url.Values{"number": {"satu"}, "signature": {""}}, Status: 422, Want: []string{"“satu” bukan bilangan bulat"}},
			webtest.Scenario{URL: "/undian/paparan/1/suar", Form: hand(b, w.signature(b)), Status: 303, Entries: []string{"merit.callup.drawn"}},
			webtest.Scenario{URL: "/undian/paparan/1/suar", Form: hand(b, w.signature(b)), Status: 409, Want: []string{"sudah diundi"}},
			webtest.Scenario{URL: "/undian/paparan/1", Want: []string{"Hasil undian", "Unduh berkas undian"}, NotWant: []string{"Pejabat 0"}},
			webtest.Scenario{URL: "/undian/paparan/1/berkas", Want: []string{`"format": "netral-draw/1"`}},
			webtest.Scenario{URL: "/undian/keadilan", Want: []string{"Dari 4 orang yang terundi", "Dinas 1"}},
			webtest.Scenario{URL: "/undian/hitung", Want: []string{"Menghitung sendiri di rumah", "import hashlib"}},
			webtest.Scenario{URL: "/undian/hitung", Form: url.Values{}, Status: 422, Want: []string{"Pilih dahulu berkasnya"}},
			webtest.Scenario{URL: "/kantor/paparan", Status: 403},
			webtest.Scenario{URL: "/kantor/paparan/saya", Status: 403, Want: []string{"tidak terhubung"}},
			webtest.Scenario{URL: "/kantor/paparan/program", Status: 403},
			webtest.Scenario{URL: "/kantor/paparan/segel/paparan", Form: url.Values{"at": {"2023-12-19T11:00"}}, Status: 403},
		)
		w.walk(t, h, kinds, &who)
	})
}

// walk takes a call through its pages.
func (w *world) walk(t *testing.T, h http.Handler, kinds func() []string, who *actor.Actor) {
	run := func(s ...webtest.Scenario) { t.Helper(); webtest.Run(t, h, kinds, s...) }
	c := w.calls(t)[0]
	at := "/kantor/paparan/panggilan/" + c.ID
	do := func(what string, more ...string) url.Values {
		v := url.Values{"do": {what}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	*who = person(c.Person)
	run(
		webtest.Scenario{URL: "/kantor/paparan/saya", Want: []string{"Peluang saya", "dari 20", at}},
		webtest.Scenario{URL: at, Want: []string{"Saya akan hadir", c.Person}},
		webtest.Scenario{URL: at, Form: do("excuse", "kind", "illness", "note", "demam"), Status: 422, Want: []string{"tidak tercatat", ">demam<"}},
		webtest.Scenario{URL: at, Form: do("dance"), Status: 422, Want: []string{"“dance” tidak dikenal"}},
		webtest.Scenario{URL: at, Form: do("ack"), Status: 303, Entries: []string{"merit.callup.acknowledged"}},
		webtest.Scenario{URL: at, Form: do("panel", "members", "m1\nm2\nm3"), Status: 403},
	)
	*who = office()
	w.kin[c.Person+" m2"] = "roster.value.in_law"
	run(
		webtest.Scenario{URL: "/kantor/paparan", Want: []string{c.Name, at}},
		webtest.Scenario{URL: at, Form: do("panel", "members", "m1\nm2\nm3"), Status: 422, Want: []string{"mempunyai hubungan keluarga", "ipar", "m1\nm2"}},
		webtest.Scenario{URL: at, Form: do("panel", "members", "m1\nm4\nm3"), Status: 303, Entries: []string{"merit.callup.panelled"}},
		webtest.Scenario{URL: at, Form: do("open"), Status: 409, Want: []string{"masih dalam waktu persiapan"}},
	)
	w.clock.Set(c.Due)
	run(
		webtest.Scenario{URL: at, Form: do("open"), Status: 303, Entries: []string{"merit.callup.opened"}},
		webtest.Scenario{URL: at, Lang: "en", Want: []string{"Drawn from the duties", "has not scored"}},
	)
	for i, m := range []string{"m1", "m4", "m3"} {
		*who = person(m)
		run(
			webtest.Scenario{URL: at, Want: []string{"Serahkan nilai"}, NotWant: []string{"catatan-rahasia"}},
			webtest.Scenario{URL: at, Form: do("score", "points-isi", "9", "points-warga", "x"), Status: 422, Want: []string{"“x” bukan bilangan bulat"}},
			webtest.Scenario{URL: at, Form: do("score", "points-isi", fmt.Sprint(3+i%2), "points-warga", "4", "note", "catatan-rahasia"), Status: 303, Entries: []string{"merit.callup.scored"}},
		)
	}
	*who = office()
	run(
		webtest.Scenario{URL: at, Want: []string{"dibaca lebih dahulu oleh pejabat"}, NotWant: []string{"catatan-rahasia"}},
		webtest.Scenario{URL: at, Form: do("file"), Status: 409, Want: []string{"masih mempunyai waktu menanggapi"}},
	)
	*who = person(c.Person)
	run(
		webtest.Scenario{URL: at, Want: []string{"lebih dahulu daripada siapa pun"}, NotWant: []string{"catatan-rahasia"}},
		webtest.Scenario{URL: at, Form: do("read"), Status: 303, Entries: []string{"merit.callup.told"}},
		webtest.Scenario{URL: at, Want: []string{"7,3 dari 10", "catatan-rahasia", "Alfa Krippendorff"}},
		webtest.Scenario{URL: at, Form: do("reply", "reply", "Terima kasih."), Status: 303, Entries: []string{"merit.callup.replied"}},
	)
	*who = office()
	run(
		webtest.Scenario{URL: at, Form: do("file"), Status: 303, Entries: []string{"merit.callup.filed"}},
		webtest.Scenario{URL: at, Want: []string{"Terima kasih.", "masuk catatan kinerja"}},
	)
}

func TestAPI(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := office()
		h, kinds := w.site(t, &who), w.kinds(t)
		run := func(s ...webtest.Scenario) { t.Helper(); webtest.Run(t, h, kinds, s...) }
		w.programme(t, rules(lot.Drand))
		run(
			webtest.Scenario{URL: "/api/v1/callup/programmes/paparan/rounds", JSON: map[string]any{"beacon": 1000}, Status: 422, Want: []string{"callup.seal.past"}},
			webtest.Scenario{URL: "/api/v1/callup/programmes/paparan/rounds", JSON: map[string]any{"at": w.clock.Now().Add(time.Hour)}, Want: []string{`"state":"sealed"`}, Entries: []string{"merit.callup.sealed"}},
		)
		v, err := w.View(t.Context(), who, "paparan", 1)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(v.Announced.Add(time.Minute))
		at := "/api/v1/callup/rounds/" + v.ID
		b := v.Sealed.Beacon
		run(
			webtest.Scenario{URL: at, Want: []string{`"intact":true`, v.Sealed.List}},
			webtest.Scenario{URL: at + "/void", JSON: map[string]any{"why": "late", "note": "x"}, Status: 422, Want: []string{"callup.void.early"}},
			webtest.Scenario{URL: at + "/dice", JSON: map[string]any{"digits": "1", "witnesses": "x"}, Status: 422, Want: []string{"callup.dice.none"}},
			webtest.Scenario{URL: at + "/beacon", JSON: map[string]any{"number": b, "signature": w.signature(b)}, Want: []string{`"state":"drawn"`}, Entries: []string{"merit.callup.drawn"}},
			webtest.Scenario{URL: "/api/v1/callup", Want: []string{`"state":"drawn"`}},
			webtest.Scenario{URL: "/api/v1/callup/fairness", Want: []string{`"drawn":4`, `"by":"sex"`}},
		)
		raw, err := w.PublishedFile(t.Context(), who, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		run(
			webtest.Scenario{URL: "/api/v1/callup/check", JSON: map[string]any{"file": base64.StdEncoding.EncodeToString(raw)}, Want: []string{`"good":true`}},
			webtest.Scenario{URL: "/api/v1/callup/check", JSON: map[string]any{"file": "!"}, Status: 422},
		)
		c := w.calls(t)[0]
		run(webtest.Scenario{URL: "/api/v1/callup/desk", Want: []string{c.ID, `"late":[]`}})
		who = person(c.Person)
		run(
			webtest.Scenario{URL: "/api/v1/callup/calls/" + c.ID, Want: []string{`"state":"called"`}},
			webtest.Scenario{URL: "/api/v1/callup/calls/" + c.ID, JSON: map[string]any{"do": "ack"}, Want: []string{`"state":"acknowledged"`}, Entries: []string{"merit.callup.acknowledged"}},
			webtest.Scenario{URL: "/api/v1/callup/mine", Want: []string{c.ID, `"chance":"`}},
			webtest.Scenario{URL: "/api/v1/callup/calls/nobody", Status: 404},
		)
		who = person("p29x")
		run(webtest.Scenario{URL: "/api/v1/callup/calls/" + c.ID, Status: 403})
	})
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), callup.Gallery())
}
