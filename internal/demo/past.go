package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"netral/data"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/merit/roster"
)

// Ceremonies that were held, for load. Published are the numbers by echelon of
// both, and by kind of change of the larger one (data/demo/figures.csv, topic
// pelantikan); how the kinds lie among the echelons, and all kinds of the smaller
// one, are made up. The people and posts are made for the ceremony alone: no
// province of a demonstration has as many posts of the fourth echelon.

// Proposed is somebody for a post.
type Proposed struct {
	Post, Title string
	NIP, Name   string
	Proposer    string // NIP
}

// Past is a ceremony with everybody and everything that it is about.
type Past struct {
	Roster    roster.Batch
	Proposals []Proposed
	Assessor  string // NIP of somebody who is no candidate
}

// NIPs are the numbers of its people by id.
func (p *Past) NIPs() map[string]string {
	out := make(map[string]string, len(p.Roster.People))
	for i := range p.Roster.People {
		out[p.Roster.People[i].ID] = p.Roster.People[i].NIP
	}
	return out
}

// share is how the holders of a level come to their posts.
type share struct{ confirmed, rotated, transferred, promoted, demoted int }

// pastShares are by echelon II, III, IV.
func pastShares(size int) ([3]share, bool) {
	switch size {
	case 1_125:
		return [3]share{{7, 4, 2, 2, 0}, {175, 73, 8, 18, 0}, {607, 180, 10, 35, 4}}, true
	case 5_038:
		return [3]share{{45, 30, 6, 12, 0}, {573, 240, 24, 60, 0}, {2943, 868, 50, 169, 18}}, true
	}
	return [3]share{}, false
}

// PastSizes lists the ceremonies.
func PastSizes() []int { return []int{1_125, 5_038} }

// Ranks of the posts of a past ceremony, with the staff below.
var pastLevels = [...]struct {
	level          roster.Level
	echelon, title string
	class          int
	grade          string
}{
	{roster.JPTPratama, "II.b", "Kepala Biro", 14, "IV/c"}, {roster.Administrator, "III.b", "Kepala Bidang", 12, "IV/a"},
	{roster.Pengawas, "IV.a", "Kepala Seksi", 9, "III/d"}, {roster.Pelaksana, "", "Analis", 7, "III/b"},
}

const pastAgencies = 42

// past is a ceremony while it is made.
type past struct {
	Past
	on      day.Day
	r       *rand.Rand
	names   *names
	serials *serials
	posts   int
	people  int
	by      string // NIP of who proposes
}

// MakePast makes a ceremony that takes effect on a day. Fault: Invalid for a size
// that was none.
func MakePast(_ context.Context, size int, seed uint64, on day.Day) (Past, error) {
	shares, ok := pastShares(size)
	if !ok {
		return Past{}, fault.New(fault.Invalid, "demo.past", size, PastSizes())
	}
	var f fault.Fields
	f.Add(on >= FirstDay && on <= LastDay, "today", "demo.today", on, FirstDay, LastDay)
	if err := f.Err(); err != nil {
		return Past{}, err
	}
	s, err := load(data.Demo)
	if err != nil {
		return Past{}, err
	}
	p := &past{on: on, r: rand.New(rand.NewPCG(seed, uint64(size))), names: s.names, serials: newSerials()}
	p.Roster.Units = append(p.Roster.Units, roster.Unit{ID: "upacara", Name: "Pemerintah Peraga Upacara", Kind: "pemerintah", From: p.since(), Until: day.None})
	for a := range pastAgencies {
		p.Roster.Units = append(p.Roster.Units, roster.Unit{ID: agency(a), Parent: "upacara", Name: fmt.Sprintf("Perangkat Daerah Peraga %02d", a+1), Kind: "dinas", From: p.since(), Until: day.None})
	}
	// Who proposes and who assesses are not in the ceremony.
	_, p.by, _ = p.person(0, p.post(0, 0))
	_, p.Assessor, _ = p.person(0, p.post(1, 0))
	for rank, n := range shares {
		p.level(rank, n)
	}
	return p.Past, nil
}

