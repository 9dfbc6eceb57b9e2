package appoint

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/store"
)

// The papers of a batch; their wording is data/letter.
const (
	PaperDecree  = "keputusan"
	PaperOath    = "berita-acara-sumpah"
	PaperExtract = "petikan"
	PaperDuty    = "spmt"
)

// Superior is whom the holder of a post answers to.
type Superior struct {
	Name, NIP, Title string
}

// Chief finds the superior of a post on a day; empty when nobody is known.
type Chief func(ctx context.Context, tx *store.Tx, post string, on day.Day) (Superior, error)

// blank stands where somebody has to write by hand.
const blank = "……………………………………"

// Kinds of papers and their fields. A decree names each person with NIP and rank;
// it is for the office and its people. What everybody may read is the roster
// proof, which has neither.
func PaperKinds() []letter.Kind {
	f := func(pairs ...string) (out []letter.Field) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, letter.Field{Name: pairs[i], Sample: pairs[i+1]})
		}
		return out
	}
	common := f("nomor", "12 Tahun 2023", "jabatan_penetap", "Penjabat Gubernur Daerah Khusus Ibukota Jakarta", "nama_penetap", "Bambang Wiryawan", "tentang", "Administrator dan Jabatan Pengawas",
		"tanggal", "21 Desember 2023", "tanggal_berlaku", "27 Desember 2023", "tanggal_sumpah", "27 Desember 2023", "tempat", "Jakarta", "judul_daftar", "Pelantikan Desember 2023")
	person := f("no", "17", "nama", "dr. Rina Wulandari, M.K.M.", "nip", "198203122008012015", "pangkat", "Penata Tingkat I (III/d)", "jabatan_lama", "Kepala Seksi Pelayanan Medis Suku Dinas Kesehatan Kota Administrasi Jakarta Timur",
		"jabatan_baru", "Kepala Bidang Pelayanan Kesehatan", "perangkat_daerah", "Dinas Kesehatan", "jenjang", "Administrator", "perpindahan", "Promosi")
	rows := letter.List{Name: "baris", Fields: person, Length: 24}
	add := func(list []letter.Field, pairs ...string) []letter.Field {
		return append(append([]letter.Field{}, list...), f(pairs...)...)
	}
	return []letter.Kind{
		{Name: PaperDecree, Fields: add(common, "jumlah", "203", "jumlah_huruf", "dua ratus tiga", "nomor_penilaian", "BA-41/TPK/2023", "tanggal_penilaian", "11 Desember 2023"),
			Lists: []letter.List{rows, {Name: "persetujuan", Fields: f("jenis", "Persetujuan Menteri Dalam Negeri", "nomor", "100.2.2.6/8812/SJ", "tanggal", "19 Desember 2023")}, {Name: "rekap", Fields: f("perangkat_daerah", "Dinas Kesehatan", "jenjang", "Pengawas", "jumlah", "107")}}},
		{Name: PaperOath, Fields: add(common, "nomor_berita_acara", "BA/12/2023", "hari_sumpah", "27 Desember 2023", "hari_sumpah_huruf", letter.DateInWords(day.Of(2023, time.December, 27)), "pejabat_sumpah", "Penjabat Gubernur Daerah Khusus Ibukota Jakarta",
			"saksi_1", "Hendra Gunawan, Kepala BKD", "saksi_2", "Dewi Anggraini, Asisten Pemerintahan", "jumlah_hadir", "201", "jumlah_hadir_huruf", "dua ratus satu"),
			Lists: []letter.List{{Name: "hadir", Fields: add(person, "pukul", "08.14 WIB"), Length: 12}, {Name: "tidak_hadir", Fields: add(person, "alasan", "Sakit, dengan surat dokter.")}}},
		{Name: PaperExtract, Fields: add(common, pairsOf(person)...)},
		{Name: PaperDuty, Fields: add(add(common, pairsOf(person)...), "nomor_surat", "17/SPMT/12/2023", "tanggal_surat", "27 Desember 2023", "tanggal_sumpah_orang", "27 Desember 2023", "nama_atasan", "dr. Siti Rahma", "nip_atasan", "197105041998032001", "jabatan_atasan", "Kepala Dinas Kesehatan")},
	}
}

