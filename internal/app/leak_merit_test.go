package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"netral/internal/access"
	"netral/internal/access/accesstest"
	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/lot"
	"netral/internal/merit/appoint"
	"netral/internal/merit/callup"
	"netral/internal/merit/promote"
	"netral/internal/merit/roster"
	"netral/internal/permit/invite"
	"netral/internal/store"
)

// secret is a text that was written down about somebody, and who may read it.
type secret struct {
	text string
	may  func(actor.Actor) bool
}

// meritHouse is a leakHouse in which something is under way in each slice of
// the merit wing, with what was said there.
type meritHouse struct {
	*leakHouse
	now   atomic.Int64
	batch string
	round string
	call  string
	// invitation is one of k7rini.
	invitation string
	said       []secret
}

func (h *meritHouse) guarded(action string, r access.Resource) func(actor.Actor) bool {
	return func(who actor.Actor) bool { return h.guard.May(who, action, r) }
}

func (h *meritHouse) tell(text string, may func(actor.Actor) bool) string {
	h.said = append(h.said, secret{text, may})
	return text
}

func newMeritHouse(t *testing.T) *meritHouse {
	t.Helper()
	h := &meritHouse{}
	h.now.Store(time.Date(2023, time.October, 19, 10, 0, 0, 0, day.WIB).Unix())
	h.leakHouse = leaky(t, demoHouseAt(t, func() time.Time { return time.Unix(h.now.Load(), 0) }))
	ctx := t.Context()
	as := func(id, role string) actor.Actor {
		return actor.Actor{ID: "account:" + id, Person: id, Lang: "id", Via: "page", Grants: []actor.Grant{{Role: role}}}
	}
	person := func(id string) actor.Actor {
		return actor.Actor{ID: "account:" + id, Person: id, Lang: "id", Via: "page", Grants: []actor.Grant{{Role: "employee"}}}
	}
	bkd, governor := as("bkd", "personnel"), as("gub", "governor")

	// What is kept about somebody for a promotion, and what they say to it.
	check := h.guarded("promote.check", h.of["k7siti"])
	paper := promote.PaperInput{Kind: "health", Person: "k7siti", Value: "fit", Number: h.tell("RS-77/SITI", check), Dated: day.Of(2023, 10, 1), From: day.None, Until: day.None}
	if _, _, err := h.promote.FilePaper(ctx, bkd, paper); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.promote.Answer(ctx, person("k7siti"), promote.ReplyInput{About: promote.AboutSpin, Text: h.tell("tanggapan-siti-atas-angka", check)}); err != nil {
		t.Fatal(err)
	}
	// What somebody asks the personnel office to mend.
	decide := func(who actor.Actor) bool {
		return who.Person == "k7rini" || h.guard.May(who, "roster.correction.decide", h.of["k7rini"])
	}
	if _, _, err := h.roster.Ask(ctx, person("k7rini"), roster.AskInput{Kind: roster.KindPerson, Fact: "k7rini", From: day.Of(2014, time.February, 1), Field: "name", Wanted: h.tell("Rini Yang Benar", decide), Note: "ijazah"}); err != nil {
		t.Fatal(err)
	}
	// Proposals for a decree that nobody has signed.
	x, _, err := h.appoint.Open(ctx, bkd, appoint.OpenInput{Title: h.tell("Rotasi rahasia", h.guarded("appoint.read", access.Resource{Type: "batch"})), Effective: day.Of(2023, 12, 27), OathDay: day.Of(2023, 12, 27), Officiant: "Gubernur", Authority: appoint.Definitive, Signer: "Gubernur"})
	if err != nil {
		t.Fatal(err)
	}
	h.batch = x.ID
	if _, _, err := h.appoint.Propose(ctx, bkd, appoint.ProposeInput{Batch: x.ID, Version: x.Version, Rows: []appoint.ProposalRow{
		{Post: "lowong", Person: "k7rini", Proposer: "k7siti", Reason: h.tell("alasan-usulan-rini", h.guarded("appoint.read", access.Resource{Type: "batch", ID: x.ID})), Single: "calon-tunggal"},
	}}); err != nil {
		t.Fatal(err)
	}
	// A call whose panel has scored, before the person has read the result.
	rules := lot.Rules{
		ID: "uji", Title: "Uji", Levels: []string{"administrator"}, Every: "month", Count: 1, By: "unit", Quotas: []lot.Quota{{Group: "gambir", N: 1}}, Rest: 1, NoticeHours: 24,
		Exempt: []string{callup.Leave}, Excuse: []string{callup.Illness}, Source: lot.Dice, Dice: lot.MinDice, LateHours: 24, Panel: 2, Questions: 1, ReplyDays: 3,
		Rubric: []lot.Criterion{{ID: "isi", Title: "Isi", Max: 5}},
	}
	if _, err := h.callup.Change(ctx, bkd, rules, ""); err != nil {
		t.Fatal(err)
	}
	r, _, err := h.callup.Seal(ctx, bkd, callup.SealInput{Programme: "uji", At: time.Unix(h.now.Load(), 0).Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	h.round = r.ID
	h.now.Store(r.Announced.Add(time.Minute).Unix())
	for _, who := range []actor.Actor{bkd, governor} {
		if _, _, err := h.callup.RollDice(ctx, who, callup.DiceInput{Round: r.ID, Digits: strings.Repeat("36142", 10), Witnesses: "Ibu A"}); err != nil {
			t.Fatal(err)
		}
	}
	desk, err := h.callup.Desk(ctx, bkd)
	if err != nil || len(desk.Calls) != 1 || desk.Calls[0].Person != "k7budi" {
		t.Fatalf("%+v, %v", desk.Calls, err)
	}
	c := desk.Calls[0]
	h.call = c.ID
	if _, _, err := h.callup.NamePanel(ctx, bkd, callup.PanelInput{Call: c.ID, Members: []string{"k7siti", "k7rini"}}); err != nil {
		t.Fatal(err)
	}
	h.now.Store(c.Due.Unix())
	if _, _, err := h.callup.Begin(ctx, bkd, c.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"k7siti", "k7rini"} {
		nobody := func(actor.Actor) bool { return false }
		if _, _, err := h.callup.Score(ctx, person(id), callup.ScoreInput{Call: c.ID, Points: []int{4}, Note: h.tell("catatan-penilai-"+id, nobody)}); err != nil {
			t.Fatal(err)
		}
	}
	h.invited(t, person("k7rini"))
	return h
}

// invited enters an invitation of somebody, which those read whom it is about and
// who decide about it.
func (h *meritHouse) invited(t *testing.T, who actor.Actor) {
	t.Helper()
	read := func(who actor.Actor) bool {
		return h.guard.May(who, "invite.read", access.Resource{Type: "invitation", ID: h.invitation, Attrs: map[string]any{
			"unit": "gambir", "unitPath": []string{"prov", "gambir"}, "area": "31.71.01", "areaPath": []string{"31", "31.71", "31.71.01"}, "owner": "account:k7rini", "parties": []string{"k7rini"},
		}})
	}
	h.invite.Seats = func(context.Context, *store.Tx, string, []string, day.Day) ([]invite.Seat, error) {
		return []invite.Seat{{Post: "sekda", Title: "Sekretaris Daerah", Unit: invite.Unit{ID: "prov", Name: "Provinsi"}}}, nil
	}
	x, _, err := h.invite.Enter(t.Context(), who, invite.EnterInput{
		Organiser: "Majelis Uji", Kinds: []string{invite.Religious}, Title: h.tell("Pengajian tertutup", read), Day: day.Of(2023, 10, 27), From: "19:30", Venue: "Balai", Text: h.tell("susunan-acara-untuk-rini", read),
		Role: invite.RoleAttend, Invited: []string{"k7rini"}, Channel: "letter", Received: day.None,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.invitation = x.ID
}

// read is the end of the call: the person reads the result and replies.
func (h *meritHouse) read(t *testing.T) {
	t.Helper()
	budi := actor.Actor{ID: "account:k7budi", Person: "k7budi", Lang: "id", Via: "page"}
	if _, _, err := h.callup.Read(t.Context(), budi, h.call); err != nil {
		t.Fatal(err)
	}
	about := h.guarded("callup.call", access.Resource{Type: "call", ID: h.call, Attrs: map[string]any{"person": "k7budi", "unit": "gambir", "parties": []string{"k7siti", "k7rini"}}})
	for i := range h.said {
		if strings.HasPrefix(h.said[i].text, "catatan-penilai-") {
			h.said[i].may = about
		}
	}
	if _, _, err := h.callup.Reply(t.Context(), budi, h.call, h.tell("tanggapan-budi", about)); err != nil {
		t.Fatal(err)
	}
}

// file ends the call: the result is in the merit record, and read by those who
// may look at that.
func (h *meritHouse) file(t *testing.T) {
	t.Helper()
	bkd := actor.Actor{ID: "account:bkd", Person: "bkd", Lang: "id", Via: "page", Grants: []actor.Grant{{Role: "personnel"}}}
	if _, _, err := h.callup.File(t.Context(), bkd, h.call); err != nil {
		t.Fatal(err)
	}
	for i := range h.said {
		if was := h.said[i].may; h.said[i].text == "tanggapan-budi" {
			h.said[i].may = func(who actor.Actor) bool {
				return was(who) || h.guard.May(who, "promote.check", h.of["k7budi"])
			}
		}
	}
}

// addresses are those of everything that a GET shows, with the ids of what is
// under way: pages, files and the API.
func (h *meritHouse) addresses() []string {
	ids := map[string][]string{
		"GET /kantor/pelantikan/{id}": {h.batch}, "GET /api/v1/appoint/batches/{id}": {h.batch},
		"GET /kantor/pelantikan/{id}/usulan/{post}": {h.batch, "lowong"}, "GET /kantor/pelantikan/{id}/petikan/{post}": {h.batch, "lowong"},
		"GET /kantor/paparan/putaran/{id}": {h.round}, "GET /api/v1/callup/rounds/{id}": {h.round},
		"GET /kantor/paparan/panggilan/{id}": {h.call}, "GET /api/v1/callup/calls/{id}": {h.call},
		"GET /undian/{programme}/{number}": {"uji", "1"}, "GET /undian/{programme}/{number}/berkas": {"uji", "1"}, "GET /undian/{programme}/{number}/daftar": {"uji", "1"},
		"GET /undian/{programme}/{number}/segel": {"uji", "1"}, "GET /kantor/paparan/segel/{programme}": {"uji"},
		"GET /kantor/promosi/orang/{id}": {"k7siti"}, "GET /kantor/promosi/jabatan/{id}": {"lowong"}, "GET /api/v1/promote/posts/{post}/eligible": {"lowong"},
		"GET /kantor/promosi/pengusul/{id}": {"k7siti"}, "GET /api/v1/promote/promoters/{id}": {"k7siti"},
		"GET /kantor/orang/{id}": {"k7siti"}, "GET /api/v1/roster/people/{id}": {"k7siti"}, "GET /kantor/orang/{id}/ubah": {"k7siti"},
		"GET /kantor/undangan/{id}": {h.invitation}, "GET /kantor/undangan/{id}/ubah": {h.invitation}, "GET /api/v1/invite/invitations/{id}": {h.invitation},
		"GET /kantor/unit/{id}": {"gambir"}, "GET /kantor/unit/{id}/bagan": {"gambir"}, "GET /api/v1/roster/units/{id}": {"gambir"},
	}
	hole := regexp.MustCompile(`\{[^}]*\}`)
	var out []string
	for pattern := range routes {
		path, ok := strings.CutPrefix(pattern, "GET ")
		if !ok || strings.HasPrefix(path, "/galeri") || strings.HasPrefix(path, "/static") || path == "/log/" {
			continue
		}
		if strings.Contains(path, "ekspor/{file}") || strings.Contains(path, "exports/{file}") {
			for _, kind := range []string{"people", "units", "posts", "tenures", "ratings", "trainings", "marks", "leaves", "relations"} {
				out = append(out, strings.ReplaceAll(path, "{file}", kind+".csv"))
			}
			continue
		}
		fill := ids[pattern]
		path = hole.ReplaceAllStringFunc(path, func(name string) string {
			if name == "{$}" {
				return ""
			}
			if len(fill) == 0 {
				return "k7rini"
			}
			first := fill[0]
			fill = fill[1:]
			return url.PathEscape(first)
		})
		out = append(out, path)
	}
	out = append(out, "/kantor/promosi/orang/k7budi")
	slices.Sort(out)
	return out
}

func meritWorld() accesstest.World {
	w := leakWorld()
	w.People = append(w.People, "k7budi")
	return w
}

// TestWhatIsSaidInMeritStaysWhereItBelongs opens every page, file and answer of
// the API as everybody there could be, and looks for what was written down about
// people there: papers, replies, requests, proposals before the signature, scores
// before the person has read them.
func TestWhatIsSaidInMeritStaysWhereItBelongs(t *testing.T) {
	h := newMeritHouse(t)
	for _, state := range []string{"scored", "read", "filed"} {
		switch state {
		case "read":
			h.read(t)
		case "filed":
			h.file(t)
		}
		shown := map[string]int{}
		for _, who := range accesstest.Actors(h.guard, meritWorld()) {
			for _, target := range h.addresses() {
				if state != "scored" && !strings.Contains(target, "saya") && !strings.Contains(target, "paparan") && !strings.Contains(target, "callup") && !strings.Contains(target, "k7budi") {
					continue // as before
				}
				got := h.fetch(t, who, target)
				for _, s := range h.said {
					if !strings.Contains(got, s.text) {
						continue
					}
					shown[s.text]++
					if !s.may(who) {
						t.Errorf("%s, %s: %s reads %q", state, target, who.ID, s.text)
					}
				}
				for nip, id := range map[string]string{sitiNIP: "k7siti", riniNIP: "k7rini", budiNIP: "k7budi"} {
					if strings.Contains(got, nip) && !h.guard.May(who, "roster.person.read", h.of[id]) && !h.official(who, target) {
						t.Errorf("%s, %s: %s reads the number of %s", state, target, who.ID, id)
					}
				}
			}
		}
		for _, s := range h.said {
			// Scores are seen by nobody before they are read; what was asked in the
			// first round is not asked again in the second.
			scores := strings.HasPrefix(s.text, "catatan-penilai-") || s.text == "tanggapan-budi"
			if shown[s.text] == 0 && scores == (state != "scored") {
				t.Errorf("%s: nobody was shown %q: the walk is broken", state, s.text)
			}
		}
	}
}

// official are the papers that name people by number to those who prepare or
// sign them.
func (h *meritHouse) official(who actor.Actor, target string) bool {
	return strings.Contains(target, h.batch) && h.guard.May(who, "appoint.read", access.Resource{Type: "batch", ID: h.batch}) ||
		strings.Contains(target, "/promosi/") && h.guard.May(who, "promote.check", h.of["k7budi"])
}

// fetch is what somebody gets by GET; nothing of it may stay in a cache once
// somebody has signed in.
func (h *meritHouse) fetch(t *testing.T, who actor.Actor, target string) string {
	t.Helper()
	h.who = who
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	if w.Code == http.StatusInternalServerError {
		t.Errorf("%s as %s: status 500\n%s", target, who.ID, w.Body)
	}
	if kept := w.Header().Get("Cache-Control"); who.Known() && !strings.Contains(kept, "no-store") && !slices.Contains(forEverybody(), target) {
		t.Errorf("%s as %s may be kept: Cache-Control %q", target, who.ID, kept)
	}
	body := w.Body.String()
	return body + strings.NewReplacer(" ", "", "\u00a0", "").Replace(body)
}

// forEverybody are addresses whose answer is the same for everybody, signed in or not.
func forEverybody() []string {
	return []string{"/akun/kunci.js", "/api/openapi.json", "/sehat", "/sehat/hidup", "/sehat/siap"}
}
