package invite_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger/ledgertest"
	"netral/internal/permit/invite"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// world is what app would answer from the roster, the conduct book and the reader
// of texts.
type world struct {
	*invite.Service
	clock  *storetest.Clock
	db     *store.DB
	people map[string]invite.Person
	seats  map[string]invite.Seat // by unit
	kin    map[string]invite.Said // "a b"
	mails  []invite.Notice
}

var start = time.Date(2023, time.November, 20, 3, 0, 0, 0, time.UTC)

func date(s string) day.Day {
	d, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

var (
	top    = invite.Unit{ID: "pemprov", Name: "Pemerintah Provinsi", Short: "Pemprov", Kind: "pemerintah", Area: "31"}
	setda  = invite.Unit{ID: "setda", Name: "Sekretariat Daerah", Short: "SETDA", Kind: "sekretariat_daerah", Area: "31"}
	kota   = invite.Unit{ID: "kota", Name: "Kota Administrasi Jakarta Pusat", Short: "JP", Kind: "kota_administrasi", Area: "31.71"}
	gambir = invite.Unit{ID: "gambir", Name: "Kecamatan Gambir", Short: "GMB", Kind: "kecamatan", Area: "31.71.01"}
	dinkes = invite.Unit{ID: "dinkes", Name: "Dinas Kesehatan", Short: "DINKES", Kind: "dinas", Area: "31"}
)

func newWorld(t *testing.T, db *store.DB, clock *storetest.Clock) *world {
	t.Helper()
	w := &world{clock: clock, db: db, people: map[string]invite.Person{}, seats: map[string]invite.Seat{}, kin: map[string]invite.Said{}}
	put := func(id, name, title string, path ...invite.Unit) {
		w.people[id] = invite.Person{ID: id, Name: name, NIP: "nip-" + id, Grade: "IV/a", Status: "pns", Serving: true, Title: title, Path: path}
	}
	put("gov", "Pj Gubernur Tirta", "Penjabat Gubernur", top)
	put("sekda", "Sekda Wirya", "Sekretaris Daerah", top, setda)
	put("mayor", "Wali Kota Dhany", "Wali Kota Jakarta Pusat", top, kota)
	put("deputy", "Wakil Sri", "Wakil Wali Kota Jakarta Pusat", top, kota)
	put("camat", "Camat Bayu", "Camat Gambir", top, kota, gambir)
	put("staff", "Siti Aminah", "Pengelola Surat", top, kota, gambir)
	put("doctor", "dr. Laras", "Kepala Bidang", top, dinkes)
	gone := w.people["staff"]
	gone.ID, gone.Name, gone.NIP, gone.Serving = "retired", "Pak Pensiun", "nip-retired", false
	w.people["retired"] = gone
	for _, u := range []invite.Unit{top, setda, kota} {
		who := map[string]string{"pemprov": "gov", "setda": "sekda", "kota": "mayor"}[u.ID]
		p := w.people[who]
		w.seats[u.ID] = invite.Seat{Post: "head-" + u.ID, Title: p.Title, Unit: u, Holders: []invite.Holder{{Person: who, Name: p.Name, NIP: p.NIP, Kind: invite.Definitive, Until: day.None}}}
	}
	route, err := invite.LoadRoute(os.DirFS("../../../data/permit"), "route.json")
	if err != nil {
		t.Fatal(err)
	}
	w.Service = &invite.Service{
		Book: ledgertest.Open(t, db), Now: clock.Now, Rand: ledgertest.Rand(7), Allow: allow, Route: route, Base: "https://netral.invalid",
		People: func(_ context.Context, _ *store.Tx, ids []string, _ day.Day) (map[string]invite.Person, error) {
			out := map[string]invite.Person{}
			for _, id := range ids {
				if p, ok := w.people[id]; ok {
					out[id] = p
				}
			}
			return out, nil
		},
		Find: func(_ context.Context, _ *store.Tx, given []string) (map[string]string, error) {
			out := map[string]string{}
			for _, g := range given {
				for id, p := range w.people {
					if g == id || g == p.NIP {
						out[g] = id
					}
				}
			}
			return out, nil
		},
		Path: func(_ context.Context, _ *store.Tx, unit string, _ day.Day) ([]invite.Unit, error) {
			for _, path := range [][]invite.Unit{{top}, {top, setda}, {top, kota}, {top, kota, gambir}, {top, dinkes}} {
				if path[len(path)-1].ID == unit {
					return path, nil
				}
			}
			return nil, nil
		},
		Seats: func(_ context.Context, _ *store.Tx, unit string, kinds []string, _ day.Day) (out []invite.Seat, err error) {
			for _, u := range []invite.Unit{kota, setda, top} {
				if slices.Contains(kinds, u.Kind) && (u.ID != "kota" || unit == "kota" || unit == "gambir") {
					out = append(out, w.seats[u.ID])
				}
			}
			return out, nil
		},
		Held: func(_ context.Context, _ *store.Tx, person string, _ day.Day) (out []invite.Seat, err error) {
			for _, u := range []string{"pemprov", "setda", "kota"} {
				if slices.ContainsFunc(w.seats[u].Holders, func(h invite.Holder) bool { return h.Person == person }) {
					out = append(out, w.seats[u])
				}
			}
			return out, nil
		},
		Conflict: func(_ context.Context, _ *store.Tx, who string, about []string, _ day.Day) (invite.Tie, error) {
			for _, a := range about {
				if k, ok := w.kin[who+" "+a]; ok {
					return invite.Tie{Kind: k, Whose: w.people[a].Name}, nil
				}
			}
			return invite.Tie{}, nil
		},
		Screen: screen, Judge: judge,
		Stages: func(on day.Day) []invite.Stage {
			if on < date("2023-11-28") || on > date("2024-02-10") {
				return nil
			}
			return []invite.Stage{{Contest: "president", Name: invite.Said{ID: "Pilpres", EN: "President"}, Stage: "campaign", Word: invite.Said{ID: "kampanye", EN: "campaign"}}}
		},
		Notify: func(_ context.Context, _ *store.Tx, n invite.Notice) error {
			w.mails = append(w.mails, n)
			return nil
		},
		Seal:   func(text string) ([]byte, error) { return []byte(text + "\n— kunci " + seal(text) + "\n"), nil },
		Unseal: unseal,
	}
	return w
}

func seal(text string) string {
	sum := sha256.Sum256([]byte(text))
	return string([]rune("abcdefghijklmnop")[sum[0]%16:])
}

func unseal(raw []byte) (string, error) {
	text, sig, ok := strings.Cut(string(raw), "\n— kunci ")
	if !ok || seal(text) != strings.TrimSpace(sig) {
		return "", errors.New("not signed")
	}
	return text, nil
}

// screen knows two phrases.
func screen(text string, _ day.Day) invite.Screening {
	for _, phrase := range []string{"bendera Partai Melati", "coblos nomor 9"} {
		if i := strings.Index(text, phrase); i >= 0 {
			return invite.Screening{Verdict: invite.Partisan, Object: "party", Signs: strings.HasPrefix(phrase, "bendera"),
				Spans: []invite.Span{{From: i, To: i + len(phrase), Word: invite.Said{ID: "tanda partai", EN: "party sign"}}}}
		}
	}
	return invite.Screening{Verdict: invite.Neutral}
}

// judge answers as the conduct book does for the situations of these tests.
func judge(f map[string]string, _ day.Day) (invite.Judged, error) {
	r := invite.Rule{ID: "X", Title: invite.Said{ID: "Aturan uji", EN: "Test rule"}, Text: invite.Said{ID: "Bunyi aturan uji.", EN: "Text of the test rule."}, Law: invite.Said{ID: "KASN 1", EN: "KASN 1"}, Confidence: "H"}
	switch {
	case f["act"] == "mobilise" && f["object"] != "none":
		r.Outcome = "prohibited"
	case f["party_signs"] == "yes":
		r.Outcome, r.ID = "caution", "KASN-2"
	case f["host"] == "mass_org" && f["mandate"] == "no":
		r.Outcome = "caution"
	case f["host"] == "mass_org":
		r.Outcome = "conditional"
		r.Conditions = []invite.Said{{ID: "Pulang bila muncul bendera partai.", EN: "Leave when party flags appear."}, {ID: "Hindari berfoto.", EN: "Avoid pictures."}}
	default:
		r.Outcome = "allowed"
	}
	return invite.Judged{Outcome: r.Outcome, Rules: []invite.Rule{r}, Edition: "uji 1"}, nil
}

// allow is as the policies would have it.
func allow(who actor.Actor, action string, r invite.Resource) error {
	list := func(name string) []string {
		l, _ := r.Attrs[name].([]string)
		return l
	}
	party := who.Person != "" && slices.Contains(list("parties"), who.Person) || who.ID != "anonymous" && r.Attrs["owner"] == who.ID
	inArea := func(role string) bool {
		for _, g := range who.Grants {
			if g.Role == role && (g.Area == "" || slices.Contains(list("areaPath"), g.Area)) {
				return true
			}
		}
		return false
	}
	lent := who.Person != "" && slices.Contains(list("delegates"), who.Person)
	ok := false
	switch action {
	case invite.ActPublic:
		ok = true
	case invite.ActEnter:
		ok = len(who.Grants) > 0
	case invite.ActRead:
		ok = party || inArea("disposition") || inArea("governor") || inArea("inspector") || lent
	case invite.ActReturn:
		ok = party
	case invite.ActDispose, invite.ActOffice:
		ok = inArea("disposition") || inArea("governor") || lent
	case invite.ActRegister:
		ok = inArea("outreach")
	case invite.ActPatterns:
		ok = inArea("inspector")
	}
	if !ok {
		return fault.New(fault.Denied, "invite.denied")
	}
	return nil
}

func eachWorld(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			clock := storetest.NewClock(start)
			dsn := storetest.SQLite
			if engine == "postgres" {
				dsn = storetest.Postgres
			}
			db := storetest.Open(t, dsn(t, ledgertest.Lines(invite.Migrations)...), storetest.WithClock(clock))
			w := newWorld(t, db, clock)
			defer func() {
				if !t.Failed() {
					ledgertest.Clean(t, w.Book)
				}
			}()
			fn(t, w)
		})
	}
}

