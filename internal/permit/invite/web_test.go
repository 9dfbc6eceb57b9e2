package invite_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/permit/invite"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// site serves the pages to whoever the test says asks.
func (w *world) site(t *testing.T, who *actor.Actor) (http.Handler, func() []string) {
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
	return sh.Handler(mux), func() []string {
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

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// TestPages walks an invitation through the pages.
func TestPages(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		who := staff()
		h, kinds := w.site(t, &who)
		run := func(s ...webtest.Scenario) { t.Helper(); webtest.Run(t, h, kinds, s...) }
		paper := []string{"text", "Undangan pengajian.\nHadirin membawa bendera Partai Melati.", "title", "Pengajian bulanan", "day", "2023-12-02", "from", "19:30", "venue", "Masjid", "organiser", "Majelis Taklim", "kinds", "mass_org", "role", "attend", "invited", "nip-camat", "channel", "letter"}
		run(
			webtest.Scenario{URL: "/kantor/undangan", Want: []string{"Tidak ada undangan terbuka"}},
			webtest.Scenario{URL: "/kantor/undangan/baru", Want: []string{"Dua menit cukup"}},
			webtest.Scenario{URL: "/kantor/undangan/baru", Form: form("title", "x", "day", "besok"), Status: 422, Want: []string{"“besok” bukan tanggal", `value="x"`}},
			webtest.Scenario{URL: "/kantor/undangan/baru", Form: form(append(paper, "day", "2023-11-19")[2:]...), Status: 422, Want: []string{"perlu diisi"}},
			webtest.Scenario{URL: "/kantor/undangan/baru", Form: form(paper...), Status: 303, Entries: []string{"permit.invite.entered"}},
			webtest.Scenario{URL: "/kantor/undangan/baru", Form: form(paper...), Status: 409, Want: []string{"sudah dimasukkan", "bendera Partai Melati"}},
			webtest.Scenario{URL: "/kantor/surat", Status: 403},
			webtest.Scenario{URL: "/kantor/pola-undangan", Status: 403},
		)
		who = mayor()
		b, err := w.Board(t.Context(), who)
		if err != nil || len(b.Trays[invite.TrayDecide]) != 1 {
			t.Fatal(b, err)
		}
		at := "/kantor/undangan/" + b.Trays[invite.TrayDecide][0].ID
		dispose := func(version string, more ...string) url.Values {
			return form(append([]string{"do", "dispose", "version", version, "dispose-verdict", "go", "dispose-instruction", "Hadir sebentar"}, more...)...)
		}
		run(
			webtest.Scenario{URL: "/kantor/undangan", Want: []string{"Menunggu disposisi Anda", "Pengajian bulanan"}},
			webtest.Scenario{URL: at, Want: []string{"Sebaiknya tidak hadir", "<mark>bendera Partai Melati</mark>", "Wali Kota Dhany"}},
			webtest.Scenario{URL: at, Lang: "en", Want: []string{"Better not go", "Save the disposition"}},
			webtest.Scenario{URL: at, Form: dispose("1"), Status: 422, Want: []string{"alasannya harus tertulis", `value="Hadir sebentar"`}},
			webtest.Scenario{URL: at, Form: dispose("1", "dispose-why", "Diminta gubernur", "dispose-deadline", "3023-01-01"), Status: 422, Want: []string{"“3023-01-01” bukan tanggal"}},
			webtest.Scenario{URL: at, Form: dispose("1", "dispose-why", "Diminta gubernur"), Status: 303, Entries: []string{"permit.invite.disposed"}},
			webtest.Scenario{URL: at, Form: dispose("1", "dispose-why", "x"), Status: 409, Want: []string{"Dua disposisi untuk satu undangan", "Yang sudah tersimpan", "Hadir sebentar"}},
			webtest.Scenario{URL: at, Form: form("do", "dance"), Status: 422, Want: []string{"“dance” tidak dikenal"}},
			webtest.Scenario{URL: at, Form: form("do", "sign", "version", "2", "sign-task", "memberi salam"), Status: 303, Entries: []string{invite.KindSigned}},
			webtest.Scenario{URL: "/kantor/surat", Want: []string{"1 nomor pada 2023", "Ambil cadangan"}},
			webtest.Scenario{URL: "/kantor/surat", Form: form("do", "draw", "office", "kota", "draw-count", "x"), Status: 422, Want: []string{"“x” bukan angka"}},
			webtest.Scenario{URL: "/kantor/surat", Form: form("do", "draw", "office", "kota", "draw-count", "2", "draw-why", "Jaringan"), Status: 303, Entries: []string{"permit.invite.reserved"}},
		)
		work, err := w.Work(t.Context(), who, strings.TrimPrefix(at, "/kantor/undangan/"))
		if err != nil {
			t.Fatal(err)
		}
		l := work.Letters[0]
		d, err := w.Desk(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		reserve := "/kantor/cadangan/" + d.Offices[0].Reserves[0].ID
		letter := "/kantor/surat/" + l.ID
		run(
			webtest.Scenario{URL: letter, Want: []string{"1/ST/JP/2023", "memberi salam", "Camat Bayu", "Cetak halaman ini"}},
			webtest.Scenario{URL: letter + "/berkas", Status: 404},
			webtest.Scenario{URL: reserve, Want: []string{"Nomor 2 sampai 3", "bebas"}},
			webtest.Scenario{URL: reserve + "/formulir", Want: []string{"2/ST/JP/2023", "pulang dan catat jamnya"}},
			webtest.Scenario{URL: reserve + "/berkas", Want: []string{"netral/cadangan-nomor/v1"}},
			webtest.Scenario{URL: reserve, Form: form("do", "spoil", "number", "3", "spoil-why", "Rusak"), Status: 303, Entries: []string{"permit.invite.voided"}},
			webtest.Scenario{URL: reserve, Form: form("do", "reconcile", "number", "3"), Status: 409, Want: []string{"dinyatakan batal"}},
		)
		who = camat()
		run(
			webtest.Scenario{URL: at, Form: form("do", "read"), Status: 303, Entries: []string{"permit.invite.read"}},
			webtest.Scenario{URL: letter + "/slip", Want: []string{"Bagaimana jadinya?"}},
			webtest.Scenario{URL: letter + "/slip", Form: form("do", "slip", "slip-result", "left", "slip-picture", "no"), Status: 422, Want: []string{"bukan jam"}},
			webtest.Scenario{URL: letter + "/slip", Form: form("do", "slip", "slip-result", "absent", "slip-picture", "no", "slip-note", "Sakit"), Status: 303, Entries: []string{"permit.invite.returned"}},
			webtest.Scenario{URL: letter + "/slip", Want: []string{"Slip Anda sudah masuk"}},
		)
		who = citizen()
		run(
			webtest.Scenario{URL: "/periksa/surat", Want: []string{"Pindai QR"}},
			webtest.Scenario{URL: "/periksa/surat", Form: form("code", ""), Status: 422, Want: []string{"Tulis kode"}},
			webtest.Scenario{URL: invite.PublicAddress(&l), Want: []string{"Surat ini berlaku", "Camat Bayu"}, NotWant: []string{"nip-camat"}},
			webtest.Scenario{URL: "/periksa/surat/" + l.ID + "/0000000000000000", Want: []string{"Surat ini diubah"}, NotWant: []string{"Camat Bayu"}},
			webtest.Scenario{URL: "/periksa/surat/tiada", Want: []string{"tidak dikenal"}},
			webtest.Scenario{URL: "/api/v1/invite/check/" + l.ID, Want: []string{`"state":"valid"`}},
			webtest.Scenario{URL: "/kantor/undangan", Status: 403},
		)
	})
}

// TestAPI does the same over the API.
func TestAPI(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		who := staff()
		h, kinds := w.site(t, &who)
		webtest.Run(t, h, kinds,
			webtest.Scenario{URL: "/api/v1/invite/invitations", JSON: map[string]any{"organiser": "Majelis Taklim", "kinds": []string{"mass_org"}, "title": "Pengajian", "day": "2023-12-02", "from": "19:30", "venue": "Masjid", "text": "Undangan", "role": "attend", "channel": "letter", "invited": []string{"nip-camat"}}, Want: []string{`"outcome":"conditional"`}, Entries: []string{"permit.invite.entered"}},
			webtest.Scenario{URL: "/api/v1/invite/invitations", JSON: map[string]any{"day": "x"}, Status: 422, Want: []string{"bukan tanggal"}},
			webtest.Scenario{URL: "/api/v1/invite/board", Want: []string{`"mine":[`}},
			webtest.Scenario{URL: "/api/v1/invite/organisers", Want: []string{"Majelis Taklim"}},
			webtest.Scenario{URL: "/api/v1/invite/desk", Status: 403},
			webtest.Scenario{URL: "/api/v1/invite/patterns", Status: 403},
		)
	})
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), invite.Gallery())
}
