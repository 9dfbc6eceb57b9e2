package callup

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/store"
	"netral/internal/text"
	"netral/internal/web"
)

// PaperSummons is the summons of who was drawn; its wording is data/letter.
const PaperSummons = "panggilan-paparan"

// PaperKinds are the papers of this slice and their fields.
func PaperKinds() []letter.Kind {
	sample := []string{"nomor", "PAPARAN-4/administrator/3/2023", "nama", "Rina Wulandari", "jabatan", "Kepala Bidang Pelayanan Kesehatan", "unit", "Dinas Kesehatan", "program", "Paparan pejabat administrator dan pengawas", "putaran", "4",
		"waktu_undian", "Kamis, 19 Oktober 2023 pukul 09.00 WIB", "hari", "Jumat, 20 Oktober 2023", "pukul", "13.00 WIB", "tempat_paparan", "tempat yang diberitahukan panel penilai", "urutan", "3", "kelompok", "administrator", "menggantikan", "", "halangan", "cuti atau sakit",
		"tempat", "Jakarta", "tanggal", "19 Oktober 2023", "jabatan_pemanggil", "Sekretaris Daerah", "nama_pemanggil", "……………………………………"}
	k := letter.Kind{Name: PaperSummons}
	for i := 0; i < len(sample); i += 2 {
		k.Fields = append(k.Fields, letter.Field{Name: sample[i], Sample: sample[i+1]})
	}
	return []letter.Kind{k}
}

// absenceWords are the grounds of an excuse in the words of papers.
var absenceWords = map[string]string{Leave: "cuti", Duty: "tugas belajar atau tugas luar negeri", Illness: "sakit", Acting: "tugas sebagai Plt. atau Plh. di tempat lain", Headless: "unit yang akan tanpa pimpinan"}

func either(list []string, or string) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = cmp.Or(absenceWords[x], x)
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " atau " + words[n-1]
	}
	return cmp.Or(strings.Join(words, ""), or)
}

// groupWord is a group of a draw in the words of papers.
func groupWord(c *Call) string {
	switch {
	case c.Rules.By == "unit":
		return c.UnitName
	case slices.Contains(Levels(), c.Group):
		return cmp.Or(map[string]string{"jpt_madya": "pimpinan tinggi madya", "jpt_pratama": "pimpinan tinggi pratama"}[c.Group], c.Group)
	}
	return "semua pejabat dalam daftar"
}

// Summons gives the summons of a call: to the person, the panel, the office. Of a
// call that was passed over there is none.
func (s *Service) Summons(ctx context.Context, who actor.Actor, id string) (archive.Paper, error) {
	if s.Archive == nil {
		return archive.Paper{}, fault.New(fault.NotFound, "callup.paper.none")
	}
	var c Call
	var r Round
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if c, err = call(ctx, tx, id); err != nil {
			return err
		}
		if err = s.mayCall(who, ActCall, &c); err != nil {
			return err
		}
		r, err = round(ctx, tx, c.Round)
		return err
	})
	if err != nil {
		return archive.Paper{}, err
	}
	if c.State == Passed {
		return archive.Paper{}, fault.New(fault.Conflict, "callup.paper.passed", c.Name)
	}
	return s.Archive.Get(ctx, who, PaperSummons, c.ID, func(ctx context.Context) (archive.Order, error) {
		o := archive.Order{Values: letter.Values{Text: summonsFields(&c, &r)}, Path: roundAddress(c.Programme, c.Number), Reason: "Panggilan paparan"}
		list, err := s.Book.Entries(ctx, 0, 1, ledger.Filter{Kind: "merit.callup.drawn", Subject: "round:" + c.Round})
		if err != nil || len(list) == 0 || list[0].Erased {
			return o, err
		}
		f, err := archive.EvidenceOf(ctx, s.Book, list[0].Index)
		o.Files = []letter.File{f}
		return o, err
	})
}

func summonsFields(c *Call, r *Round) map[string]string {
	instead := ""
	if c.Instead != "" {
		instead = "ya"
	}
	due := c.Due.In(day.WIB)
	// The number is made of the draw, so that there is no gap and no double.
	number := strings.ToUpper(c.Programme) + "-" + itoa(c.Number) + "/" + c.Group + "/" + itoa(c.Place) + "/" + strconv.Itoa(c.At.In(day.WIB).Year())
	return map[string]string{
		"nomor": number, "nama": c.Name, "jabatan": c.PostTitle, "unit": c.UnitName, "program": c.Title, "putaran": itoa(c.Number), "waktu_undian": text.Time(text.ID, r.DrawnAt),
		"hari": text.Day(text.ID, day.At(due)), "pukul": letter.Clock(due), "tempat_paparan": "tempat yang diberitahukan panel penilai", "urutan": itoa(c.Place), "kelompok": groupWord(c),
		"menggantikan": instead, "halangan": either(c.Rules.Excuse, "alasan yang sah"), "tempat": "Jakarta", "tanggal": letter.Date(day.At(c.At)), "jabatan_pemanggil": "Sekretaris Daerah", "nama_pemanggil": "……………………………………",
	}
}

func paperAddress(id string) string { return callAddress(id) + "/surat.pdf" }

func (s *Service) summonsFile(r *web.Request) (web.Response, error) {
	p, err := s.Summons(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: PaperSummons + "-" + r.PathValue("id") + ".pdf", Type: "application/pdf", Body: p.Body, Inline: true, ETag: p.Sum}, nil
}

// PaperAPI puts the summons on the API.
func (s *Service) PaperAPI(mux *http.ServeMux, api huma.API, sh *web.Shell) {
	op := huma.Operation{OperationID: "callup-summons", Method: http.MethodGet, Path: "/callup/calls/{id}/summons.pdf", Tags: []string{"callup"}, Summary: "callup.api.summons", Description: "callup.api.summons_about",
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}},
		Responses:  map[string]*huma.Response{"200": {Description: "The paper.", Content: map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}}
	web.Download(api, mux, sh, op, s.summonsFile)
}
