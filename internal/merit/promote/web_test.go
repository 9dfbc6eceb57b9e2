package promote_test

import (
	"net/http"
	"net/url"
	"testing"

	"netral/internal/actor"
	"netral/internal/merit/promote"
	"netral/internal/web"
	"netral/internal/web/webtest"
)

// site is the pages for whoever the header names.
func site(t *testing.T, s *promote.Service) http.Handler {
	t.Helper()
	sh := webtest.Shell(t, nil, func(c *web.Config) { c.Now = s.Now })
	mux := http.NewServeMux()
	sh.Mount(mux)
	s.Routes(mux, sh)
	s.API(web.NewAPI(mux, sh, "1"), sh)
	return sh.Handler(mux)
}

// anyone is a service that lets everybody do everything, and in which the
// asker, who is nobody in particular, is the person named.
func anyone(s *promote.Service) *promote.Service {
	s.Allow = func(actor.Actor, string, promote.Resource) error { return nil }
	return s
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		kinds := func() []string { return kinds(t, s) }
		checked, listed, filed := []string{"merit.promote.checked"}, []string{"merit.promote.listed"}, []string{"merit.promote.paperfiled"}
		paper := url.Values{"jabatan": {"camat"}, "paper": {"health:fit"}, "number": {"445/RS/2023"}, "dated": {"2023-12-01"}}
		with := func(v url.Values, k, x string) url.Values {
			out := url.Values{}
			for a, b := range v {
				out[a] = b
			}
			out.Set(k, x)
			return out
		}
		policy := url.Values{"policy": {"policy_training:before"}, "from": {"2024-01-01"}, "decree": {"Pergub 9"}, "reason": {"Arahan"}}
		webtest.Run(t, site(t, anyone(s)), kinds,
			webtest.Scenario{URL: "/kantor/promosi", Want: []string{"Jabatan kosong", "/kantor/promosi/jabatan/camat", "Camat Gambir"}},
			webtest.Scenario{URL: "/kantor/promosi", Lang: "en", Want: []string{"1 vacant post as of"}},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/camat", Want: []string{"Calon untuk Camat Gambir", "Rini Widyastuti", "Memenuhi, tertahan", "Mengapa yang lain belum", "Pendidikan"}, NotWant: []string{"Ujang"}, Entries: listed},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/camat?jawaban=not_yet", Lang: "en", Want: []string{"Ujang Sudrajat", "In the way: education"}, NotWant: []string{"Rini"}, Entries: listed},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/camat?sesudah=kadis", Want: []string{"Rini"}, NotWant: []string{"Bambang"}, Entries: listed},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/nowhere", Status: 404, Want: []string{"Jabatan “nowhere” tidak ada"}},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/camat?jawaban=ya", Status: 422, Want: []string{"“ya” tidak dikenal"}},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/camat?tanggal=besok", Status: 422, Want: []string{"“besok” bukan tanggal"}},
			webtest.Scenario{URL: "/kantor/promosi/orang/ujang?jabatan=camat", Want: []string{"Belum memenuhi", "Pendidikan belum cukup", "Pasal 54", "D-III", "pegawai.csv", "Catat surat"}, Entries: checked},
			webtest.Scenario{URL: "/kantor/promosi/orang/dewi?jabatan=camat", Lang: "en", Want: []string{"Cannot be decided", "not recorded", "(2022)"}, Entries: checked},
			webtest.Scenario{URL: "/kantor/promosi/orang/gasing?jabatan=camat", Want: []string{"2 jabatan pendek beruntun", "Kepala Seksi C", "Kecualikan jabatan pendek"}, Entries: checked},
			webtest.Scenario{URL: "/kantor/promosi/orang/nobody?jabatan=camat", Status: 404, Want: []string{"Pegawai “nobody” tidak ada"}},
			webtest.Scenario{URL: "/kantor/promosi/orang/rini?jenjang=raja", Status: 422},
			webtest.Scenario{URL: "/kantor/promosi/orang/rini/surat", Form: paper, Status: 303, WantHeader: map[string]string{"Location": "/kantor/promosi/orang/rini?jabatan=camat#surat"}, Entries: filed},
			webtest.Scenario{URL: "/kantor/promosi/orang/rini/surat", Form: with(paper, "number", ""), Status: 422, Want: []string{"Nomor", "Bagian ini perlu diisi", `value="2023-12-01"`}, Entries: checked},
			webtest.Scenario{URL: "/kantor/promosi/orang/rini/surat", Form: with(paper, "dated", "2024-02-30"), Status: 422, Want: []string{"“2024-02-30” bukan tanggal"}, Entries: checked},
			webtest.Scenario{URL: "/kantor/promosi/orang/rini?jabatan=camat", Want: []string{"445/RS/2023", "Surat di berkas"}, NotWant: []string{"Belum ada surat di berkas"}, Entries: checked},
			webtest.Scenario{URL: "/kantor/promosi/orang/gasing/alasan", Form: url.Values{"jabatan": {"camat"}, "tenure": {"g1"}, "cause": {"abolished"}, "proof": {"Pergub 57"}}, Status: 303, Entries: []string{"merit.promote.excused"}},
			webtest.Scenario{URL: "/kantor/promosi/orang/gasing/alasan", Form: url.Values{"jabatan": {"camat"}, "tenure": {"g1"}, "cause": {"abolished"}, "proof": {""}}, Status: 422, Want: []string{"Bagian ini perlu diisi"}, Entries: checked},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/camat/surat", Form: url.Values{"paper": {"approval:given"}, "number": {"800/1/SJ"}, "dated": {"2023-12-20"}}, Status: 303, Entries: filed},
			webtest.Scenario{URL: "/kantor/promosi/jabatan/camat/surat", Form: url.Values{"paper": {"approval:given"}, "number": {"800/1/SJ"}, "dated": {"2023-12-28"}}, Status: 422, Want: []string{"Surat bertanggal Kamis, 28 Desember 2023 belum ada hari ini"}, Entries: listed},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Want: []string{"Kebijakan pangkat"}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Form: policy, Status: 303, Entries: []string{"merit.promote.policyset"}},
			webtest.Scenario{URL: "/kantor/promosi/pengusul", Want: []string{"Siti Nurhaliza", "0 dari 12", "perlu dilihat", "tidak membuktikan apa pun"}, Entries: []string{"merit.promote.promoterslisted"}},
			webtest.Scenario{URL: "/kantor/promosi/pengusul/kadis", Lang: "en", Want: []string{"0 of 12; plausibly between 0% and 26%", "81%, of 988 others", "<svg"}, Entries: []string{"merit.promote.promoterseen"}},
			webtest.Scenario{URL: "/kantor/promosi/pengusul/nobody", Status: 404},
			webtest.Scenario{URL: "/kantor/saya/karier", Status: 403, Want: []string{"tidak terhubung dengan seorang pegawai"}},
			webtest.Scenario{URL: "/kantor/saya/karier/tanggapan", Form: url.Values{"about": {"spin"}, "text": {"x"}}, Status: 403},

			webtest.Scenario{URL: "/api/v1/promote/check", JSON: map[string]any{"person": "ujang", "post": "camat"}, Want: []string{`"answer":"not_yet"`, `"EDU-NO"`, `"source":"pegawai.csv"`}, Entries: checked},
			webtest.Scenario{URL: "/api/v1/promote/check", JSON: map[string]any{"person": "ujang", "post": "camat", "assume": map[string]string{"education": "S-1"}}, Want: []string{`"answer":"held"`}, Entries: checked},
			webtest.Scenario{URL: "/api/v1/promote/check", JSON: map[string]any{"person": "ujang", "post": "camat", "assume": map[string]string{"age": "a0"}}, Status: 422, Want: []string{`"field":"age"`}},
			webtest.Scenario{URL: "/api/v1/promote/check", JSON: map[string]any{"person": "ujang", "level": "administrator", "on": "x"}, Status: 422, Want: []string{`"field":"on"`}},
			webtest.Scenario{URL: "/api/v1/promote/posts/camat/eligible?answer=held&limit=1", Want: []string{`"total":5`, `"next":`}, Entries: listed},
			webtest.Scenario{URL: "/api/v1/promote/promoters", Want: []string{`"look":true`}, Entries: []string{"merit.promote.promoterslisted"}},
			webtest.Scenario{URL: "/api/v1/promote/promoters/kadis?part=decided", Want: []string{`"counted":0`}, Entries: []string{"merit.promote.promoterseen"}},
			webtest.Scenario{URL: "/api/v1/promote/policy?on=2024-02-01", Want: []string{`"policy_training":"before"`}},
			webtest.Scenario{URL: "/api/v1/promote/papers", JSON: map[string]any{"kind": "field", "person": "rini", "value": "related", "number": "1", "dated": "2023-12-01"}, Want: []string{`"entry":`}, Entries: filed},
			webtest.Scenario{URL: "/api/v1/promote/papers/nothing/withdraw", JSON: map[string]any{"reason": "x"}, Status: 404},
		)
	})
}

