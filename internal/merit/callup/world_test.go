package callup_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudflare/circl/sign/bls"

	"netral/internal/actor"
	"netral/internal/beacon"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger/ledgertest"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/lot"
	"netral/internal/merit/callup"
	"netral/internal/store"
	"netral/internal/store/storetest"
)

// world is what app would answer, and a beacon whose key the test has.
type world struct {
	*callup.Service
	clock      *storetest.Clock
	secret     *bls.PrivateKey[bls.KeyG2SigG1]
	candidates []callup.Candidate
	away       map[string][]callup.Absence
	kin        map[string]string // "a b" → what b is to a
	notices    []callup.Notice
	filed      []callup.Outcome
}

var start = time.Date(2023, time.October, 19, 3, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, db *store.DB, clock *storetest.Clock) *world {
	t.Helper()
	secret, err := bls.KeyGen[bls.KeyG2SigG1](make([]byte, 32), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := secret.PublicKey().MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	chain := beacon.Quicknet()
	chain.Key = hex.EncodeToString(key)
	w := &world{clock: clock, secret: secret, away: map[string][]callup.Absence{}, kin: map[string]string{}}
	for i := range 30 {
		c := callup.Candidate{
			Person: fmt.Sprintf("p%02d", i), Name: fmt.Sprintf("Pejabat %02d", i), Post: fmt.Sprintf("post%02d", i), Title: fmt.Sprintf("Kepala Bagian %02d", i),
			Unit: fmt.Sprintf("u%d", i%3), UnitName: fmt.Sprintf("Dinas %d", i%3), Level: []string{"administrator", "pengawas", "pengawas"}[i%3],
			Sex: []string{"male", "female"}[i%2], Grade: []string{"III/c", "III/d"}[i%2], Offices: []string{fmt.Sprintf("post%02d", i)},
		}
		w.candidates = append(w.candidates, c)
	}
	w.Service = &callup.Service{
		Book: ledgertest.Open(t, db), Now: func() time.Time { return db.Now() }, Rand: ledgertest.Rand(5), Chain: chain,
		Allow: w.allow,
		Candidates: func(_ context.Context, _ *store.Tx, q callup.Query) (out []callup.Candidate, err error) {
			for _, c := range w.candidates {
				if slices.Contains(q.Levels, c.Level) {
					out = append(out, c)
				}
			}
			return out, nil
		},
		Absences: func(_ context.Context, _ *store.Tx, people []string, _ day.Day) (map[string][]callup.Absence, error) {
			out := map[string][]callup.Absence{}
			for _, p := range people {
				if a := w.away[p]; a != nil {
					out[p] = a
				}
			}
			return out, nil
		},
		Duties: func(_ context.Context, _ *store.Tx, post string, _ day.Day) (string, error) {
			if post == "none" {
				return "", nil
			}
			return "1. menyusun rencana kerja;\n2. membina bawahan;\n3. melayani warga di loket;\n4. melaporkan anggaran;\n5. mengawasi kegiatan lapangan.", nil
		},
		Related: func(_ context.Context, _ *store.Tx, a, b string) (string, error) {
			return w.kin[a+" "+b], nil
		},
		Names: func(_ context.Context, _ *store.Tx, people []string) (map[string]string, error) {
			out := map[string]string{}
			for _, p := range people {
				if strings.HasPrefix(p, "m") || strings.HasPrefix(p, "p") {
					out[p] = "Bapak/Ibu " + p
				}
			}
			return out, nil
		},
		Notify: func(_ context.Context, _ *store.Tx, n callup.Notice) error {
			w.notices = append(w.notices, n)
			return nil
		},
		Record: func(_ context.Context, _ *store.Tx, o callup.Outcome) error {
			w.filed = append(w.filed, o)
			return nil
		},
	}
	return w
}

// allow is as the policies would have it.
func (w *world) allow(who actor.Actor, action string, r callup.Resource) error {
	own := who.Person != "" && r.Attrs["person"] == who.Person
	parties, _ := r.Attrs["parties"].([]string)
	party := who.Person != "" && slices.Contains(parties, who.Person)
	office := who.Has("personnel")
	ok := false
	switch action {
	case callup.ActPublic, callup.ActBeacon, callup.ActFairness:
		ok = true
	case callup.ActRead:
		ok = who.Known()
	case callup.ActCall:
		ok = own || party || office
	case callup.ActAnswer:
		ok = own || office
	case callup.ActScore:
		ok = party
	default:
		ok = office
	}
	if !ok {
		return fault.New(fault.Denied, "callup.denied")
	}
	return nil
}

func (w *world) signature(round uint64) string {
	message := sha256.Sum256(binary.BigEndian.AppendUint64(nil, round))
	return hex.EncodeToString(bls.Sign(w.secret, message[:]))
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			clock := storetest.NewClock(start)
			dsn := storetest.SQLite
			if engine == "postgres" {
				dsn = storetest.Postgres
			}
			db := storetest.Open(t, dsn(t, archivetest.Lines(callup.Migrations)...), storetest.WithClock(clock))
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

func office() actor.Actor {
	return actor.Actor{ID: "account:bkd", Lang: "id", Via: "page", Person: "officer", Grants: []actor.Grant{{Role: "personnel"}}}
}

func second() actor.Actor {
	return actor.Actor{ID: "account:second", Lang: "id", Via: "page", Person: "officer2", Grants: []actor.Grant{{Role: "personnel"}}}
}

func person(id string) actor.Actor {
	return actor.Actor{ID: "account:" + id, Lang: "id", Via: "page", Person: id, Grants: []actor.Grant{{Role: "employee"}}}
}

func citizen() actor.Actor { return actor.Anonymous("page", "id") }

func rules(source string) lot.Rules {
	r := lot.Rules{
		ID: "paparan", Title: "Paparan tugas eselon III dan IV", Levels: []string{"administrator", "pengawas"}, Every: "month", Count: 4, By: "level",
		Substitutes: 3, Rest: 1, NoticeHours: 24, Exempt: []string{callup.Leave}, Excuse: []string{callup.Illness, callup.Duty, callup.Headless},
		Source: source, LateHours: 24, Panel: 3, Questions: 3, ReplyDays: 3,
		Rubric: []lot.Criterion{{ID: "isi", Title: "Menguasai isi tugas", Max: 5}, {ID: "warga", Title: "Tahu akibatnya bagi warga", Max: 5}, {ID: "jelas", Title: "Menjelaskan dengan terang", Max: 5}},
	}
	if source != lot.Drand {
		r.Dice = lot.MinDice
	}
	return r
}

func (w *world) programme(t *testing.T, r lot.Rules) {
	t.Helper()
	was := ""
	if now, err := w.Programme(context.Background(), r.ID); err == nil {
		if was, err = lot.RulesSum(now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Change(context.Background(), office(), r, was); err != nil {
		t.Fatal(err)
	}
}

func (w *world) seal(t *testing.T) callup.Round {
	t.Helper()
	r, _, err := w.Seal(context.Background(), office(), callup.SealInput{Programme: "paparan", At: w.clock.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// drawn seals and draws with the beacon.
func (w *world) drawn(t *testing.T) callup.Round {
	t.Helper()
	r := w.seal(t)
	w.clock.Set(r.Announced.Add(time.Minute))
	r, _, err := w.Beacon(context.Background(), citizen(), callup.BeaconInput{Round: r.ID, Number: r.Sealed.Beacon, Signature: w.signature(r.Sealed.Beacon)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) calls(t *testing.T) []callup.Call {
	t.Helper()
	d, err := w.Desk(context.Background(), office())
	if err != nil {
		t.Fatal(err)
	}
	return d.Calls
}

func want(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || !errors.Is(err, kind) || f.Key != key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == key }) {
		t.Errorf("got %v, want %s %s", err, kind, key)
	}
}
