package callup_test

import (
	"testing"

	"netral/internal/fault"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/lot"
	"netral/internal/merit/callup"
)

// TestSummons: whoever was drawn has a paper that proves the draw, and nobody else
// has it.
func TestSummons(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.programme(t, rules(lot.Drand))
		w.drawn(t)
		c := w.calls(t)[0]
		_, err := w.Summons(ctx, person(c.Person), c.ID)
		want(t, err, fault.NotFound, "callup.paper.none")
		w.Archive = archivetest.Open(t, w.Book, w.Now, callup.PaperKinds())

		p, err := w.Summons(ctx, person(c.Person), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Summons(ctx, office(), c.ID); err != nil || again.Sum != p.Sum {
			t.Errorf("the office reads another paper: %v", err)
		}
		if _, err = w.Summons(ctx, person("p29x"), c.ID); err == nil {
			t.Error("a stranger has the summons")
		}
		files, err := letter.Files(p.Body)
		if err != nil || len(files) != 1 || files[0].Name != archive.EvidenceFile {
			t.Fatalf("carried: %v, %v", files, err)
		}
		e, err := archive.ParseEvidence(files[0].Body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Check(w.Book.Verifier()); err != nil || e.Kind != "merit.callup.drawn" {
			t.Errorf("evidence of the draw: %s, %v", e.Kind, err)
		}
	})
}
