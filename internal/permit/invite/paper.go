package invite

import (
	"cmp"

	"netral/internal/day"
	"netral/internal/letter"
	"netral/internal/text"
)

// The papers of this slice; their wording is data/letter.
const (
	PaperAssignment = "surat-tugas"
	PaperRefusal    = "surat-jawaban"
)

// PaperKinds are the papers of this slice and their fields.
func PaperKinds() []letter.Kind {
	l := Letter{ID: "3f7k2m9q4r8t1v5x", Content: Content{Kind: Assignment, No: "12/ST/Jakpus/2023", Day: day.Of(2023, 11, 21), Until: day.Of(2023, 12, 2), Organiser: "Majelis Taklim Al-Ikhlas", Ref: "07/MT/XI/2023", Title: "Pengajian bulanan", On: day.Of(2023, 12, 2), From: "19:30", To: "21:00", Venue: "Masjid Al-Ikhlas, Gambir", Role: RoleAttend,
		Basis: "hadir, laporkan singkat", Task: "memberi salam", Hand: Hand{Name: "Rina Wulandari", NIP: "197001011990012001", Title: "Wali Kota Jakarta Pusat", Kind: Definitive, Unit: Unit{Name: "Kota Administrasi Jakarta Pusat"}},
		People: []Named{{Name: "Budi Santoso", NIP: "198003102005011002", Grade: "III/d", Title: "Camat Gambir"}}, Conditions: []Said{{ID: "Pulang bila muncul bendera partai."}, {ID: "Hindari berfoto."}}}}
	v := PaperValues(&l)
	k := letter.Kind{Name: PaperAssignment}
	for _, name := range paperFields() {
		k.Fields = append(k.Fields, letter.Field{Name: name, Sample: v.Text[name]})
	}
	refusal := letter.Kind{Name: PaperRefusal, Fields: k.Fields}
	person := v.Lists["orang"][0]
	k.Lists = []letter.List{
		{Name: "orang", Length: 1, Fields: []letter.Field{{Name: "nama", Sample: person["nama"]}, {Name: "nip", Sample: person["nip"]}, {Name: "golongan", Sample: person["golongan"]}, {Name: "jabatan", Sample: person["jabatan"]}}},
		{Name: "ketentuan", Length: 2, Fields: []letter.Field{{Name: "butir", Sample: v.Lists["ketentuan"][0]["butir"]}}},
	}
	return []letter.Kind{k, refusal}
}

func paperFields() []string {
	return []string{"nomor", "kantor", "penyelenggara", "nomor_undangan", "disposisi", "acara", "peran", "hari", "pukul", "tempat_acara", "berlaku", "tugas", "menggantikan", "luring", "hari_slip", "tempat", "tanggal", "jabatan_penetap", "nama_penetap", "nip_penetap"}
}

// PaperKind is the kind of the paper of a letter.
func PaperKind(l *Letter) string {
	if l.Kind == Refusal {
		return PaperRefusal
	}
	return PaperAssignment
}

// roleWords are the roles in the words of papers.
var roleWords = map[string]string{RoleAttend: "menghadiri sebagai undangan", RoleSpeak: "berbicara atau mengisi acara", RoleDuty: "bertugas mewakili instansi"}

// PaperValues fill the paper of a letter. Papers are in Indonesian.
func PaperValues(l *Letter) letter.Values {
	h := l.Hand
	title := h.Title
	switch {
	case h.Kind == Lent:
		title = "a.n. " + h.Title + " (" + h.For + "), mandat " + h.Paper + ", " + cmp.Or(h.OwnTitle, "penerima mandat")
	case h.Kind == Plh && h.For != "":
		title = "Plh. " + h.Title + " (selama " + h.For + " berhalangan)"
	case h.Kind == Plh, h.Kind == Plt:
		title = map[string]string{Plh: "Plh. ", Plt: "Plt. "}[h.Kind] + h.Title
	}
	offline := ""
	if l.Offline != "" {
		offline = "ya"
	}
	v := letter.Values{Text: map[string]string{
		"nomor": l.No, "kantor": h.Unit.Name, "penyelenggara": l.Organiser, "nomor_undangan": dash(l.Ref), "disposisi": l.Basis, "acara": l.Title, "peran": roleWords[l.Role], "hari": text.Day(text.ID, l.On), "pukul": hours(l.From, l.To) + " WIB",
		"tempat_acara": l.Venue, "berlaku": letter.Date(l.Until), "tugas": l.Task, "menggantikan": l.Replaces, "luring": offline, "hari_slip": itoa(slipDays), "tempat": "Jakarta", "tanggal": letter.Date(l.Day),
		"jabatan_penetap": title, "nama_penetap": h.Name, "nip_penetap": dash(h.NIP),
	}, Lists: map[string][]map[string]string{}}
	if l.Kind == Refusal {
		return v
	}
	for _, p := range l.People {
		v.Lists["orang"] = append(v.Lists["orang"], map[string]string{"nama": p.Name, "nip": dash(p.NIP), "golongan": dash(p.Grade), "jabatan": dash(p.Title)})
	}
	for _, c := range l.Conditions {
		v.Lists["ketentuan"] = append(v.Lists["ketentuan"], map[string]string{"butir": c.ID})
	}
	return v
}
