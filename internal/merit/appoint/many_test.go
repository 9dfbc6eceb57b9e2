package appoint_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/merit/appoint"
	"netral/internal/store"
	"netral/internal/store/storetest"
	"netral/internal/web/webtest"
)

// many makes posts with a person for each, and proposes them.
func (w *world) many(t *testing.T, n int) (b appoint.Batch, posts []string) {
	t.Helper()
	rows := make([]appoint.ProposalRow, n)
	for i := range n {
		post, who := fmt.Sprintf("m%031d", i), fmt.Sprintf("mp%030d", i)
		w.posts[post] = appoint.Post{ID: post, Title: "Kepala Seksi", Level: "pengawas", Echelon: "IV.a", Unit: "a", Agency: "Dinas a", Seats: 1}
		w.people[who] = appoint.Person{ID: who, Name: fmt.Sprintf("Calon %d", i), NIP: "nip-" + who, Serving: true}
		rows[i], posts = row(post, who), append(posts, post)
	}
	slices.Reverse(posts)                                                                      // the record sorts
	w.Find = func(_ context.Context, _ *store.Tx, given []string) (map[string]string, error) { // that of the world looks at all for each
		out := map[string]string{}
		for _, g := range given {
			out[g] = g
		}
		return out, nil
	}
	return w.propose(t, w.open(t, appoint.Definitive), rows...), posts
}

// last is the latest entry of the record.
func (w *world) last(t *testing.T) ledger.Record {
	t.Helper()
	all, err := w.Book.Latest(t.Context(), -1, 1, ledger.Filter{})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}

// TestFiveThousandAtOnce: what is done with more people than an entry of the
// record can name says how many, and the SHA-256 of the list.
func TestFiveThousandAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const n = 5038
		ctx := t.Context()
		b, posts := w.many(t, n)
		var lines []string
		for _, p := range posts {
			lines = append(lines, p+"=mp"+p[2:]+"=eligible")
		}
		slices.Sort(lines)
		b = w.papers(t, b, appoint.BKN)
		check := func(kind, part string, list []string) {
			t.Helper()
			r := w.last(t)
			body := string(r.Body)
			sum := sha256.Sum256([]byte(strings.Join(list, "\n")))
			if want := fmt.Sprintf(`"rows":%d`, len(list)); r.Kind != kind || !strings.Contains(body, want) || !strings.Contains(body, hex.EncodeToString(sum[:])) || len(body) > 4000 || !strings.Contains(body, part) {
				t.Errorf("%s: %.600s", r.Kind, r.Body)
			}
		}
		_, _, err := w.ExceptMany(ctx, governor(), b.ID, b.Version, make([]string, 20001), "Mendesak")
		want(t, err, fault.Invalid, "appoint.propose.count")
		if b, _, err = w.ExceptMany(ctx, governor(), b.ID, b.Version, posts, "Mendesak"); err != nil {
			t.Fatal(err)
		}
		check("merit.appoint.excepted", `"why":"Mendesak"`, lines)
		if b, _, err = w.Advise(ctx, office(), b.ID, b.Version, posts, "Wawancara"); err != nil {
			t.Fatal(err)
		}
		sorted := slices.Sorted(slices.Values(posts))
		check("merit.appoint.advised", `"against":"Wawancara"`, sorted)
		if b, _, err = w.Advise(ctx, office(), b.ID, b.Version, posts, ""); err != nil {
			t.Fatal(err)
		}
		if b, _, err = w.Sign(ctx, governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: date("2023-12-20")}); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(date("2023-12-27").Start().Add(9 * time.Hour))
		if r, err := w.AbsentMany(ctx, office(), b.ID, posts, "Banjir"); err != nil || r.Done != n {
			t.Fatal(r, err)
		}
		check("merit.appoint.absent", `"why":"Banjir"`, sorted)
		if r, err := w.CheckInMany(ctx, office(), b.ID, posts); err != nil || r.Done != n {
			t.Fatal(r, err)
		}
		check("merit.appoint.rollcalled", `"posts"`, sorted)
		for i, l := range lines {
			lines[i] = strings.TrimSuffix(l, "=eligible")
		}
		if r, err := w.PactMany(ctx, office(), b.ID, posts); err != nil || r.Done != n {
			t.Fatal(r, err)
		}
		check("merit.appoint.pactaccepted", `"self":false`, lines)
	})
}

// TestFiveThousandAreDropped does so for what a draft loses.
func TestFiveThousandAreDropped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, posts := w.many(t, 5038)
		b, _, err := w.DropMany(t.Context(), office(), b.ID, b.Version, posts, "Batal")
		if err != nil || b.Rows != 0 {
			t.Fatal(b.Rows, err)
		}
		if r := w.last(t); !strings.Contains(string(r.Body), `"rows":5038`) {
			t.Errorf("%.600s", r.Body)
		}
	})
}

// Where a child that checks people in finds its database and batch.
const childEnv = "NETRAL_APPOINT_CHECKIN"

