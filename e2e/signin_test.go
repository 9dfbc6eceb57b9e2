package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"netral/internal/app"
	"netral/internal/day"
	"netral/internal/merit/roster"
)

// as signs a window in by the page to sign in, as the first account of the
// demonstration whose button says one of the words: the role, in its languages.
func as(words ...string) func(*Tab) {
	return func(tab *Tab) {
		tab.t.Helper()
		tab.Visit("/masuk")
		id := eval[string](tab, fmt.Sprintf("[...document.querySelectorAll('button[name=account]')].find(b => %s.some(w => b.innerText.includes(w)))?.value || ''", quoted(words)))
		if id == "" {
			tab.t.Fatalf("the page to sign in has no button for %q:\n%s", words, tab.Text())
		}
		tab.Follow(`button[name="account"][value="` + id + `"]`)
	}
}

// peopled is the demo with a small roster of people who do not exist.
func peopled(t *testing.T) *app.Site {
	t.Helper()
	s := demo(t)
	since := day.Of(2015, 1, 1)
	unit := func(id, parent, name, area string) roster.Unit {
		return roster.Unit{ID: id, Parent: parent, Name: name, Area: area, From: since, Until: day.None}
	}
	person := func(id, nip, name, grade string) roster.Person {
		n, _ := roster.ParseNIP(nip)
		return roster.Person{ID: id, NIP: nip, Name: name, Grade: grade, Education: "S-1", Born: n.Born, Sex: n.Sex, Status: roster.PNS, From: n.Appointed(), Until: day.None}
	}
	err := s.Load(context.Background(), roster.Batch{
		Units: []roster.Unit{unit("uji-prov", "", "Pemerintah Provinsi Uji", "31"), unit("uji-dinkes", "uji-prov", "Dinas Kesehatan Uji", "31")},
		Posts: []roster.Post{
			{ID: "uji-kadis", Unit: "uji-dinkes", Title: "Kepala Dinas Kesehatan", Level: roster.JPTPratama, Echelon: "II.a", Class: 15, Seats: 1, Head: true, From: since, Until: day.None},
			{ID: "uji-staf", Unit: "uji-dinkes", Title: "Analis Kesehatan", Level: roster.Pelaksana, Class: 7, Seats: 3, From: since, Until: day.None},
		},
		People: []roster.Person{person("uji-siti", "197501012000032001", "Siti Nurhaliza", "IV/c"), person("uji-rini", "199004042014022004", "Rini Widyastuti", "III/b")},
		Tenures: []roster.Tenure{
			{Person: "uji-siti", Post: "uji-kadis", Kind: roster.Definitive, From: day.Of(2019, 3, 1), Until: day.None},
			{Person: "uji-rini", Post: "uji-staf", Kind: roster.Definitive, From: day.Of(2016, 1, 1), Until: day.None},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPagesOfAnOfficer looks at the pages of somebody who has signed in, with
// axe, in both languages, on a phone and on a desk.
func TestPagesOfAnOfficer(t *testing.T) {
	s := peopled(t)
	PagesAs(t, s.Handler, "bkd-", as("BKD"), []string{"/akun/token", "/kantor", "/kantor/cari", "/kantor/orang", "/kantor/peta", "/kantor/jabatan?kosong=ya", "/kantor/daftar-unit", "/kantor/koreksi", "/kantor/impor", "/kantor/ekspor", "/kantor/unit", "/kantor/undangan", "/kantor/undangan/baru", "/kantor/penyelenggara", "/kantor/orang/uji-siti", "/kantor/unit/uji-dinkes", "/kantor/mutu", "/antrean", "/tidak-ada"})
}

// TestPagesOfAnAdministrator does the same for the pages of accounts and of the
// queue.
func TestPagesOfAnAdministrator(t *testing.T) {
	s := demo(t)
	PagesAs(t, s.Handler, "admin-", as("Administrator sistem", "Administrator of the system"), []string{"/akun/kelola", "/akun/kelola/baru", "/akun/pemulihan", "/antrean", "/kantor/mutu"})
}

// TestPagesOfWhoDisposes does the same for invitations and the office of letters.
func TestPagesOfWhoDisposes(t *testing.T) {
	s := demo(t)
	PagesAs(t, s.Handler, "surat-", as("Pejabat disposisi", "Disposition authority"), []string{"/kantor/undangan", "/kantor/surat", "/kantor/penyelenggara", "/kantor/pola-undangan"})
}

// quoted is a list of words in JavaScript.
func quoted(words []string) string {
	b, _ := json.Marshal(words) // strings always can
	return string(b)
}

// officer is what the demo's personnel officer is called: the people of the demo
// come from its seed.
func officer(t *testing.T, h http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/masuk", nil))
	m := regexp.MustCompile(`\(BKD\): ([^<>]+)</button>`).FindStringSubmatch(w.Body.String())
	if m == nil {
		t.Fatal("no personnel officer is listed")
	}
	return html.UnescapeString(m[1])
}

// TestAccountPage looks at the page of one's own account. It tells which of the
// sessions is this one, so it is not the same in two windows.
func TestAccountPage(t *testing.T) {
	s := demo(t)
	b := Open(t, s.Handler)
	for _, size := range []Size{Phone, Desk} {
		for _, lang := range []string{"id", "en"} {
			tab := b.Tab(size, In(lang))
			as("BKD")(tab)
			tab.forget()
			tab.Visit("/akun")
			want(t, tab, officer(t, s.Handler))
			tab.Check("bkd-akun-" + lang + "-" + size.Name)
		}
	}
}

// TestSignInByKeyboard signs an officer in with the keyboard alone, finds
// somebody by a misspelt name, and signs out; the way back shows nothing.
func TestSignInByKeyboard(t *testing.T) {
	s := peopled(t)
	bkd := officer(t, s.Handler)
	for _, c := range []struct {
		name, lang, enter, open, leave, left, find string
		options                                    []Option
	}{
		{"with script on", "id", "Masuk", "Pejabat kepegawaian (BKD): " + bkd, "Keluar", "Anda sudah keluar", "Cari", nil},
		{"without script", "en", "Sign in", "Personnel officer (BKD): " + bkd, "Sign out", "You are signed out", "Find", []Option{NoScript}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := Open(t, s.Handler).Tab(Phone, append(c.options, In(c.lang))...)
			tab.Visit("/kantor/cari")
			if p := tab.Path(); p != "/masuk?ke=%2Fkantor%2Fcari" {
				t.Fatalf("nobody gets to %s", p)
			}
			reach(t, tab, "button", c.open)
			tab.Go("Enter")
			if p := tab.Path(); p != "/kantor/cari" {
				t.Fatalf("signing in leads to %s", p)
			}
			want(t, tab, bkd, c.leave)
			tab.To("f-q")
			tab.Type("siti nurhalisa")
			reach(t, tab, "button", c.find)
			tab.Go("Enter")
			reach(t, tab, "a", "Siti Nurhaliza")
			tab.Go("Enter")
			want(t, tab, "Siti Nurhaliza", "Kepala Dinas Kesehatan")
			reach(t, tab, "button", c.leave)
			tab.Go("Enter")
			want(t, tab, c.left, c.enter)
			tab.Back()
			if text := tab.Text(); strings.Contains(text, "Siti Nurhaliza") {
				t.Errorf("the way back shows the page of before:\n%s", text)
			}
		})
	}
}
