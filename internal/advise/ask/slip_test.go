package ask_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"netral/internal/actor"
	"netral/internal/advise/ask"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/rule"
	"netral/internal/store/storetest"
	"netral/rules"
)

func photo() ask.SlipInput {
	return ask.SlipInput{Input: ask.Input{Text: "bolehkah ASN berfoto bersama pasangan capres-cawapres?", On: "2023-10-19"}}
}

func TestSlipIsProvenFoundAndVerified(t *testing.T) {
	each(t, func(t *testing.T, s *ask.Service, book *ledger.Book) {
		ctx := context.Background()
		slip, err := s.Issue(ctx, actor.OS("siti", "id"), photo())
		if err != nil {
			t.Fatal(err)
		}
		if slip.Doc.Outcome != rule.Prohibited || slip.Doc.Text != "" {
			t.Errorf("outcome %s, words %q; want prohibited and no words", slip.Doc.Outcome, slip.Doc.Text)
		}
		if strings.Contains(string(slip.Entry.Body), "siti") {
			t.Errorf("who asked is in the record: %s", slip.Entry.Body)
		}
		if got := kinds(t, book)(); !cmp.Equal(got, []string{ask.KindSlip}) {
			t.Errorf("entries %v", got)
		}
		file := slip.Marshal()
		parsed, err := ask.ParseSlip(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := parsed.Check(ledgertest.Key(t).Verifier()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(slip.Doc, parsed.Doc); d != "" {
			t.Errorf("the slip changed on its way through a file: %s", d)
		}
		v, err := s.Verify(ctx, anyone(), ask.VerifyInput{File: string(file)})
		if err != nil || !v.Able || !v.Same {
			t.Errorf("verify: %+v, %v", v, err)
		}
		// More entries: the old file still proves, a new one too.
		for range 3 {
			if _, err := s.Issue(ctx, anyone(), ask.SlipInput{Input: photo().Input, Words: true}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Verify(ctx, anyone(), ask.VerifyInput{File: string(file)}); err != nil {
			t.Errorf("the old file after more entries: %v", err)
		}
		typed := strings.ToLower(strings.ReplaceAll(slip.Doc.Number, "-", " "))
		found, err := s.Find(ctx, anyone(), typed)
		if err != nil {
			t.Fatal(err)
		}
		if found.Doc.Number != slip.Doc.Number || found.Index != slip.Index {
			t.Errorf("found %s at %d, want %s at %d", found.Doc.Number, found.Index, slip.Doc.Number, slip.Index)
		}
		if err := found.Check(ledgertest.Key(t).Verifier()); err != nil {
			t.Errorf("the slip found again: %v", err)
		}
		for _, n := range []string{"", "0000-0000-0000-0000", "kata", strings.Repeat("A", 17), "ÄÖÜ"} {
			if _, err := s.Find(ctx, anyone(), n); !errors.Is(err, fault.NotFound) {
				t.Errorf("number %q: %v, want not found", n, err)
			}
		}
		counts, err := s.Count(ctx)
		if err != nil || counts["prohibited"] != 4 {
			t.Errorf("counts %v, %v", counts, err)
		}
	})
}

func TestOneFlippedByteAnywhereIsFound(t *testing.T) {
	each(t, func(t *testing.T, s *ask.Service, _ *ledger.Book) {
		ctx := context.Background()
		for range 3 { // a proof with hashes in it
			if _, err := s.Issue(ctx, anyone(), photo()); err != nil {
				t.Fatal(err)
			}
		}
		slip, err := s.Issue(ctx, anyone(), photo())
		if err != nil {
			t.Fatal(err)
		}
		file := slip.Marshal()
		key := ledgertest.Key(t).Verifier()
		for i := range file {
			for _, flip := range []byte{1, 0x20, 0x80} {
				bad := bytes.Clone(file)
				bad[i] ^= flip
				p, err := ask.ParseSlip(bad)
				if err == nil {
					err = p.Check(key)
				}
				if err == nil {
					t.Fatalf("byte %d (%q) flipped to %q: the slip still passes", i, file[i], bad[i])
				}
				if fault.Of(err).Kind != fault.Invalid {
					t.Fatalf("byte %d: %v, want an Invalid fault", i, err)
				}
			}
		}
		for name, bad := range map[string][]byte{
			"cut":      file[:len(file)-1],
			"longer":   append(bytes.Clone(file), '\n'),
			"twice":    append(bytes.Clone(file), file...),
			"crlf":     bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")),
			"empty":    nil,
			"too long": bytes.Repeat([]byte("a"), ask.MaxSlipBytes+1),
		} {
			if _, err := s.Verify(ctx, anyone(), ask.VerifyInput{File: string(bad)}); err == nil {
				t.Errorf("%s: passes", name)
			}
		}
	})
}

func TestASlipOfAnotherLogIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *ask.Service, _ *ledger.Book) {
		slip, err := s.Issue(context.Background(), anyone(), photo())
		if err != nil {
			t.Fatal(err)
		}
		other, err := ledger.NewKey("elsewhere.example/log", ledgertest.Rand(9))
		if err != nil {
			t.Fatal(err)
		}
		if err := slip.Check(other.Verifier()); fault.Of(err) == nil || fault.Of(err).Key != "ask.slip_key" {
			t.Errorf("checked with another log's key: %v", err)
		}
		slip.Key = other.VKey()
		if err := slip.Check(nil); err == nil {
			t.Error("a slip that names another key passes with that key")
		}
	})
}

func TestNothingToKeepMakesNoSlip(t *testing.T) {
	each(t, func(t *testing.T, s *ask.Service, book *ledger.Book) {
		for _, in := range []ask.SlipInput{
			{Input: ask.Input{On: "never"}},
			{Input: ask.Input{Facts: map[string]string{"act": "sleep"}}},
			{Input: ask.Input{Text: strings.Repeat("x", ask.MaxText+1)}},
			{Input: ask.Input{Text: "berapa gaji PNS golongan 3a?"}},
			{Input: ask.Input{Text: "zxcv"}},
		} {
			if _, err := s.Issue(context.Background(), anyone(), in); !errors.Is(err, fault.Invalid) {
				t.Errorf("%.40v: %v, want Invalid", in, err)
			}
		}
		if n := size(t, book); n != 0 {
			t.Errorf("%d entries were written", n)
		}
	})
}

func TestAnEditionThatIsNotCleanIsNotAdopted(t *testing.T) {
	each(t, func(t *testing.T, s *ask.Service, book *ledger.Book) {
		ctx := context.Background()
		if b, err := s.Current(ctx); err != nil || b != nil {
			t.Fatalf("before anything was adopted: %v, %v", b, err)
		}
		bad := fstest.MapFS{}
		for _, name := range files(t) {
			bad[name] = &fstest.MapFile{Data: read(t, name)}
		}
		broken := bytes.Replace(bad["id-asn/book.yaml"].Data, []byte("edition:"), []byte("editoin:"), 1)
		bad["id-asn/book.yaml"] = &fstest.MapFile{Data: broken}
		_, err := s.Adopt(ctx, actor.System(), ask.AdoptInput{FS: bad, Dir: "id-asn", Note: "x"})
		if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "book.yaml:") {
			t.Errorf("a book with a wrong key: %v, want file and line", err)
		}
		// A missing file of rules leaves gaps: loads, and does not check clean.
		for name := range bad {
			if strings.HasSuffix(name, "90-floor.yaml") {
				delete(bad, name)
			}
		}
		bad["id-asn/book.yaml"] = &fstest.MapFile{Data: read(t, "id-asn/book.yaml")}
		if _, err := s.Adopt(ctx, actor.System(), ask.AdoptInput{FS: bad, Dir: "id-asn", Note: "x"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a book with gaps: %v, want Invalid", err)
		}
		if n := size(t, book); n != 0 {
			t.Fatalf("%d entries were written", n)
		}
		b, err := s.Adopt(ctx, actor.System(), ask.AdoptInput{FS: rules.FS, Dir: "id-asn", Note: "first"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Adopt(ctx, actor.System(), ask.AdoptInput{FS: rules.FS, Dir: "id-asn", Note: "again"}); err != nil {
			t.Fatal(err)
		}
		if got := kinds(t, book)(); !cmp.Equal(got, []string{ask.KindAdopted}) {
			t.Errorf("entries %v, want one adoption", got)
		}
		again, err := s.Current(ctx)
		if err != nil || again == nil || again.SHA256 != b.SHA256 {
			t.Errorf("loaded from the record: %v, %v", again, err)
		}
		if _, err := s.Edition(ctx, strings.Repeat("0", 64)); !errors.Is(err, fault.NotFound) {
			t.Errorf("an edition never adopted: %v", err)
		}
	})
}

func TestNumbersAsPeopleTypeThem(t *testing.T) {
	for in, want := range map[string]string{
		"7K2M-9QXR-4TB0-HZ5W":    "7K2M-9QXR-4TB0-HZ5W",
		" 7k2m 9qxr 4tbo hz5w\t": "7K2M-9QXR-4TB0-HZ5W",
		"il10il10il10il10":       "1110-1110-1110-1110",
	} {
		if got, ok := ask.CleanNumber(in); !ok || got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, ok, want)
		}
	}
}

func FuzzParseSlip(f *testing.F) {
	f.Add([]byte("netral-slip/1\nkey k\nkind advise.ask.slipped\nsalt AA==\nbody {}\n\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ask.ParseSlip(data)
		if err != nil {
			if k := fault.Of(err).Kind; k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("%v is neither Invalid nor TooLarge", err)
			}
			return
		}
		if !bytes.Equal(s.Marshal(), data) {
			t.Fatal("a slip was read that would be written otherwise")
		}
	})
}

// BenchmarkIssue makes slips from 64 callers at once, on a real file.
func BenchmarkIssue(b *testing.B) {
	db := storetest.Open(b, storetest.SQLite(b, ledgertest.Lines(ask.Migrations)...))
	s := service(b, ledgertest.Open(b, db))
	s.Rand = nil
	b.SetParallelism(32)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			slip, err := s.Issue(context.Background(), anyone(), photo())
			if err != nil {
				b.Error(err)
				return
			}
			slip.Marshal()
		}
	})
}
