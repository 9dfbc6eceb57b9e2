package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/identity"
	"netral/internal/ledger"
	"netral/internal/merit/roster"
	"netral/internal/token"
)

// TestNobodyGivesARelativeARole asks the roster who is a relative of whom.
func TestNobodyGivesARelativeARole(t *testing.T) {
	h := demoHouse(t)
	ctx := t.Context()
	b := smallProvince()
	b.Relations = []roster.Relation{{Person: "k7siti", Other: "k7budi", Kind: "sibling", From: day.None, Until: day.None}}
	officer := actor.Actor{ID: "account:officer", Via: "page", Lang: "id", Grants: []actor.Grant{{Role: "personnel"}}}
	if _, err := h.roster.Bulk(ctx, officer, b, roster.Source{Kind: "import", Name: "uji"}); err != nil {
		t.Fatal(err)
	}
	admin := func(person string) actor.Actor {
		return actor.Actor{ID: "account:a-" + person, Via: "page", Lang: "id", Person: person, Grants: []actor.Grant{{Role: "admin"}}}
	}
	made, err := h.identity.Create(ctx, admin("k7rini"), identity.CreateInput{Login: "budi.uji", Name: "Budi Santoso", Person: "k7budi", Reason: "pegawai baru"})
	if err != nil {
		t.Fatal(err)
	}
	give := func(person string) error {
		_, err := h.identity.Grant(ctx, admin(person), identity.GrantInput{Account: made.Account.ID, Role: "unit_head", Unit: "gambir", Reason: "SK 3/2022"})
		return err
	}
	if f := fault.Of(give("k7siti")); f == nil || f.Key != "identity.grant.kin" {
		t.Errorf("his sister gives him a role: %v", f)
	}
	if err := give("k7rini"); err != nil {
		t.Errorf("somebody else cannot: %v", err)
	}
}

// TestAWriteSentTwiceIsDoneOnce goes the whole way of a program: a token, a
// write with a key, the same again, another with the same key.
func TestAWriteSentTwiceIsDoneOnce(t *testing.T) {
	h := demoHouse(t)
	ctx := t.Context()
	handler, _, err := h.handler(site{Addr: "127.0.0.1:8080"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.identity.List(ctx, actor.Actor{ID: "account:x", Grants: []actor.Grant{{Role: "admin"}}}, identity.ListInput{Text: "demo.bkd"})
	if err != nil || len(list.Accounts) != 1 {
		t.Fatalf("%d accounts, %v", len(list.Accounts), err)
	}
	owner, _, err := h.identity.ActorOf(ctx, "account:"+list.Accounts[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	made, err := h.tokens.Create(ctx, owner, token.CreateInput{Name: "e-Kinerja", Actions: []string{"slip.issue"}, Days: 7})
	if err != nil {
		t.Fatal(err)
	}
	slips := func() int {
		all, err := h.book.Latest(ctx, -1, 100, ledger.Filter{Kind: "advise.ask.slipped"})
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	send := func(key, secret, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/api/v1/ask/slips", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		r.Header.Set("Authorization", "Bearer "+secret)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	const question = `{"text":"PNS boleh nyoblos?","on":"2024-02-14"}`
	before := slips()
	first, again := send("k1", made.Secret, question), send("k1", made.Secret, question)
	if first.Code != http.StatusOK || again.Code != http.StatusOK || first.Body.String() != again.Body.String() || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %d, again %d (%v)\n%s\n%s", first.Code, again.Code, again.Header(), first.Body, again.Body)
	}
	if other := send("k1", made.Secret, `{"text":"PNS boleh nyoblos?","on":"2024-02-15"}`); other.Code != http.StatusUnprocessableEntity {
		t.Errorf("another write with the key: status %d", other.Code)
	}
	if bad := send("k2", made.Secret+"x", question); bad.Code != http.StatusUnauthorized || !strings.Contains(bad.Body.String(), "token.bad") {
		t.Errorf("a token that is no good: status %d\n%s", bad.Code, bad.Body)
	}
	if n := slips() - before; n != 1 {
		t.Errorf("%d slips were made", n)
	}
}
