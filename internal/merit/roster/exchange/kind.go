package exchange

import (
	"slices"
	"strings"
	"unicode"

	"netral/internal/merit/roster"
)

// Kinds names what can be imported and exported, in the order in which a whole
// roster is loaded: each leans on those before it.
func Kinds() []string {
	return []string{"units", "posts", "people", "tenures", "ratings", "trainings", "marks", "leaves", "relations"}
}

// column is one column of a kind: its own name, which is the English heading,
// and what else people call it, folded.
type column struct {
	name  string
	heads []string
}

// spec is a kind.
type spec struct {
	name    string
	kind    roster.Kind
	columns []column
	// needs are groups of columns; of each at least one must be there.
	needs [][]string
}

// specs are made anew for each import: a handful of small slices.
func specs() []spec {
	// Columns that several kinds have.
	colFrom := column{"from", []string{"mulai", "tmt", "tanggalmulai", "tglmulai", "sejak", "berlakumulai", "tmtmulai", "tmtjabatan", "startdate", "start", "since"}}
	colUntil := column{"until", []string{"berakhirsebelum", "tidakberlakusejak", "tidakberlakulagisejak"}}
	colLast := column{"last", []string{"sampai", "selesai", "tanggalselesai", "tglselesai", "sampaidengan", "sd", "hariterakhir", "tmtselesai", "berlakusampai", "tanggalakhir", "tglakhir", "enddate", "end", "lastday"}}
	colPerson := column{"person", []string{"idpegawai", "pegawai", "idorang", "personid", "employee"}}
	colNIP := column{"nip", []string{"nomorindukpegawai", "nipbaru", "nipnippppk", "nipppk", "nippppk", "nipnipppk", "niasn", "nippegawai", "employeenumber"}}
	colNRK := column{"nrk", []string{"nomorregistrasikepegawaian", "nrkpegawai"}}
	colDecree := column{"decree", []string{"sk", "nosk", "nomorsk", "nomorsuratkeputusan", "suratkeputusan", "decreenumber"}}
	colID := column{"id", []string{"kode", "code"}}
	who := []string{"person", "nip", "nrk"}
	return []spec{
		{"units", roster.KindUnit, []column{
			with(colID, "kodeunit", "idunit", "kodeunitkerja", "kodeskpd", "kodeopd", "unitid"),
			{"parent", []string{"induk", "unitinduk", "kodeinduk", "idinduk", "unitatasan", "atasan", "parentid", "parentunit"}},
			{"name", []string{"nama", "namaunit", "unitkerja", "namaunitkerja", "perangkatdaerah", "opd", "skpd", "unitname"}},
			{"abbreviation", []string{"singkatan", "akronim", "namasingkat", "shortname"}},
			{"kind", []string{"jenis", "jenisunit", "tipe", "unitkind", "type"}},
			{"area", []string{"wilayah", "kodewilayah", "kodekemendagri", "areacode"}},
			{"rank", []string{"urutan", "nourut", "nomorurut", "order"}},
			colFrom, colUntil, colLast,
		}, [][]string{{"id"}}},
		{"posts", roster.KindPost, []column{
			with(colID, "kodejabatan", "idjabatan", "postid"),
			{"unit", []string{"kodeunit", "idunit", "unitkerja", "kodeunitkerja", "unitid"}},
			{"title", []string{"jabatan", "namajabatan", "nama", "nomenklatur", "posttitle"}},
			{"level", []string{"jenjang", "jenjangjabatan", "jenisjabatan", "tingkat"}},
			{"echelon", []string{"eselon"}},
			{"rung", []string{"jenjangfungsional", "jenjangjf", "functionallevel"}},
			{"class", []string{"kelas", "kelasjabatan", "jobclass"}},
			{"seats", []string{"formasi", "jumlahformasi", "kursi", "bezetting", "jumlah"}},
			{"head", []string{"pimpinan", "kepalaunit", "pimpinanunit", "ishead"}},
			{"duties", []string{"tupoksi", "tugas", "tugaspokok", "uraiantugas", "tugaspokokdanfungsi"}},
			colFrom, colUntil, colLast,
		}, [][]string{{"id"}}},
		{"people", roster.KindPerson, []column{
			with(colID, "idpegawai", "personid", "pegawai", "person"), colNIP, colNRK,
			{"nik", []string{"nomorindukkependudukan", "noktp", "nomorktp"}},
			{"name", []string{"nama", "namalengkap", "namapegawai", "namatanpagelar", "fullname"}},
			{"front", []string{"gelardepan", "depan", "before", "titlebefore", "prefix"}},
			{"back", []string{"gelarbelakang", "belakang", "after", "titleafter", "suffix"}},
			{"grade", []string{"golongan", "gol", "golonganruang", "golruang", "pangkatgolongan", "pangkatgol", "kelas"}},
			{"education", []string{"pendidikan", "tingkatpendidikan", "jenjangpendidikan", "pendidikanterakhir"}},
			{"field", []string{"jurusan", "programstudi", "prodi", "bidangstudi", "major"}},
			{"born", []string{"lahir", "tanggallahir", "tgllahir", "birthdate", "dateofbirth", "birthday"}},
			{"sex", []string{"jeniskelamin", "jk", "kelamin", "lp", "gender"}},
			{"status", []string{"statuspegawai", "statuskepegawaian", "jenispegawai", "jenisasn", "employeestatus"}},
			colFrom, colUntil, colLast,
		}, [][]string{{"id", "nip", "nrk"}}},
		{"tenures", roster.KindTenure, []column{
			colPerson, colNIP, colNRK,
			{"post", []string{"kodejabatan", "idjabatan", "jabatan", "postid"}},
			{"kind", []string{"jenis", "sifat", "jenispenugasan", "jenispengangkatan", "tenurekind"}},
			colDecree,
			{"decree_day", []string{"tanggalsk", "tglsk", "decreedate"}},
			colFrom, colUntil, colLast,
		}, [][]string{who, {"post"}, {"from"}}},
		{"ratings", roster.KindRating, []column{
			colPerson, colNIP, colNRK,
			{"year", []string{"tahun", "tahunpenilaian", "periode"}},
			{"predicate", []string{"predikat", "predikatkinerja", "nilai", "hasil", "rating"}},
		}, [][]string{who, {"year"}, {"predicate"}}},
		{"trainings", roster.KindTraining, []column{
			colPerson, colNIP, colNRK,
			{"kind", []string{"jenis", "jenisdiklat", "jenispelatihan", "diklat", "trainingkind"}},
			{"name", []string{"nama", "namadiklat", "namapelatihan", "pelatihan", "course"}},
			{"certificate", []string{"sertifikat", "nomorsertifikat", "nosertifikat", "sttpl", "nosttpl"}},
			colFrom, colUntil, colLast,
		}, [][]string{who, {"kind"}, {"from"}}},
		{"marks", roster.KindMark, []column{
			colPerson, colNIP, colNRK,
			{"level", []string{"tingkat", "tingkathukuman", "jenishukuman"}},
			{"what", []string{"hukuman", "namahukuman", "hukumandisiplin", "bentuk", "sanction"}},
			colDecree, colFrom, colUntil, colLast,
		}, [][]string{who, {"level"}, {"from"}}},
		{"leaves", roster.KindLeave, []column{
			colPerson, colNIP, colNRK,
			{"kind", []string{"jenis", "jeniscuti", "cuti", "leavekind"}},
			colDecree, colFrom, colUntil, colLast,
		}, [][]string{who, {"kind"}, {"from"}, {"until", "last"}}},
		{"relations", roster.KindRelation, []column{
			colPerson, colNIP, colNRK,
			{"other", []string{"nipkerabat", "kerabat", "pegawailain", "niplain", "idkerabat", "othernip", "relative"}},
			{"kind", []string{"hubungan", "jenishubungan", "hubungankeluarga", "relationship"}},
			colFrom, colUntil, colLast,
		}, [][]string{who, {"other"}, {"kind"}}},
	}
}

func with(c column, more ...string) column {
	c.heads = slices.Concat(c.heads, more)
	return c
}

func specOf(name string) *spec {
	for _, s := range specs() {
		if s.name == name {
			return &s
		}
	}
	return nil
}

func (s *spec) find(name string) *column {
	for i := range s.columns {
		if s.columns[i].name == name {
			return &s.columns[i]
		}
	}
	return nil
}

func (s *spec) names() []string {
	out := make([]string, len(s.columns))
	for i := range s.columns {
		out[i] = s.columns[i].name
	}
	return out
}

// fold is a heading without what people write differently: case, spaces, marks.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