func agency(a int) string { return fmt.Sprintf("up%02d", a%pastAgencies) }

// since is the day from which everything is.
func (p *past) since() day.Day { return day.Of(p.on.Time().Year()-5, 3, 1) }

// post makes a post of a rank in an agency.
func (p *past) post(a, rank int) string {
	p.posts++
	l := pastLevels[rank]
	id := fmt.Sprintf("uj%05d", p.posts)
	p.Roster.Posts = append(p.Roster.Posts, roster.Post{ID: id, Unit: agency(a), Title: fmt.Sprintf("%s Peraga %d", l.title, p.posts), Level: l.level, Echelon: l.echelon, Class: l.class, Seats: 1,
		Duties: "Melaksanakan tugas yang ditetapkan untuk jabatan ini.", From: p.since(), Until: day.None})
	return id
}

// person makes somebody of a rank who holds a post.
func (p *past) person(rank int, post string) (id, nip, name string) {
	p.people++
	year := p.on.Time().Year()
	b := bio{born: p.serials.room(day.Of(year-54+rank*4, 1, 1) + day.Day(p.r.IntN(4*365))), sex: roster.Male, education: "S-2", field: "Ilmu Pemerintahan"}
	if p.r.IntN(100) < 35 {
		b.sex = roster.Female
	}
	b.appointed = day.Of(b.born.Time().Year()+24, 3, 1)
	b.name = p.names.name(p.r, b.sex, b.born.Time().Year())
	b.nip = b.number(p.serials.take(b.born))
	id = fmt.Sprintf("uo%05d", p.people)
	row := roster.Person{ID: id, NIP: b.nip, Name: b.name, After: "M.Si.", Grade: pastLevels[rank].grade, Education: b.education, Field: b.field, Born: b.born, Sex: b.sex, Status: roster.PNS, From: b.appointed, Until: day.None}
	p.Roster.People = append(p.Roster.People, row)
	p.Roster.Tenures = append(p.Roster.Tenures, roster.Tenure{Person: id, Post: post, Kind: roster.Definitive, Decree: decree("Kepgub DEMO-", p.people, p.since()), DecreeDate: p.since() - 5, From: p.since(), Until: day.None})
	for y := year - 3; y < year; y++ {
		p.Roster.Ratings = append(p.Roster.Ratings, roster.Rating{Person: id, Year: y, Predicate: "baik"})
	}
	return id, b.nip, row.FullName()
}

// propose proposes a new holder of a post, who holds another.
func (p *past) propose(rank int, from, to string) {
	_, nip, name := p.person(rank, from)
	p.Proposals = append(p.Proposals, Proposed{Post: to, NIP: nip, Name: name, Proposer: p.by})
}

// level makes the part of one echelon. Whoever rotates does so in a ring of an
// agency, so that every post of it is left and taken once; transfers are rings
// across agencies. Who rises or falls leaves a post that is not in the ceremony.
func (p *past) level(rank int, n share) {
	for i := range n.confirmed {
		post := p.post(i, rank)
		p.propose(rank, post, post)
	}
	for at, a := 0, 0; at < n.rotated; a++ {
		size := 2
		if n.rotated-at == 3 {
			size = 3
		}
		p.ring(rank, size, func(int) int { return a })
		at += size
	}
	for a := 0; a < n.transferred; a += 2 {
		p.ring(rank, 2, func(i int) int { return a + i })
	}
	for i := range n.promoted {
		p.propose(rank+1, p.post(i, rank+1), p.post(i, rank))
	}
	for i := range n.demoted {
		p.propose(rank-1, p.post(i, rank-1), p.post(i, rank))
	}
}

// ring moves each holder to the post of the next.
func (p *past) ring(rank, size int, at func(int) int) {
	posts := make([]string, size)
	for i := range posts {
		posts[i] = p.post(at(i), rank)
	}
	for i := range posts {
		p.propose(rank, posts[i], posts[(i+1)%size])
	}
}
