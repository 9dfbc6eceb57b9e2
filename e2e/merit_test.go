package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"netral/internal/lot"
)

// ways are with script and without: each job is done both ways.
func ways() map[string][]Option {
	return map[string][]Option{"with script on": nil, "without script": {NoScript}}
}

// TestCareerByKeyboard is an employee who reads what they lack, assumes that one
// thing changes, and asks about another day: with the keyboard alone. What was
// tried is in no address.
func TestCareerByKeyboard(t *testing.T) {
	s := demo(t)
	b := Open(t, s.Handler)
	for name, options := range ways() {
		t.Run(name, func(t *testing.T) {
			tab := b.with(t).Tab(Phone, append(options, In("id"))...)
			as("Pegawai")(tab)
			tab.Visit("/kantor/saya/karier")
			want(t, tab, "Yang memutuskan", "Andaikan sesuatu berubah")
			reach(t, tab, "summary", "Andaikan sesuatu berubah")
			tab.Press("Enter", 1)
			tab.To("andai_education")
			tab.Press("Down", 2)
			const chosen = "document.querySelector('select[name=andai_education]').selectedOptions[0].innerText.trim()"
			tried := eval[string](tab, chosen)
			reach(t, tab, "button", "Hitung")
			tab.Go("Enter")
			want(t, tab, "Jawaban ini mengandaikan: Pendidikan: "+tried, "tidak disimpan")
			if p := tab.Path(); p != "/kantor/saya/karier" {
				t.Errorf("what was tried stands in the address: %s", p)
			}
			if got := eval[string](tab, chosen); got != tried {
				t.Errorf("the form has forgotten %q and says %q", tried, got)
			}
			tab.Visit("/kantor/saya/karier")
			if strings.Contains(tab.Text(), "Jawaban ini mengandaikan") {
				t.Error("what was tried was kept")
			}
		})
	}
}

// TestSealByKeyboard is a personnel officer who writes a programme, seals its
// list and finds the round where everybody sees it.
func TestSealByKeyboard(t *testing.T) {
	for name, options := range ways() {
		t.Run(name, func(t *testing.T) {
			s := demo(t)
			tab := Open(t, s.Handler).Tab(Phone, append(options, In("id"))...)
			as("BKD")(tab)
			tab.Visit("/kantor/paparan")
			reach(t, tab, "a", "Program baru")
			tab.Go("Enter")
			reach(t, tab, "button", "Simpan dan umumkan")
			tab.Go("Enter")
			tab.Visit("/kantor/paparan")
			reach(t, tab, "a", "Segel daftar")
			tab.Go("Enter")
			reach(t, tab, "button", "Segel dan umumkan")
			tab.Go("Enter")
			if p := tab.Path(); !strings.HasPrefix(p, "/kantor/paparan/putaran/") {
				t.Fatalf("sealing leads to %s:\n%s", p, tab.Text())
			}
			tab.Visit("/undian/paparan-eselon/1")
			want(t, tab, "putaran 1", "menunggu bilangan acak", "entri ", "Unduh daftar tersegel")
		})
	}
}

// published is the file of a draw of two out of nine, by dice.
func published(t *testing.T) []byte {
	t.Helper()
	f := &lot.File{
		Rules: lot.Rules{
			ID: "paparan", Title: "Paparan tugas", Levels: []string{"pengawas"}, Every: "month", Count: 2, By: "level", Quotas: []lot.Quota{}, Substitutes: 1, Rest: 1, NoticeHours: 24,
			Exempt: []string{"leave"}, Excuse: []string{"illness"}, Source: lot.Dice, Dice: lot.MinDice, LateHours: 24, Panel: 2, Questions: 1,
			Rubric: []lot.Criterion{{ID: "isi", Title: "Isi", Max: 5}}, ReplyDays: 3,
		},
		Sealed: lot.Sealed{Round: 1, At: time.Unix(1692806000, 0).UTC(), Roll: time.Unix(1692806200, 0).UTC(), Entry: 17},
		Source: lot.Source{Dice: strings.Repeat("61523", 10)},
		Groups: []lot.Group{{Name: "pengawas", IDs: strings.Split("a b c d e f g h i", " ")}},
	}
	var err error
	if f.Sealed.Rules, err = lot.RulesSum(f.Rules); err != nil {
		t.Fatal(err)
	}
	if f.Sealed.List, err = lot.ListSum(f.Groups); err != nil {
		t.Fatal(err)
	}
	f.Sealed.Groups = lot.GroupsSum(f.Groups)
	if err := f.Draw(); err != nil {
		t.Fatal(err)
	}
	raw, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestRedoADraw is a citizen without an account who recomputes a draw from its
// published file, and then one in which somebody has put another name.
func TestRedoADraw(t *testing.T) {
	good := published(t)
	bad := strings.Replace(string(good), "61523", "61524", 1)
	dir := t.TempDir()
	files := map[string]string{"good.json": string(good), "bad.json": bad}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := Open(t, demo(t).Handler)
	for name, options := range ways() {
		t.Run(name, func(t *testing.T) {
			tab := b.with(t).Tab(Phone, append(options, In("id"))...)
			for _, c := range []struct{ file, says string }{{"good.json", "Undian ini benar"}, {"bad.json", "Berkas ini tidak cocok"}} {
				tab.Visit("/undian")
				reach(t, tab, "a", "Hitung ulang sebuah undian")
				tab.Go("Enter")
				tab.To("file")
				tab.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS(`input[name="file"]`), []string{filepath.Join(dir, c.file)}))
				reach(t, tab, "button", "Hitung ulang")
				tab.Go("Enter")
				want(t, tab, c.says)
			}
		})
	}
}
