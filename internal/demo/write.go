package demo

import (
	"context"
	"math/rand/v2"
	"strconv"

	"netral/internal/day"
	"netral/internal/merit/roster"
)

// writer writes a government in batches.
type writer struct {
	g       *government
	yield   func(roster.Batch) error
	serials *serials
	src     *rand.PCG
	r       *rand.Rand
	b       roster.Batch
	persons int // in the batch
	number  int // of the last person in the government
	last    bio // the person before, whose number a double repeats
	near    []kin
	single  []int // posts that are given twice on purpose
	gone    []int
	hire    float64 // how much the likelihood of a contract is scaled by
	acts    map[int][]int
	past    map[string][]string // posts on the rungs below, by family and title
	due     []flaw              // faults that are still to be put in
	grades  []string            // roster.Grades
	terms   []string            // roster.Predicates
	first   bool                // nobody of the staff has been written
}

func newWriter(g *government, s *serials, yield func(roster.Batch) error) *writer {
	w := &writer{g: g, yield: yield, serials: s, src: rand.NewPCG(0, 0), single: g.singles(), gone: g.gone(), acts: map[int][]int{}, past: map[string][]string{}, grades: roster.Grades(), terms: roster.Predicates(), first: true}
	w.r = rand.New(w.src)
	for i, a := range g.acting {
		w.acts[a.official] = append(w.acts[a.official], i)
	}
	w.hire = g.hiring()
	return w
}

// seed makes the randomness of one person, whoever was made before.
func (w *writer) seed(n int) {
	w.src.Seed(w.g.cfg.Seed^0x9e3779b97f4a7c15, uint64(w.g.number)<<32|uint64(n)+16)
}

func (w *writer) write(ctx context.Context) error {
	if err := w.structure(); err != nil {
		return err
	}
	for i := range w.g.official {
		w.official(i)
		if err := w.flush(ctx, false); err != nil {
			return err
		}
	}
	if err := w.staff(ctx); err != nil {
		return err
	}
	return w.flush(ctx, true)
}

// structure writes units and posts.
func (w *writer) structure() error {
	b := roster.Batch{Units: make([]roster.Unit, 0, len(w.g.units)), Posts: make([]roster.Post, 0, len(w.g.posts)+8*len(w.g.units))}
	for i := range w.g.units {
		b.Units = append(b.Units, w.g.units[i].row)
	}
	for i := range w.g.posts {
		b.Posts = append(b.Posts, w.g.posts[i].row)
	}
	var peaks map[string]peak
	if w.g.number == 0 {
		var err error
		if peaks, err = w.peaks(); err != nil {
			return err
		}
	}
	line := w.g.cfg.formation()
	for i := range w.g.units {
		u := &w.g.units[i]
		for j := range u.staff {
			s := &u.staff[j]
			if s.held+s.taken == 0 && !s.used {
				continue
			}
			peak := peaks[s.id]
			seats := max(s.held+s.taken, peak.since)
			if i%5 == 0 || seats == 0 {
				seats += 1 + seats/20 // a desk is free
			}
			p := roster.Post{ID: s.id, Unit: u.row.ID, Title: s.of.title, Level: s.of.level, Rung: s.of.rung, Class: s.of.class, Seats: seats, From: day.None, Until: day.None}
			if peak.before > seats {
				old := p
				old.Seats, old.Until, p.From = peak.before, line, line
				b.Posts = append(b.Posts, old)
			}
			b.Posts = append(b.Posts, p)
		}
	}
	return w.yield(b)
}