func TestGallery(t *testing.T) {
	webtest.Gallery(t, webtest.Shell(t, nil, nil), promote.Gallery(law(t)))
}

// One's own pages: nothing but a reply is written down, and what is tried out
// never stands in an address.
func TestCareerPages(t *testing.T) {
	each(t, func(t *testing.T, s *promote.Service, _ *world) {
		who := rini()
		who.Person = "ujang"
		who.Grants = []actor.Grant{{Role: "personnel"}} // for the policies
		sh := webtest.Shell(t, nil, func(c *web.Config) { c.Now = s.Now })
		mux := http.NewServeMux()
		sh.Mount(mux)
		s.CareerRoutes(mux, sh, who)
		kinds := func() []string { return kinds(t, s) }
		try := func(pairs ...string) url.Values {
			v := url.Values{"level": {"administrator"}, "echelon": {"III.a"}, "on": {"2023-12-27"}}
			for i := 0; i < len(pairs); i += 2 {
				v.Set(pairs[i], pairs[i+1])
			}
			return v
		}
		webtest.Run(t, sh.Handler(mux), kinds,
			webtest.Scenario{URL: "/kantor/saya/karier", Want: []string{"Karier saya", "Belum memenuhi", "administrator (eselon III) III.b", "Di tangan Anda", "Minta perbaikan", "/kantor/saya/koreksi?jenis=person", `<option value="administrator" selected`}},
			webtest.Scenario{URL: "/kantor/saya/karier", Form: try("andai_education", "S-1"), Lang: "en", Want: []string{"Eligible, held", "This answer assumes: Education: bachelor"}},
			webtest.Scenario{URL: "/kantor/saya/karier", Form: try("post", "camat"), Want: []string{"Camat Gambir"}},
			webtest.Scenario{URL: "/kantor/saya/karier", Form: try("on", "kemarin"), Status: 422, Want: []string{"“kemarin” bukan tanggal", `value="kemarin"`}},
			webtest.Scenario{URL: "/kantor/saya/karier", Form: try("level", "raja"), Status: 422, Want: []string{"“raja” tidak dikenal"}},
			webtest.Scenario{URL: "/kantor/saya/karier", Form: try("andai_education", "X"), Status: 422, Want: []string{"“X” tidak dikenal"}},
			webtest.Scenario{URL: "/kantor/saya/karier", Form: try("post", "nowhere"), Status: 404},
			webtest.Scenario{URL: "/kantor/saya/karier/tanggapan", Form: url.Values{"about": {"spin"}, "text": {"Saya dipindahkan."}}, Status: 303, Entries: []string{"merit.promote.replied"}},
			webtest.Scenario{URL: "/kantor/saya/karier", Want: []string{"Saya dipindahkan."}},
			webtest.Scenario{URL: "/kantor/saya/karier/tanggapan", Form: url.Values{"about": {"spin"}, "text": {" "}}, Status: 422, Want: []string{"Bagian ini perlu diisi"}},
			webtest.Scenario{URL: "/kantor/saya/karier/tanggapan", Form: url.Values{"about": {"promoter"}, "text": {""}}, Status: 422, Want: []string{"Bagian ini perlu diisi"}},
			webtest.Scenario{URL: "/kantor/saya/karier/pengusul", Lang: "en", Want: []string{"no figure yet"}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Want: []string{"mengingatkan (belum diputuskan", "Tetapkan kebijakan"}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Form: url.Values{"policy": {"policy_spin:block"}, "from": {"2023-12-01"}, "decree": {"P"}, "reason": {"R"}}, Status: 422, Want: []string{"tidak berlaku ke belakang"}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Form: url.Values{"policy": {"policy_spin:block"}, "from": {"2023-12-27"}, "decree": {"P"}, "reason": {"R"}}, Status: 303, Entries: []string{"merit.promote.policyset"}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Lang: "en", Want: []string{"blocks"}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Form: url.Values{"policy": {"policy_training:within"}, "months": {"setahun"}, "from": {"2023-12-27"}, "decree": {"P"}, "reason": {"R"}}, Status: 422, Want: []string{"1 sampai 60", `value="setahun"`}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Form: url.Values{"policy": {"policy_training:within"}, "months": {"12"}, "from": {"2023-12-27"}, "decree": {"P"}, "reason": {"R"}}, Status: 303, Entries: []string{"merit.promote.policyset"}},
			webtest.Scenario{URL: "/kantor/promosi/kebijakan", Want: []string{"(12 bulan)"}},
		)
	})
}