func pairsOf(list []letter.Field) (out []string) {
	for _, f := range list {
		out = append(out, f.Name, f.Sample)
	}
	return out
}

// levelName and kindName are the words of papers, which are Indonesian.
func levelName(level string) string {
	return cmp.Or(map[string]string{"jpt_madya": "Pimpinan Tinggi Madya", "jpt_pratama": "Pimpinan Tinggi Pratama", "administrator": "Administrator", "pengawas": "Pengawas", functional: "Fungsional", "pelaksana": "Pelaksana"}[level], level)
}

func kindName(kind string) string {
	return cmp.Or(map[string]string{Promotion: "Promosi", Rotation: "Rotasi", Transfer: "Mutasi", Demotion: "Demosi", Confirmation: "Pengukuhan", First: "Pengangkatan pertama"}[kind], kind)
}

func approvalWord(kind string) string {
	return cmp.Or(map[string]string{BKN: "Pertimbangan Teknis Kepala Badan Kepegawaian Negara", Mendagri: "Persetujuan Menteri Dalam Negeri"}[kind], kind)
}

// paperNumber is the number of a decree as papers write it.
func paperNumber(b *Batch) string { return strconv.Itoa(b.Number) + " Tahun " + strconv.Itoa(b.Year) }

// about names the levels of a decree: "Administrator dan Jabatan Pengawas".
func about(b *Batch) string {
	var words []string
	for _, level := range []string{"jpt_madya", "jpt_pratama", "administrator", "pengawas", functional, "pelaksana"} {
		for _, c := range b.Counts {
			if c.Level == level {
				words = append(words, levelName(level))
				break
			}
		}
	}
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", Jabatan ") + " dan Jabatan " + words[n-1]
	}
}

// signatory splits who signs into name and office. Where only an office was
// written, or only a name, the authority says the other.
func signatory(b *Batch) (name, office string) {
	name, office, _ = strings.Cut(b.Signer, ", ")
	if office == "" {
		office = "Gubernur Daerah Khusus Ibukota Jakarta"
		if b.Authority == Acting {
			office = "Penjabat " + office
		}
	}
	return name, office
}

// commonFields are those of every paper of a batch.
func commonFields(b *Batch) map[string]string {
	name, office := signatory(b)
	return map[string]string{
		"nomor": paperNumber(b), "jabatan_penetap": office, "nama_penetap": name, "tentang": about(b), "tanggal": letter.Date(b.Signed), "tanggal_berlaku": letter.Date(b.Effective),
		"tanggal_sumpah": letter.Date(b.OathDay), "tempat": "Jakarta", "judul_daftar": b.Title,
	}
}

func personFields(p *Proposal, who Person) map[string]string {
	r := &p.Row
	return map[string]string{
		"no": strconv.Itoa(r.No), "nama": r.Name, "nip": cmp.Or(who.NIP, "–"), "pangkat": cmp.Or(letter.Rank(who.Grade), "–"), "jabatan_lama": r.FromTitle, "jabatan_baru": r.Title,
		"perangkat_daerah": r.Agency, "jenjang": levelName(r.Level), "perpindahan": kindName(r.Kind),
	}
}

// file is a signed batch with its proposals in the order of the decree, and its
// people as they were on the day of the signature.
type folder struct {
	batch  *Batch
	list   []Proposal
	people map[string]Person
}

func (s *Service) folder(ctx context.Context, tx *store.Tx, b *Batch, list []Proposal) (*folder, error) {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].Person
	}
	people, err := s.People(ctx, tx, ids, b.Signed)
	return &folder{b, list, people}, err
}

