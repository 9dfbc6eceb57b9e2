package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/app"
	"netral/internal/day"
)

// demo is the whole site on 19 October 2023, the day after the governor's
// order.
func demo(t *testing.T) *app.Site {
	t.Helper()
	now := func() time.Time { return time.Date(2023, time.October, 19, 10, 0, 0, 0, day.WIB) }
	s, err := app.OpenDemo(context.Background(), t.TempDir(), now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestSite looks at every page of the site, in both languages, on a phone and
// on a desk, with axe.
func TestSite(t *testing.T) {
	s := demo(t)
	paths := []string{
		"/", "/saring", "/tabel", "/tabel?status=pppk&tanggal=2023-12-01", "/tabel?status=raja", "/aturan", "/periksa", "/catatan",
		"/slip/" + s.Slips[0], "/slip/0000-0000-0000-0000", "/kalender", "/kalender/perubahan?tanggal=2023-11-13", "/kalender/PRES24", "/api", "/privasi", "/galeri", "/masuk", "/pulih", "/keluar",
		"/undian", "/undian/hitung", "/undian/keadilan", "/undian/x/1",
		"/naskah", "/periksa/surat", "/periksa/surat/tiada-kode",
	}
	paths = append(paths, galleryOf(t, s.Handler)...)
	Pages(t, s.Handler, paths)
}

// galleryOf lists the samples that the site shows under /galeri.
func galleryOf(t *testing.T, h http.Handler) []string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/galeri", nil))
	body := w.Body.String()
	found := regexp.MustCompile(`href="(/galeri/[^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(found) < 20 {
		t.Fatalf("only %d samples in the gallery", len(found))
	}
	var out []string
	for _, m := range found {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestAskByKeyboard does the whole job with the keyboard alone: asks in words,
// changes a fact, looks at another day, makes a slip.
func TestAskByKeyboard(t *testing.T) {
	s := demo(t)
	for _, c := range []struct {
		name    string
		options []Option
	}{{"with script on", nil}, {"without script", []Option{NoScript}}} {
		t.Run(c.name, func(t *testing.T) {
			tab := Open(t, s.Handler).Tab(Phone, append(c.options, In("id"))...)
			tab.Visit("/")
			tab.To("f-t")
			tab.Type("bolehkah ASN berfoto bersama pasangan capres-cawapres?")
			reach(t, tab, "button", "Jawab")
			tab.Go("Enter")
			want(t, tab, "Dilarang", "19 Oktober 2023", "Yang kami pahami")
			reach(t, tab, "button", "20 November 2023")
			tab.Go("Enter")
			want(t, tab, "Dilarang", "20 November 2023")
			reach(t, tab, "button", "Buat slip")
			tab.Go("Enter")
			if p := tab.Path(); !strings.HasPrefix(p, "/slip/") {
				t.Fatalf("making a slip leads to %s", p)
			}
			want(t, tab, "Slip", "Tercatat sebagai entri")
		})
	}
}

// TestAskByQuestions answers by questions only, and goes back without losing
// an answer.
func TestAskByQuestions(t *testing.T) {
	s := demo(t)
	tab := Open(t, s.Handler).Tab(Phone, NoScript, In("id"))
	tab.Visit("/")
	reach(t, tab, "button", "Jawab lewat pertanyaan")
	tab.Go("Enter")
	want(t, tab, "Media sosial")
	tab.Click(`input[name="topik"][value="event"]`)
	tab.Follow(`form.ask button[type="submit"]`)
	tab.Click(`input[name="f.act"][value="attend_campaign"]`)
	tab.Follow(`form.ask button[type="submit"]`)
	want(t, tab, "hadir di kampanye")
	reach(t, tab, "button", "Kembali ke pertanyaan sebelumnya")
	tab.Go("Enter")
	if checked := eval[bool](tab, `document.querySelector('input[type=radio][name="f.act"][value="attend_campaign"]').checked`); !checked {
		t.Error("going back lost the answer")
	}
}

// reach presses the Tab key until the element with the text has the focus.
func reach(t *testing.T, tab *Tab, element, text string) {
	t.Helper()
	for range 120 {
		tab.Press("Tab", 1)
		if eval[bool](tab, fmt.Sprintf("document.activeElement.matches(%q) && document.activeElement.innerText.trim() === %q", element, text)) {
			return
		}
	}
	t.Fatalf("the keyboard never reaches the %s %q", element, text)
}

func want(t *testing.T, tab *Tab, texts ...string) {
	t.Helper()
	page := tab.Text()
	for _, w := range texts {
		if !strings.Contains(page, w) {
			t.Fatalf("%q is not on the page:\n%s", w, page)
		}
	}
}
