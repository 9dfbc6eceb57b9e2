package app

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"

	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/merit/roster"
)

// demoCeremonyCmd writes a ceremony that was held as tables to import: what it is
// about (units, posts, people, tenures, ratings), and the proposals.
type demoCeremonyCmd struct {
	Size  int    `default:"5038" help:"${h_ceremony_size}"`
	Part  string `enum:"proposals,units,posts,people,tenures,ratings" default:"proposals" help:"${h_ceremony_part}"`
	Seed  uint64 `default:"1" placeholder:"N" help:"${h_demo_seed}"`
	Today string `placeholder:"YYYY-MM-DD" help:"${h_ceremony_day}"`
}

func (c *demoCeremonyCmd) Run(r *run) error {
	on := day.At(r.Now())
	if c.Today != "" {
		var err error
		if on, err = day.Parse(c.Today); err != nil {
			return fault.Wrap(fault.Invalid, err, "app.demo.day", c.Today, demo.FirstDay, demo.LastDay)
		}
	}
	p, err := demo.MakePast(r.ctx, c.Size, c.Seed, on)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(r.Stdout)
	if err := writePast(out, &p, c.Part); err != nil {
		return err
	}
	return out.Flush()
}

// writePast writes a part of a ceremony with the headings that imports know.
func writePast(to io.Writer, p *demo.Past, part string) error {
	w := csv.NewWriter(to)
	w.Comma = ';'
	row := func(cells ...string) { _ = w.Write(cells) } // Error tells below
	switch part {
	case "units":
		row("Kode", "Induk", "Nama Unit", "Jenis", "Mulai")
		for _, x := range p.Roster.Units {
			row(x.ID, x.Parent, x.Name, x.Kind, x.From.String())
		}
	case "posts":
		row("Kode", "Kode Unit", "Nama Jabatan", "Jenjang", "Eselon", "Kelas", "Formasi", "Tupoksi", "Mulai")
		for _, x := range p.Roster.Posts {
			row(x.ID, x.Unit, x.Title, string(x.Level), x.Echelon, strconv.Itoa(x.Class), strconv.Itoa(x.Seats), x.Duties, x.From.String())
		}
	case "people":
		row("Kode", "NIP", "Nama", "Gelar Belakang", "Golongan", "Pendidikan", "Jurusan", "Tanggal Lahir", "Jenis Kelamin", "Status", "Mulai")
		for _, x := range p.Roster.People {
			sex := "L"
			if x.Sex == roster.Female {
				sex = "P"
			}
			row(x.ID, x.NIP, x.Name, x.After, x.Grade, x.Education, x.Field, x.Born.String(), sex, string(x.Status), x.From.String())
		}
	case "tenures":
		row("NIP", "Kode Jabatan", "Jenis", "Nomor SK", "Tanggal SK", "Mulai")
		nip := p.NIPs()
		for _, x := range p.Roster.Tenures {
			row(nip[x.Person], x.Post, x.Kind, x.Decree, x.DecreeDate.String(), x.From.String())
		}
	case "ratings":
		row("NIP", "Tahun", "Predikat")
		nip := p.NIPs()
		for _, x := range p.Roster.Ratings {
			row(nip[x.Person], strconv.Itoa(x.Year), x.Predicate)
		}
	default:
		row("Kode Jabatan", "NIP", "Nama Pegawai", "NIP Pengusul", "Alasan", "Alasan Calon Tunggal")
		for _, x := range p.Proposals {
			row(x.Post, x.NIP, x.Name, x.Proposer, "Dinilai paling siap untuk tugas jabatan ini (peraga).", "Satu-satunya calon dalam berkas uji beban ini (peraga).")
		}
	}
	w.Flush()
	return w.Error()
}