func person(id, role, area string) actor.Actor {
	return actor.Actor{ID: "account:" + id, Lang: "id", Via: "page", Person: id, Grants: []actor.Grant{{Role: role, Area: area}}}
}

func staff() actor.Actor     { return person("staff", "employee", "") }
func camat() actor.Actor     { return person("camat", "employee", "") }
func mayor() actor.Actor     { return person("mayor", "disposition", "31.71") }
func sekda() actor.Actor     { return person("sekda", "disposition", "") }
func governor() actor.Actor  { return person("gov", "governor", "") }
func deputy() actor.Actor    { return person("deputy", "employee", "") }
func outreach() actor.Actor  { return person("doctor", "outreach", "") }
func inspector() actor.Actor { return person("insp", "inspector", "") }
func citizen() actor.Actor   { return actor.Anonymous("page", "id") }

// prayer is a harmless invitation.
func prayer() invite.EnterInput {
	return invite.EnterInput{Organiser: "Majelis Taklim Al-Ikhlas", Kinds: []string{invite.Religious, invite.MassOrg}, Title: "Pengajian bulanan", Day: date("2023-12-02"), From: "19:30", To: "21:00", Venue: "Masjid Al-Ikhlas",
		Text: "Kami mengundang Bapak Camat hadir dalam pengajian bulanan. Acara: pembacaan ayat suci, tausiyah, doa.", Role: invite.RoleAttend, Invited: []string{"nip-camat"}, Channel: "letter", Received: day.None}
}

func (w *world) enter(t *testing.T, in invite.EnterInput) invite.Invitation {
	t.Helper()
	x, _, err := w.Enter(t.Context(), staff(), in)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func decision(x invite.Invitation) invite.DisposeInput {
	return invite.DisposeInput{Invitation: x.ID, Version: x.Version, Verdict: invite.Go, Instruction: "Hadir, laporkan singkat", Deadline: day.None}
}

// signed is a prayer meeting with a signed letter.
func (w *world) signed(t *testing.T, in invite.EnterInput) invite.Letter {
	t.Helper()
	x := w.enter(t, in)
	d := decision(x)
	d.Why = "Diminta pimpinan"
	if _, _, err := w.Dispose(t.Context(), mayor(), d); err != nil {
		t.Fatal(err)
	}
	l, _, err := w.Sign(t.Context(), mayor(), invite.SignInput{Invitation: x.ID, Version: x.Version + 1, Task: "memberi salam"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func want(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || !errors.Is(err, kind) || f.Key != key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == key }) {
		t.Errorf("got %v, want %s %s", err, kind, key)
	}
}