// TestCheckInsOfAChild is no test by itself: it is the process that
// TestKilledDuringCheckIn kills.
func TestCheckInsOfAChild(t *testing.T) {
	dsn, batch, ok := strings.Cut(os.Getenv(childEnv), " ")
	if !ok {
		return
	}
	clock := storetest.NewClock(date("2023-12-27").Start().Add(9 * time.Hour))
	w := newWorld(t, storetest.Open(t, dsn, storetest.WithClock(clock)), clock)
	x, err := w.Work(t.Context(), office(), batch)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 { // desks
		wg.Go(func() {
			for i := g; i < len(x.Lines); i += 8 {
				if _, err := w.CheckIn(t.Context(), office(), batch, x.Lines[i].Code); err != nil {
					fmt.Println("error:", err)
					return
				}
				fmt.Println("here:", x.Lines[i].Post) // one write(2), whole or not at all
			}
		})
	}
	wg.Wait()
}

// TestKilledDuringCheckIn: whoever was told on the day of the oath that they are
// checked in still is when the process was killed and another one takes over.
func TestKilledDuringCheckIn(t *testing.T) {
	storetest.EachDSN(t, archivetest.Lines(appoint.Migrations), func(t *testing.T, dsn string) {
		const n, enough = 1200, 150
		clock := storetest.NewClock(start)
		db := storetest.Open(t, dsn, storetest.WithClock(clock))
		w := newWorld(t, db, clock)
		b, _ := w.many(t, n)
		b = w.papers(t, b, appoint.BKN)
		b, _, err := w.Sign(t.Context(), governor(), appoint.SignInput{Batch: b.ID, Version: b.Version, Date: date("2023-12-20")})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		told := killed(t, dsn+" "+b.ID, enough)
		clock.Set(date("2023-12-27").Start().Add(10 * time.Hour))
		w = newWorld(t, storetest.Open(t, dsn, storetest.WithClock(clock)), clock)
		x, err := w.Work(t.Context(), office(), b.ID)
		if err != nil {
			t.Fatal(err)
		}
		arrived := 0
		for _, l := range x.Lines {
			if !l.Arrived.IsZero() {
				arrived++
			} else if told[l.Post] {
				t.Errorf("%s was told to be checked in and is not", l.Post)
			}
		}
		entries := 0
		for _, k := range w.kinds(t)() {
			if k == "merit.appoint.arrived" {
				entries++
			}
		}
		if len(told) < enough || arrived < len(told) || arrived == n || entries != arrived {
			t.Errorf("%d were told, %d are here, %d entries", len(told), arrived, entries)
		}
		for _, l := range x.Lines { // the day goes on
			a, err := w.CheckIn(t.Context(), office(), b.ID, l.Code)
			if err != nil || a.Again == l.Arrived.IsZero() {
				t.Fatal(l.Post, a.Again, err)
			}
		}
		ledgertest.Clean(t, w.Book)
	})
}

// killed starts the child, kills it after it has answered so many, and returns
// for whom it did.
func killed(t *testing.T, where string, enough int) map[string]bool {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, "-test.run=^TestCheckInsOfAChild$")
	c.Env, c.Stderr = append(os.Environ(), childEnv+"="+where), os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	told, dead := map[string]bool{}, false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "error") {
			t.Error(lines.Text())
		}
		if post, ok := strings.CutPrefix(lines.Text(), "here: "); ok {
			told[post] = true
		}
		if len(told) >= enough && !dead {
			dead = true
			if err := c.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := c.Wait(); !dead {
		t.Errorf("the child ended by itself: %v", err)
	}
	return told
}

// TestNothingToTick: where nothing can be done there is nothing to tick, and
// before posts have changed no follow-up is counted.
func TestNothingToTick(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := office()
		h, kinds := w.site(t, &who), w.kinds(t)
		b := w.signed(t)
		at := "/kantor/pelantikan/" + b.ID
		webtest.Run(t, h, kinds,
			webtest.Scenario{URL: at + "/tindak-lanjut", Want: []string{"Tindak lanjut muncul begitu jabatan beralih."}, NotWant: []string{"Belum selesai", "Tidak ada tindak lanjut"}},
			webtest.Scenario{URL: at + "/centang", Want: []string{"Calon 1", "0 dari 5 orang"}, NotWant: []string{`type="checkbox"`, "Centang orangnya"}})
		w.clock.Set(date("2023-12-27").Start().Add(9 * time.Hour))
		webtest.Run(t, h, kinds, webtest.Scenario{URL: at + "/centang", Want: []string{`type="checkbox"`, `value="arrive"`}})
		w.effect(t, b)
		webtest.Run(t, h, kinds,
			webtest.Scenario{URL: at + "/tindak-lanjut", Want: []string{"Belum selesai"}, NotWant: []string{"Tindak lanjut muncul"}},
			webtest.Scenario{URL: at + "/centang", Want: []string{"Calon 1"}, NotWant: []string{`type="checkbox"`, "Centang orangnya"}})
	})
}