func (w *writer) flush(ctx context.Context, end bool) error {
	if w.persons < w.g.cfg.Batch && (!end || w.persons == 0) {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	b := w.b
	n := w.persons
	w.persons, w.near = 0, w.near[:0]
	w.b = roster.Batch{
		People: make([]roster.Person, 0, len(b.People)+n/4), Tenures: make([]roster.Tenure, 0, len(b.Tenures)+n/4), Ratings: make([]roster.Rating, 0, len(b.Ratings)+n/4),
		Trainings: make([]roster.Training, 0, len(b.Trainings)+n/4),
	}
	return w.yield(b)
}

// next is the id and the employee number of the next person.
func (w *writer) next() (id, nrk string) {
	w.number++
	b := make([]byte, 0, 16)
	b = append(append(b, w.g.prefix...), 'p')
	s := strconv.Itoa(w.number)
	for range 6 - len(s) {
		b = append(b, '0')
	}
	if w.g.number == 0 { // DKI's own numbers, in no order
		nrk = strconv.Itoa(100_000 + w.number*104_729%900_000)
	}
	return string(append(b, s...)), nrk
}

// official writes somebody who holds or held a structural post.
func (w *writer) official(i int) {
	of := &w.g.official[i]
	b := w.bio(i)
	b.id, b.nrk = w.next()
	b.nip = b.number(w.serials.take(b.born))
	w.b.People = b.rows(w.b.People, w.grades, w.g.cfg.horizon())
	for _, s := range of.stints {
		t := roster.Tenure{Person: b.id, Kind: roster.Definitive, From: s.from, Until: s.until, DecreeDate: s.from - 5}
		if s.post >= 0 {
			t.Post = w.g.posts[s.post].row.ID
			t.Decree = decree("Kepgub DEMO-", 1+int(s.from)%1900, s.from)
		} else {
			t.Post = w.g.units[s.at.unit].staff[s.at.seat].id
			t.Decree = decree("SK DEMO-", 1+w.r.IntN(9000), s.from)
		}
		w.b.Tenures = append(w.b.Tenures, t)
	}
	for _, n := range w.acts[i] {
		a := &w.g.acting[n]
		t := roster.Tenure{Person: b.id, Post: a.seat, Kind: a.kind, Decree: decree("Sprint DEMO-", 1+w.r.IntN(9000), a.from), DecreeDate: a.from - 1, From: a.from, Until: a.until}
		if a.post >= 0 {
			t.Post = w.g.posts[a.post].row.ID
		}
		w.b.Tenures = append(w.b.Tenures, t)
	}
	w.leadership(b.id, of)
	w.common(&b)
}

// bio makes what is drawn of an official.
func (w *writer) bio(i int) bio {
	of := &w.g.official[i]
	w.seed(i)
	b := bio{born: of.born, appointed: of.appointed, left: of.left, sex: of.sex, education: of.education}
	b.low, b.high = rankGrades(of.highest)
	b.name = w.g.names.name(w.r, b.sex, b.born.Time().Year())
	fields := generalFields
	for _, s := range of.stints {
		if s.post >= 0 {
			switch w.g.units[w.g.posts[s.post].sector].key {
			case "DINKES":
				fields = healthFields
			case "DISDIK":
				fields = schoolFields
			}
		}
	}
	f := fields[w.r.IntN(len(fields))]
	b.field = f[0]
	b.before, b.after = titles(b.education, f[1], f[2], f[0])
	return b
}

// Fields of study with the titles before and after a name.
var (
	generalFields = [][3]string{
		{"Ilmu Pemerintahan", "", "S.IP."}, {"Administrasi Negara", "", "S.A.P."}, {"Ilmu Hukum", "", "S.H."}, {"Ekonomi", "", "S.E."},
		{"Teknik Sipil", "", "S.T."}, {"Ilmu Sosial", "", "S.Sos."}, {"Manajemen", "", "S.M."}, {"Ilmu Pemerintahan", "", "S.STP."},
	}
	healthFields = [][3]string{{"Kesehatan Masyarakat", "", "S.K.M."}, {"Kedokteran", "dr.", ""}, {"Ilmu Keperawatan", "", "S.Kep."}, {"Farmasi", "apt.", "S.Farm."}}
	schoolFields = [][3]string{{"Pendidikan", "", "S.Pd."}, {"Administrasi Pendidikan", "", "S.Pd."}, {"Ilmu Pemerintahan", "", "S.IP."}}
)

// leadership writes the courses that go with the ranks somebody reached: a part
// of them before, a part after, some never.
func (w *writer) leadership(id string, of *official) {
	for _, c := range [...]struct {
		rank, days int
		kind, name string
	}{
		{rankIV, 110, "pkp", "Pelatihan Kepemimpinan Pengawas"}, {rankIII, 120, "pka", "Pelatihan Kepemimpinan Administrator"}, {rankII, 130, "pkn2", "Pelatihan Kepemimpinan Nasional Tingkat II"},
	} {
		for _, s := range of.stints {
			if s.post < 0 || w.g.posts[s.post].rank != c.rank {
				continue
			}
			from := s.from + day.Day(w.r.IntN(900)-450)
			if until := from + day.Day(c.days); w.r.IntN(100) < 76 && until < w.g.cfg.Today && (of.left == day.None || until < of.left) && from > of.appointed+700 {
				w.b.Trainings = append(w.b.Trainings, roster.Training{Person: id, Kind: c.kind, Name: c.name, Certificate: decree("STTPP DEMO-", 1+w.r.IntN(9000), until), From: from, Until: until})
			}
			break
		}
	}
}
