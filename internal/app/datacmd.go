package app

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"netral/internal/fault"
	"netral/internal/store"
)

// openDB opens the database of a place that exists.
func (p place) openDB(r *run) (*store.DB, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	return store.Open(r.ctx, p.dsn(), store.Options{Log: slog.New(slog.NewTextHandler(r.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), Now: r.Now})
}

// house opens everything of a place that exists.
func (p place) house(r *run) (*house, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	return open(r.ctx, p, slog.New(slog.NewTextHandler(r.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), r.Text, r.Now, opening{})
}

type migrateCmd struct{ place }

func (c *migrateCmd) Run(r *run) error {
	if err := c.make(); err != nil {
		return err
	}
	h, err := open(r.ctx, c.place, r.log, r.Text, r.Now, opening{migrate: true})
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	r.Say("app.migrated", c.dsnShown())
	return nil
}

// dsnShown is the database as it may be shown: an address may hold a password.
func (p place) dsnShown() string { return store.Redact(p.dsn()) }

type backupCmd struct {
	place
	File string `arg:"" type:"path" help:"${h_backup_file}"`
}

func (c *backupCmd) Run(r *run) error {
	db, err := c.openDB(r)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // only read
	// Written beside, then moved: a backup that was cut off has another name.
	f, err := os.OpenFile(c.File+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "app.file", c.File+".part")
	}
	defer os.Remove(f.Name()) //nolint:errcheck // moved away when all went well
	bar := r.bar(r.T("app.backup_bar"))
	err = db.Dump(r.ctx, f, bar.step)
	bar.done()
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.File); err == nil {
		return fault.New(fault.Conflict, "app.file_exists", c.File)
	}
	if err := os.Rename(f.Name(), c.File); err != nil {
		return err
	}
	st, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	r.Say("app.backed_up", c.File, st.Size(), filepath.Base(c.keyFile()), filepath.Base(c.vaultKeyFile()))
	return nil
}

type restoreCmd struct {
	place
	File string `arg:"" type:"existingfile" help:"${h_restore_file}"`
}

func (c *restoreCmd) Run(r *run) error {
	if err := c.make(); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "app.file", c.File)
	}
	defer f.Close() //nolint:errcheck // only read
	db, err := store.Open(r.ctx, c.dsn(), store.Options{Log: r.log, Now: r.Now})
	if err != nil {
		return err
	}
	bar := r.bar(r.T("app.restore_bar"))
	err = db.Load(r.ctx, f, bar.step, lines()...)
	bar.done()
	if e := db.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	r.Say("app.restored", c.dsnShown())
	for _, key := range []string{c.keyFile(), c.vaultKeyFile()} {
		if _, err := os.Stat(key); err != nil {
			r.Say("app.restore_key", c.keyFile(), c.vaultKeyFile())
			return nil
		}
	}
	h, err := c.house(r)
	if err != nil {
		return err
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	return r.verify(h)
}

type doctorCmd struct {
	place
	JSON bool `help:"${h_json}"`
}

// finding is one line of the doctor.
type finding struct {
	OK    bool   `json:"ok"`
	What  string `json:"what"`
	Words string `json:"words"`
}

func (c *doctorCmd) Run(r *run) error {
	all, err := c.examine(r)
	if err != nil {
		return err
	}
	bad := false
	for _, f := range all {
		bad = bad || !f.OK
	}
	if c.JSON {
		err = r.JSON(all)
	} else {
		for _, f := range all {
			mark := "✓"
			if !f.OK {
				mark = "✗"
			}
			r.Sayf("%s %s", mark, f.Words)
		}
	}
	if err == nil && bad {
		return errSilent
	}
	return err
}

// examine looks at the rules, the key, the database and the record.
func (c *doctorCmd) examine(r *run) ([]finding, error) {
	var out []finding
	add := func(ok bool, key string, args ...any) { out = append(out, finding{ok, key, r.T(key, args...)}) }
	k, err := loadKnowledge("")
	if err != nil {
		return nil, err
	}
	rep := k.book.Check(k.files, k.dir, k.timeline)
	add(rep.Clean(), "app.doctor.rules", k.book.ID, k.book.Edition, len(rep.Gaps)+len(rep.Conflicts)+len(rep.Dead)+len(rep.Uncited)+len(rep.Examples.Failed))
	for _, key := range []string{c.keyFile(), c.vaultKeyFile()} {
		st, err := os.Stat(key)
		switch {
		case err != nil:
			add(false, "app.doctor.key_missing", key)
		case st.Mode().Perm()&0o077 != 0:
			add(false, "app.doctor.key_open", key, fmt.Sprintf("%04o", st.Mode().Perm()))
		default:
			add(true, "app.doctor.key", key)
		}
	}
	db, err := c.openDB(r)
	if err != nil {
		f := fault.Of(err)
		return append(out, finding{false, f.Key, r.Text.Fault(r.Lang, f)}), nil
	}
	checks, err := db.Check(r.ctx, lines()...)
	if err != nil {
		return nil, err
	}
	for _, x := range checks {
		out = append(out, finding{x.OK, x.Key, r.T(x.Key, x.Args...)})
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	h, err := c.house(r)
	if err != nil {
		f := fault.Of(err)
		return append(out, finding{false, f.Key, r.Text.Fault(r.Lang, f)}), nil
	}
	defer h.close() //nolint:errcheck // every write was durable when it returned
	report, err := h.book.Verify(r.ctx)
	if err != nil {
		return nil, err
	}
	add(report.Clean(), "app.doctor.record", report.Size, report.Found)
	f := fault.Of(h.identity.CheckBox(r.ctx))
	add(f == nil, "app.doctor.secrets", c.vaultKeyFile())
	dead, waiting, err := h.queued(r.ctx)
	if err != nil {
		return nil, err
	}
	add(dead == 0, "app.doctor.queue", dead, waiting)
	b := h.basis.Load().Rules
	add(true, "app.doctor.edition", b.ID, b.Edition, b.SHA256[:12])
	return out, nil
}
