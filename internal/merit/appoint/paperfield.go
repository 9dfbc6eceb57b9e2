package appoint

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"

	"netral/internal/day"
	"netral/internal/letter"
	"netral/internal/store"
)

func sortByRow(list []Proposal) {
	slices.SortFunc(list, func(a, b Proposal) int { return cmp.Compare(a.Row.No, b.Row.No) })
}

// RosterFile is the published file of lines and their receipt.
func RosterFile(lines []byte, r Receipt) []byte {
	out := bytes.NewBuffer(bytes.Clone(lines))
	line(out, receiptLine{r})
	return out.Bytes()
}

// decreeFields are the fields of a decree: all rows, the approvals, the counts.
func decreeFields(f *folder, v letter.Values) {
	b := f.batch
	v.Text["jumlah"], v.Text["jumlah_huruf"] = strconv.Itoa(len(f.list)), letter.Number(len(f.list))
	v.Text["nomor_penilaian"], v.Text["tanggal_penilaian"] = "", ""
	if b.Minutes != nil {
		v.Text["nomor_penilaian"], v.Text["tanggal_penilaian"] = b.Minutes.Number, letter.Date(b.Minutes.Date)
	}
	for _, a := range b.Approvals {
		v.Lists["persetujuan"] = append(v.Lists["persetujuan"], map[string]string{"jenis": approvalWord(a.Kind), "nomor": a.Number, "tanggal": letter.Date(a.Date)})
	}
	for _, c := range b.Counts {
		v.Lists["rekap"] = append(v.Lists["rekap"], map[string]string{"perangkat_daerah": c.Agency, "jenjang": levelName(c.Level), "jumlah": strconv.Itoa(c.N)})
	}
	for i := range f.list {
		row := personFields(&f.list[i], f.people[f.list[i].Person])
		row["jabatan_lama"] = cmp.Or(row["jabatan_lama"], "–")
		v.Lists["baris"] = append(v.Lists["baris"], row)
	}
}

// oathFields are those of the record of an oath: who was there, who was not and
// why. It numbers anew, and names the row of the decree by the name.
func oathFields(f *folder, v letter.Values) {
	b := f.batch
	v.Text["nomor_berita_acara"] = "BA/" + b.Decree()
	v.Text["hari_sumpah"], v.Text["hari_sumpah_huruf"] = letter.Date(b.Oath), letter.DateInWords(b.Oath)
	v.Text["pejabat_sumpah"] = b.Officiant
	v.Text["saksi_1"], v.Text["saksi_2"] = blank, blank
	for i, w := range b.Witnesses {
		v.Text["saksi_"+strconv.Itoa(i+1)] = w
	}
	for i := range f.list {
		p := &f.list[i]
		row := personFields(p, f.people[p.Person])
		row["jabatan_lama"] = cmp.Or(row["jabatan_lama"], "–")
		name := "tidak_hadir"
		switch {
		case p.Sworn == b.Oath:
			name, row["pukul"] = "hadir", letter.Clock(p.Arrived)
		case p.Sworn != day.None: // on an earlier day, in a record of its own
			continue
		default:
			row["alasan"] = cmp.Or(p.Absent, "–")
		}
		row["no"] = strconv.Itoa(len(v.Lists[name]) + 1)
		v.Lists[name] = append(v.Lists[name], row)
	}
	n := len(v.Lists["hadir"])
	v.Text["jumlah_hadir"], v.Text["jumlah_hadir_huruf"] = strconv.Itoa(n), letter.Number(n)
}

// dutyFields are those of a statement of taking up duty. Its number is made of
// that of the decree and the row, so that there is no gap and no double.
func (s *Service) dutyFields(ctx context.Context, f *folder, v letter.Values) error {
	b, p := f.batch, &f.list[0]
	var chief Superior
	if s.Chief != nil {
		err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			chief, err = s.Chief(ctx, tx, p.Post, b.Effective)
			return err
		})
		if err != nil {
			return err
		}
	}
	v.Text["nomor_surat"] = strconv.Itoa(p.Row.No) + "/SPMT/" + b.Decree()
	v.Text["tanggal_surat"], v.Text["tanggal_sumpah_orang"] = letter.Date(b.Effective), letter.Date(p.Sworn)
	v.Text["nama_atasan"], v.Text["nip_atasan"], v.Text["jabatan_atasan"] = cmp.Or(chief.Name, blank), cmp.Or(chief.NIP, blank), cmp.Or(chief.Title, blank)
	return nil
}