// Paper gives a paper of a batch: the decree or the record of the oath, or, with
// a post, what concerns one person. It is made once, and kept. Faults: NotFound
// and Conflict while there is nothing yet to say.
func (s *Service) Paper(ctx context.Context, who actor.Actor, paper, batch, post string) (archive.Paper, error) {
	if s.Archive == nil {
		return archive.Paper{}, fault.New(fault.NotFound, "appoint.paper.none", clip(paper), papers())
	}
	var f *folder
	err := s.Book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		f, err = s.ready(ctx, tx, who, paper, batch, post)
		return err
	})
	if err != nil {
		return archive.Paper{}, err
	}
	ref := f.batch.ID
	switch paper {
	case PaperOath: // another day of the oath makes another record of it
		ref += "/" + f.batch.Oath.String() + "/" + strconv.Itoa(f.batch.Sworn)
	case PaperExtract, PaperDuty:
		ref += "/" + post
	}
	return s.Archive.Get(ctx, who, paper, ref, func(ctx context.Context) (archive.Order, error) { return s.order(ctx, paper, f) })
}

// papers lists the papers of a batch.
func papers() []string { return []string{PaperDecree, PaperOath, PaperExtract, PaperDuty} }

// ready decides whether somebody may have a paper, and whether it can be made.
func (s *Service) ready(ctx context.Context, tx *store.Tx, who actor.Actor, paper, batch, post string) (*folder, error) {
	one := paper == PaperExtract || paper == PaperDuty
	var list []Proposal
	if one {
		p, err := proposalFor(ctx, tx, batch, post)
		if err != nil {
			return nil, err
		}
		if err := s.allow(who, ActExtract, Resource{Type: "batch", ID: batch, Attrs: map[string]any{"person": p.Person}}); err != nil {
			return nil, err
		}
		list = []Proposal{*p}
	} else if err := s.allow(who, ActRead, Resource{Type: "batch", ID: batch}); err != nil {
		return nil, err
	}
	b, err := batchByID(ctx, tx, batch)
	if err != nil {
		return nil, err
	}
	switch {
	case b.Number == 0:
		return nil, fault.New(fault.NotFound, "appoint.paper.unsigned")
	case b.State == Cancelled && paper != PaperDecree:
		return nil, fault.New(fault.Conflict, "appoint.paper.cancelled", b.Decree())
	case paper == PaperOath && b.Sworn == 0:
		return nil, fault.New(fault.Conflict, "appoint.paper.unsworn", b.OathDay)
	case paper == PaperDuty && !list[0].InForce:
		return nil, fault.New(fault.Conflict, "appoint.paper.not_in_force", list[0].Row.Name, b.Effective)
	}
	if !one {
		if list, err = proposalsOf(ctx, tx, b.ID); err != nil {
			return nil, err
		}
		sortByRow(list)
	}
	return s.folder(ctx, tx, b, list)
}

// order puts the fields of a paper together.
func (s *Service) order(ctx context.Context, paper string, f *folder) (archive.Order, error) {
	b := f.batch
	v := letter.Values{Text: commonFields(b), Lists: map[string][]map[string]string{}}
	o := archive.Order{Values: v, Path: decreeAddress(b), Reason: "Keputusan Nomor " + paperNumber(b)}
	switch paper {
	case PaperDecree:
		decreeFields(f, v)
	case PaperOath:
		oathFields(f, v)
	default:
		for k, x := range personFields(&f.list[0], f.people[f.list[0].Person]) {
			v.Text[k] = x
		}
		if paper == PaperDuty {
			if err := s.dutyFields(ctx, f, v); err != nil {
				return o, err
			}
		}
	}
	var err error
	o.Files, err = s.evidence(ctx, paper, b)
	return o, err
}

// evidence is what a paper carries: the roster proof with the receipt of the
// signature, or the entry of the oath.
func (s *Service) evidence(ctx context.Context, paper string, b *Batch) ([]letter.File, error) {
	if paper == PaperOath {
		all, err := s.Book.Latest(ctx, -1, 1, ledger.Filter{Kind: "merit.appoint.sworn", Subject: "batch:" + b.ID})
		if err != nil || len(all) == 0 || all[0].Erased {
			return nil, err
		}
		f, err := archive.EvidenceOf(ctx, s.Book, all[0].Index)
		return []letter.File{f}, err
	}
	lines, receipt, err := s.published(ctx, b)
	if err != nil {
		return nil, err
	}
	f := RosterFile(lines, *receipt)
	return []letter.File{{Name: "pelantikan-" + strconv.Itoa(b.Year) + "-" + strconv.Itoa(b.Number) + ".jsonl", About: "Bukti daftar pelantikan", Body: f}}, nil
}
