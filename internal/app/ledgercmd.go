package app

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"netral/internal/advise/ask"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/text"
)

type ledgerCmd struct {
	Verify     ledgerVerifyCmd     `cmd:"" help:"${h_ledger_verify}"`
	Checkpoint ledgerCheckpointCmd `cmd:"" help:"${h_ledger_checkpoint}"`
	Key        ledgerKeyCmd        `cmd:"" help:"${h_ledger_key}"`
	Cosign     ledgerCosignCmd     `cmd:"" help:"${h_ledger_cosign}"`
	Export     ledgerExportCmd     `cmd:"" help:"${h_ledger_export}"`
}

type ledgerVerifyCmd struct {
	place
	JSON bool `help:"${h_json}"`
}

func (c *ledgerVerifyCmd) Run(r *run) error {
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	if c.JSON {
		report, err := h.book.Verify(r.ctx)
		if err != nil {
			return err
		}
		if err := r.JSON(report); err != nil {
			return err
		}
		if !report.Clean() {
			return errSilent
		}
		return nil
	}
	return r.verify(h)
}

// verify recomputes the record and says what it found.
func (r *run) verify(h *house) error {
	report, err := h.book.Verify(r.ctx)
	if err != nil {
		return err
	}
	for _, p := range report.Problems {
		r.Sayf("✗ %s", r.T(p.Key, p.Args...))
	}
	if !report.Clean() {
		r.Say("app.ledger_broken", report.Found, report.Size)
		return errSilent
	}
	r.Say("app.ledger_whole", report.Size, report.Erased, report.Checkpoints)
	return nil
}

type ledgerCheckpointCmd struct{ place }

func (c *ledgerCheckpointCmd) Run(r *run) error {
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	cp, err := h.book.Checkpoint(r.ctx)
	if err != nil {
		return err
	}
	fmt.Fprint(r.Stdout, string(cp))
	return nil
}

type ledgerKeyCmd struct{ place }

func (c *ledgerKeyCmd) Run(r *run) error {
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	r.Sayf("%s", h.key.VKey())
	return nil
}

// verifyCmd checks papers. A bare file is a slip.
type verifyCmd struct {
	Slip   verifySlipCmd   `cmd:"" default:"withargs" help:"${h_verify_slip}"`
	Draw   verifyDrawCmd   `cmd:"" help:"${h_verify_draw}"`
	Roster verifyRosterCmd `cmd:"" help:"${h_verify_roster}"`
	Letter verifyLetterCmd `cmd:"" help:"${h_verify_letter}"`
}

// keyed is a command that checks a proof of the record.
type keyed struct {
	place
	Key string `placeholder:"VKEY|FILE" env:"NETRAL_LOG_KEY" help:"${h_verify_key}"`
}

type verifySlipCmd struct {
	keyed
	JSON bool   `help:"${h_json}"`
	File string `arg:"" help:"${h_verify_file}"`
}

// verified is what `netral verify --json` prints of a good slip.
type verified struct {
	Genuine    bool        `json:"genuine"`
	KeyChecked bool        `json:"key_checked"` // the key is one that was given, not only the one the slip names
	Key        string      `json:"key"`
	Index      int64       `json:"index"`
	Redone     string      `json:"redone"`
	Slip       ask.SlipDoc `json:"slip"`
}

func (c *verifySlipCmd) Run(r *run) error {
	raw, err := readFile(r, c.File, ask.MaxSlipBytes)
	if err != nil {
		return err
	}
	slip, err := ask.ParseSlip(raw)
	if err != nil {
		return err
	}
	v, err := c.verifier()
	if err != nil {
		return err
	}
	if err := slip.Check(v); err != nil {
		return err
	}
	k, err := loadKnowledge("")
	if err != nil {
		return err
	}
	redone := "unable"
	if same, able := slip.Doc.Redo(k.book); able && same {
		redone = "same"
	} else if able {
		redone = "other"
	}
	if c.JSON {
		return r.JSON(verified{Genuine: true, KeyChecked: v != nil, Key: slip.Key, Index: slip.Index, Redone: redone, Slip: slip.Doc})
	}
	r.Say("app.verify.good", slip.Doc.Number)
	r.Say("ask.slip.position", int(slip.Index), text.Time(r.Lang, slip.At))
	r.Sayf("%s · %s", r.T("ui.outcome."+slip.Doc.Outcome.String()), r.T("ask.on_day", slip.Doc.On))
	for _, x := range slip.Doc.Rules {
		r.Sayf("  • %s (%s)", x.Title, x.ID)
		if !x.Certain {
			r.Sayf("    %s", r.T("ask.slip.depends"))
		}
	}
	r.Say("ask.verify.redo_" + redone)
	if v == nil {
		r.Say("app.verify.key_unchecked", slip.Key)
	}
	return nil
}

// verifier is the key given on the command line, as text or in a file, or that
// of the record at hand; nil when there is none.
func (c *keyed) verifier() (note.Verifier, error) {
	given := c.Key
	if given == "" {
		b, err := os.ReadFile(c.publicKeyFile())
		if err != nil {
			return nil, nil
		}
		given = string(b)
	} else if b, err := os.ReadFile(given); err == nil {
		given = string(b)
	}
	v, err := note.NewVerifier(strings.TrimSpace(given))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "app.verify.key_wrong", c.Key)
	}
	return v, nil
}

type ledgerCosignCmd struct {
	place
	URL string `arg:"" help:"${h_cosign_url}"`
	Key string `required:"" placeholder:"VKEY" help:"${h_cosign_key}"`
}

func (c *ledgerCosignCmd) Run(r *run) error {
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	checkpoint, err := h.book.Cosign(r.ctx, ledger.Witness{URL: c.URL, VKey: c.Key})
	if err != nil {
		return err
	}
	fmt.Fprint(r.Stdout, string(checkpoint))
	return nil
}

type ledgerExportCmd struct {
	place
	Dir string `arg:"" type:"path" help:"${h_export_dir}"`
}

func (c *ledgerExportCmd) Run(r *run) error {
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	if err := h.book.Export(r.ctx, c.Dir); err != nil {
		return err
	}
	r.Say("app.exported", c.Dir, h.key.VKey())
	return nil
}
