package appoint_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"netral/internal/fault"
	"netral/internal/ledger/ledgertest"
	"netral/internal/merit/appoint"
	"netral/internal/store"
)

// TestAlteredProof: whatever is changed in a published file is found.
func TestAlteredProof(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.signed(t)
		raw, err := w.Proof(t.Context(), citizen(), 2023, 1)
		if err != nil {
			t.Fatal(err)
		}
		v := ledgertest.Key(t).Verifier()
		find := func(key string, change func(f *appoint.File)) {
			t.Helper()
			f, err := appoint.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			change(f)
			r := f.Check(v)
			if !slices.ContainsFunc(r.Problems, func(p appoint.Problem) bool { return p.Key == key }) {
				t.Errorf("%s is not found: %+v", key, r.Problems)
			}
		}
		find("appoint.proof.other", func(f *appoint.File) { f.Rows[0].Name = "Orang lain" })
		find("appoint.proof.person", func(f *appoint.File) { f.Rows[1].Person = f.Rows[0].Person })
		find("appoint.proof.post", func(f *appoint.File) { f.Rows[1].Post = f.Rows[0].Post })
		find("appoint.proof.held", func(f *appoint.File) { f.Rows[0].Held += 2 })
		find("appoint.proof.reason", func(f *appoint.File) { f.Rows[0].Eligible = appoint.NotYet })
		find("appoint.proof.rows", func(f *appoint.File) { f.Rows = f.Rows[1:] })
		find("appoint.proof.counts", func(f *appoint.File) { f.Rows[0].Agency = "Dinas c" })
		find("appoint.proof.number", func(f *appoint.File) { f.Rows[0].No = 9 })
		find("appoint.proof.kind", func(f *appoint.File) { f.Rows[0].Kind = "gift" })
		find("appoint.proof.no_receipt", func(f *appoint.File) { f.Receipt = nil })
		find("appoint.proof.broken", func(f *appoint.File) { f.Receipt.Salt[0] ^= 1 })
		find("appoint.proof.broken", func(f *appoint.File) { f.Receipt.At = "2023-12-20T03:00:59Z" })
		find("appoint.sign.approval", func(f *appoint.File) { f.Head.Date = date("2023-12-01") })
		for _, bad := range [][]byte{nil, raw[:len(raw)-1], bytes.Replace(raw, []byte(`"no":1`), []byte(`"no": 1`), 1), append(slices.Clone(raw), '{', '}', '\n'), bytes.Replace(raw, []byte("netral-roster/1"), []byte("netral-roster/2"), 1)} {
			if _, err := appoint.Parse(bad); fault.Of(err) == nil || fault.Of(err).Kind != fault.Invalid {
				t.Errorf("taken: %.60q, %v", bad, err)
			}
		}
	})
}

// TestStoredLinesAreCountedAgain: what somebody changes in the tables is found,
// also after the page has been asked for before.
func TestStoredLinesAreCountedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.signed(t)
		look := func() appoint.Report {
			t.Helper()
			_, r, err := w.Recomputed(t.Context(), citizen(), 2023, 1)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		for range 2 {
			if r := look(); !r.Clean() || r.Sum != b.Sum || r.Rows != 5 {
				t.Fatalf("%+v", r)
			}
		}
		if err := w.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			var file []byte
			if err := tx.QueryRowContext(ctx, `SELECT file FROM merit_appoint_batch WHERE id = $1`, b.ID).Scan(&file); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `UPDATE merit_appoint_batch SET file = $2 WHERE id = $1`, b.ID, bytes.Replace(file, []byte("Calon 1"), []byte("Calon 7"), 1))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if r := look(); len(r.Problems) != 1 || r.Problems[0].Key != "appoint.proof.other" {
				t.Errorf("%+v", r)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	x := appoint.File{Head: appoint.Head{Format: appoint.Format, Decree: "1/2023", Rows: 1}, Rows: []appoint.Row{{No: 1, Person: "a", Post: "b"}}}
	f.Add(x.Marshal())
	x.Receipt = &appoint.Receipt{Kind: "k"}
	f.Add(x.Marshal())
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := appoint.Parse(raw)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Marshal(), raw) {
			t.Error("two spellings of one file")
		}
		p.Check(nil)
	})
}

func BenchmarkProof5038(b *testing.B) {
	f := appoint.File{Head: appoint.Head{Format: appoint.Format, Decree: "1/2023", Rows: 5038}}
	for i := range 5038 {
		f.Rows = append(f.Rows, appoint.Row{No: i + 1, Person: fmt.Sprintf("person%08d", i), Name: fmt.Sprintf("Nama Pegawai %d", i), Post: fmt.Sprintf("post%08d", i), Title: "Kepala Seksi Pelayanan", Agency: fmt.Sprintf("Dinas %d", i%40), Level: "pengawas", Seats: 1, Kind: appoint.First, Eligible: appoint.Yes})
	}
	raw := f.Marshal()
	b.SetBytes(int64(len(raw)))
	b.ResetTimer()
	for range b.N {
		p, err := appoint.Parse(raw)
		if err != nil {
			b.Fatal(err)
		}
		if r := p.Check(nil); r.Rows != 5038 {
			b.Fatal(r.Rows)
		}
	}
}
