package demo

import (
	"errors"
	"fmt"
	"strings"

	"netral/data"
	"netral/internal/day"
	"netral/internal/identity"
	"netral/internal/merit/roster"
)

// Account is an account of the demonstration and whose it is.
type Account struct {
	Login  string
	Name   string // with what they are, for the page to sign in
	Person string // id in the roster; "" for the one who comes from outside
	Role   string
	Unit   string // where the role counts; "" everywhere
	Area   string
}

// office is an account before it is known who has it.
type office struct {
	login, role string
	posts       []string // units whose head it is, the first that is led
	unit, area  string
}

// offices are the accounts: one at least for each role.
func offices() []office {
	return []office{
		{login: "kepala", role: identity.RoleUnitHead, posts: []string{"DINKES"}, unit: "DINKES"},
		{login: "bkd", role: identity.RolePersonnel, posts: []string{"BKD-4", "BKD-3", "BKD-2", "BKD"}},
		{login: "inspektorat", role: identity.RoleInspector, posts: []string{"INSPEKTORAT"}},
		{login: "etik", role: identity.RoleEthics, posts: []string{"BIRO-HUKUM"}},
		{login: "sekda", role: identity.RoleDisposition, posts: []string{"SETDA"}},
		{login: "walikota", role: identity.RoleDisposition, posts: []string{"KOTA-31.71"}, area: "31.71"},
		{login: "camat", role: identity.RoleObserver, posts: []string{"KEC-31.71.01", "KEC-31.71.02"}, area: "31.71.01"},
		{login: "lurah", role: identity.RoleObserver, posts: []string{"KEL-31.71.01.1001", "KEL-31.71.01.1002", "KEL-31.71.01.1004"}, area: "31.71.01.1001"},
		{login: "penyuluh", role: identity.RoleOutreach, posts: []string{"KESBANGPOL-3", "KESBANGPOL-2", "KESBANGPOL"}},
		{login: "admin", role: identity.RoleAdmin, posts: []string{"DISKOMINFOTIK-2", "DISKOMINFOTIK-3"}},
		{login: "admin2", role: identity.RoleAdmin, posts: []string{"DISKOMINFOTIK-4", "DISKOMINFOTIK-5"}},
		{login: "gubernur", role: identity.RoleGovernor, posts: []string{"PEMPROV"}},
	}
}

// loginPrefix marks the accounts of a demonstration.
const loginPrefix = "demo."

// Accounts are those of the people who are made for the same Config; the same
// every time.
func Accounts(cfg Config) ([]Account, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	s, err := load(data.Demo)
	if err != nil {
		return nil, err
	}
	g := cfg.government(s, 0, cfg.sizes()[0], "")
	w := newWriter(g, newSerials(), func(roster.Batch) error { return nil })
	out, err := w.employee()
	if err != nil {
		return nil, err
	}
	for _, o := range offices() {
		a := Account{Login: loginPrefix + o.login, Role: o.role, Area: o.area}
		if o.unit != "" {
			a.Unit = g.id(o.unit)
		}
		for _, key := range o.posts {
			u, ok := g.byID[key]
			if !ok {
				continue
			}
			i := g.holding(g.units[u].head)
			if i < 0 {
				if i = g.standing(g.units[u].head); i < 0 {
					continue
				}
			}
			b := w.bio(i)
			a.Person = g.officialID(i)
			p := roster.Person{Name: b.name, Before: b.before, After: b.after}
			a.Name = p.FullName()
			if o.area != "" {
				a.Area = g.units[u].row.Area
			}
			break
		}
		if a.Person == "" {
			return nil, fmt.Errorf("demo: nobody leads %s on %s", strings.Join(o.posts, ", "), cfg.Today)
		}
		out = append(out, a)
	}
	return append(out, Account{Login: loginPrefix + "auditor", Name: "Auditor dari luar", Role: identity.RoleAuditor}), nil
}

// holding is the official who holds a post on the day, or -1.
func (g *government) holding(p int) int {
	for i := range g.official {
		for _, s := range g.official[i].stints {
			if s.post == p && s.from <= g.cfg.Today && (s.until == day.None || s.until > g.cfg.Today) {
				return i
			}
		}
	}
	return -1
}

// standing is who acts in a post on the day, or -1.
func (g *government) standing(p int) int {
	for _, a := range g.acting {
		if a.post == p && a.from <= g.cfg.Today && a.until > g.cfg.Today {
			return a.official
		}
	}
	return -1
}

func (g *government) officialID(i int) string {
	w := writer{g: g, number: i}
	id, _ := w.next()
	return id
}

// errFound ends a search.
var errFound = errors.New("found")

// employee is the account of a teacher.
func (w *writer) employee() ([]Account, error) {
	w.ladders()
	k := -1
	var a Account
	err := w.g.each(func(u int, of *staffRow, post string, head bool) error {
		k++
		if head || w.g.units[u].row.Kind != "sd" || w.g.faults[k] != "" || !strings.HasPrefix(of.title, "Guru") {
			return nil
		}
		w.number = len(w.g.official) + k
		w.member(k, u, of, post, head)
		p := w.b.People[len(w.b.People)-1]
		a = Account{Login: loginPrefix + "pegawai", Role: identity.RoleEmployee, Person: p.ID, Name: p.FullName()}
		return errFound
	})
	if !errors.Is(err, errFound) {
		return nil, fmt.Errorf("demo: no teacher: %w", err)
	}
	return []Account{a}, nil
}
